package org.skep.bpf.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PollIntervalTest {
  private static final long MILLI = 1_000_000;

  private final PollInterval pace = new PollInterval();

  private long settled(double fill) {
    long pause = 0;
    for (int i = 0; i < 20; i++) {
      pause = pace.after(fill);
    }
    return pause;
  }

  @Test
  void beginsShortAndGrowsWhileTheBufferStaysEmpty() {
    assertEquals(2 * MILLI, pace.after(0));
    assertEquals(4 * MILLI, pace.after(0));
    assertEquals(40 * MILLI, settled(0));
  }

  @Test
  void waitsLessForABufferThatHasSomething() {
    assertEquals(20 * MILLI, settled(0.02));
  }

  @Test
  void staysBetweenLowAndHigh() {
    settled(0.02);
    assertEquals(20 * MILLI, settled(0.1));
  }

  @Test
  void growsShorterAsTheBufferFills() {
    settled(0);
    assertEquals(20 * MILLI, pace.after(0.3));
    assertEquals(10 * MILLI, pace.after(0.3));
    assertEquals(1 * MILLI, settled(0.3));
  }

  @Test
  void doesNotWaitWhereHalfIsFull() {
    assertEquals(0, pace.after(0.6));
  }
}
