package org.skep.notebook.ebpf.state;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Calls of the library that take long and look for no interrupt, as what they do is only to read:
 * the stop button ends the waiting for them. They end by themselves, and nobody takes what they
 * give.
 */
public final class Stoppable {
  private Stoppable() {}

  /**
   * Calls and waits.
   *
   * @throws InterruptedException at once when the waiting thread is interrupted; the thread that
   *     calls is interrupted too, should it look
   */
  public static <T> T call(Callable<T> reading) throws InterruptedException {
    var task = new FutureTask<T>(reading);
    Thread.ofPlatform().daemon().name("skep-reading").start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      task.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException own) {
        throw own;
      }
      if (e.getCause() instanceof Error own) {
        throw own;
      }
      if (e.getCause() instanceof InterruptedException own) {
        throw own;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
