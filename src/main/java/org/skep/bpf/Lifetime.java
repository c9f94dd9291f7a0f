package org.skep.bpf;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Keeps native resources from being freed while a thread uses them, and from being used once they
 * are freed. Uses run side by side; closing lets those under way finish and turns later ones away.
 */
final class Lifetime {
  private final String what;
  private final String remedy;
  private final Runnable release;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final CountDownLatch released = new CountDownLatch(1);
  private boolean closed;

  /**
   * @param what the thing, quoted: {@code object 'opens'}
   * @param remedy what to do when it is used after closing
   * @param release frees it; called once
   */
  Lifetime(String what, String remedy, Runnable release) {
    this.what = what;
    this.remedy = remedy;
    this.release = release;
  }

  /** Begins a use, to be ended by {@link #exit()} in a {@code finally}. */
  void enter() {
    lock.readLock().lock();
    if (closed) {
      lock.readLock().unlock();
      throw new IllegalStateException(what + " is closed (" + remedy + ")");
    }
  }

  void exit() {
    lock.readLock().unlock();
  }

  /** Does something with the resources. */
  <T> T use(Supplier<T> work) {
    enter();
    try {
      return work.get();
    } finally {
      exit();
    }
  }

  boolean isClosed() {
    lock.readLock().lock();
    try {
      return closed;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Closes; when it returns, the resources are freed, by this call or by an earlier one. */
  void close() {
    if (shut()) {
      free();
    } else {
      awaitRelease();
    }
  }

  /** Turns every later use away at once, and frees on another thread. */
  void closeInBackground() {
    if (shut()) {
      Thread.ofPlatform().name("skep-close").start(this::free);
    }
  }

  private boolean shut() {
    if (lock.getReadHoldCount() > 0) {
      throw new IllegalStateException(what + " cannot be closed from inside one of its own calls");
    }
    lock.writeLock().lock();
    try {
      boolean first = !closed;
      closed = true;
      return first;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void free() {
    try {
      release.run();
    } finally {
      released.countDown();
    }
  }

  private void awaitRelease() {
    boolean interrupted = false;
    while (released.getCount() > 0) {
      try {
        released.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
