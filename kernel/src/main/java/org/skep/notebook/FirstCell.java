package org.skep.notebook;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells who warms the kernel up of the first cell, for which it makes way. Any thread may ask. */
final class FirstCell {
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean begun;

  /** Says that a cell waits for the session or runs. */
  void begins() {
    begun = true;
  }

  /** Says that a cell has ended. */
  void ends() {
    ended.countDown();
  }

  /** Whether a cell has begun, even if it has ended. */
  boolean hasBegun() {
    return begun;
  }

  /** Waits until a cell has ended, but no longer than {@code patience}. */
  void awaitEnd(Duration patience) throws InterruptedException {
    var _ = ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
