package org.skep.notebook.wire;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** One thread that does one thing after the other, whatever the things throw. */
final class WorkThread {
  private final Log log;
  private final Thread thread;
  private final Queue<Runnable> queue = new ArrayDeque<>();
  private int unfinished;

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

  private synchronized Runnable next() throws InterruptedException {
    while (true) {
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
