package org.skep.notebook.shell;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Held by who uses JShell, and given up while the code of a cell runs: JShell is then between two
 * steps and may complete, inspect or even evaluate for another thread.
 */
final class CompilerLock {
  private final ReentrantLock lock = new ReentrantLock(true);

  /** Runs with the lock held. */
  <T> T with(Callable<T> task) throws Exception {
    lock.lock();
    try {
      return task.call();
    } finally {
      lock.unlock();
    }
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /** Takes the lock unless that needs more than the given time; never in vain when free. */
  boolean tryLock(long millis) {
    try {
      return lock.tryLock(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Gives the lock up as often as this thread holds it; how often that was. */
  int release() {
    int holds = lock.getHoldCount();
    for (int i = 0; i < holds; i++) {
      lock.unlock();
    }
    return holds;
  }

  /** Takes it as often as {@link #release} said. */
  void restore(int holds) {
    for (int i = 0; i < holds; i++) {
      lock.lock();
    }
  }

  /** Whether another thread waits. */
  boolean isWanted() {
    return lock.hasQueuedThreads();
  }
}
