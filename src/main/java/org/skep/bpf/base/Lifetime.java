package org.skep.bpf.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * Keeps native resources from being freed while a thread uses them, and from being used once they
 * are freed. Uses run side by side and cost two atomic additions; closing lets those under way
 * finish and turns later ones away.
 *
 * <p>Code of the user must not run inside a use: it could close what it is inside of, and wait for
 * itself for ever.
 */
public final class Lifetime {
  private static final Cleaner CLEANER = Cleaner.create();

  private final Uses uses;

  /**
   * @param what the thing, quoted: {@code object 'opens'}
   * @param remedy what to do when it is used after closing
   * @param release frees it; called once. It must not reach this, where {@link
   *     #closeWhenUnreachable} is to work
   */
  public Lifetime(String what, String remedy, Runnable release) {
    this.uses = new Uses(what, remedy, release);
  }

  /**
   * Closes it in the background when nobody can reach this any more. A use that is under way can:
   * the end of it holds this, whatever else of the caller the collector has taken by then.
   *
   * @param before is run first, where it was not closed till then; it must not reach this
   */
  public void closeWhenUnreachable(Runnable before) {
    Uses state = uses;
    CLEANER.register(
        this,
        () -> {
          if (!state.isClosed()) {
            before.run();
            state.closeInBackground();
          }
        });
  }

  /** Begins a use, to be ended by {@link #exit()} in a {@code finally}. */
  public void enter() {
    uses.enter();
  }

  public void exit() {
    try {
      uses.exit();
    } finally {
      // the compiler may forget this once it has loaded the field, which is before the use
      Reference.reachabilityFence(this);
    }
  }

  /** Does something with the resources. */
  public <T> T use(Supplier<T> work) {
    enter();
    try {
      return work.get();
    } finally {
      exit();
    }
  }

  public boolean isClosed() {
    return uses.isClosed();
  }

  /** Whether it was closed and its resources are freed. */
  public boolean isReleased() {
    return uses.released.getCount() == 0;
  }

  /** Closes; when it returns, the resources are freed, by this call or by an earlier one. */
  public void close() {
    uses.close();
  }

  /** Turns every later use away at once, and frees on another thread. */
  public void closeInBackground() {
    uses.closeInBackground();
  }

  /** The uses under way, apart from the lifetime so that closing does not need to reach that. */
  private static final class Uses {
    private static final VarHandle STATE;

    static {
      try {
        STATE = MethodHandles.lookup().findVarHandle(Uses.class, "state", long.class);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("state", e);
      }
    }

    /** Added to the number of uses when it is closed. */
    private static final long CLOSED = 1L << 62;

    private final String what;
    private final String remedy;
    private final Runnable release;
    private final CountDownLatch unused = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @SuppressWarnings("unused") // by STATE
    private volatile long state;

    Uses(String what, String remedy, Runnable release) {
      this.what = what;
      this.remedy = remedy;
      this.release = release;
    }

    void enter() {
      if ((long) STATE.getAndAdd(this, 1L) >= CLOSED) {
        exit();
        throw new IllegalStateException(what + " is closed (" + remedy + ")");
      }
    }

    void exit() {
      if ((long) STATE.getAndAdd(this, -1L) == CLOSED + 1) {
        unused.countDown();
      }
    }

    boolean isClosed() {
      return state >= CLOSED;
    }

    void close() {
      if (shut()) {
        free();
      } else {
        await(released);
      }
    }

    void closeInBackground() {
      if (shut()) {
        Thread.ofPlatform().name("skep-close").start(this::free);
      }
    }

    private boolean shut() {
      long before;
      do {
        before = state;
        if (before >= CLOSED) {
          return false;
        }
      } while (!STATE.compareAndSet(this, before, before + CLOSED));
      if (before == 0) {
        unused.countDown();
      }
      return true;
    }

    private void free() {
      await(unused);
      try {
        release.run();
      } finally {
        released.countDown();
      }
    }

    /** Waits whether or not this thread is interrupted. */
    private static void await(CountDownLatch latch) {
      boolean interrupted = false;
      while (latch.getCount() > 0) {
        try {
          latch.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
