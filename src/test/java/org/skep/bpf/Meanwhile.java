package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.function.Executable;

/** Does work over and over on a thread of its own until it is closed. */
final class Meanwhile implements AutoCloseable {
  private final AtomicBoolean enough = new AtomicBoolean();
  private final AtomicReference<Throwable> wrong = new AtomicReference<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final Thread thread;

  Meanwhile(Executable work) throws InterruptedException {
    thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (!enough.get()) {
                      work.execute();
                      begun.countDown();
                    }
                  } catch (Throwable e) {
                    wrong.set(e);
                    begun.countDown();
                  }
                });
    begun.await();
  }

  @Override
  public void close() {
    enough.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    assertEquals(null, wrong.get());
  }
}
