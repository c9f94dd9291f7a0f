package org.skep.notebook.ebpf.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StoppableTest {

  @Test
  void givesWhatTheCallGivesOrThrows() throws Exception {
    assertEquals(42, Stoppable.call(() -> 42));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Stoppable.call(
                    () -> {
                      throw new IllegalArgumentException("no such type");
                    }));
    assertEquals("no such type", e.getMessage());
  }

  @Test
  void anInterruptEndsTheWaitingForACallThatLooksForNone() throws Exception {
    var deaf = new AtomicBoolean(true);
    var running = new CountDownLatch(1);
    Thread cell = Thread.currentThread();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                running.await();
                cell.interrupt();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    try {
      assertThrows(
          InterruptedException.class,
          () ->
              Stoppable.call(
                  () -> {
                    running.countDown();
                    while (deaf.get()) {
                      Thread.onSpinWait();
                    }
                    return 0;
                  }));
    } finally {
      deaf.set(false);
    }
  }
}
