package org.skep.notebook.wire;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One thread that does one thing after the other, whatever the things throw. */
final class WorkThread {
  private final Log log;
  private final Thread thread;
  private final Queue<Runnable> queue = new ArrayDeque<>();
  private int unfinished;
  private boolean retired;

  WorkThread(String name, Log log) {
    this.log = log;
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  synchronized void submit(Runnable work) {
    queue.add(work);
    unfinished++;
    notifyAll();
  }

  /** Ends the thread after what it does now; what was to come is not done. */
  synchronized void retire() {
    retired = true;
    unfinished -= queue.size();
    queue.clear();
    notifyAll();
  }

  /** Waits until nothing is left to do; returns whether that was so in time. */
  synchronized boolean awaitIdle(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (unfinished > 0) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000 + 1);
    }
    return true;
  }

  private void run() {
    while (true) {
      try {
        Runnable work = next();
        if (work == null) {
          return;
        }
        try {
          work.run();
        } finally {
          finished();
        }
      } catch (Throwable t) { // also an interrupt that came after its work had ended
        log.report("thread '" + thread.getName() + "'", t);
      }
    }
  }

  private synchronized @Nullable Runnable next() throws InterruptedException {
    while (true) {
      if (retired) {
        return null;
      }
      Runnable work = queue.poll();
      if (work != null) {
        return work;
      }
      wait();
    }
  }

  private synchronized void finished() {
    unfinished--;
    notifyAll();
  }
}
