package org.skep.bpf.base;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Does something to several things at once, for work that only waits. */
public final class Parallel {
  private static final int THREADS = 16;

  private Parallel() {}

  /** Returns when the work is done on all of them, whether or not this thread is interrupted. */
  public static <T> void run(List<T> things, Consumer<? super T> work) {
    AtomicInteger next = new AtomicInteger();
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement(); i < things.size(); i = next.getAndIncrement()) {
            work.accept(things.get(i));
          }
        };
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < Math.min(THREADS, things.size()); i++) {
      others.add(Thread.ofPlatform().daemon().name("skep-side").start(worker));
    }
    worker.run();
    others.forEach(Parallel::join);
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
