package org.skep.notebook.wire;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The requests of the shell channel, in order, on the cell thread; and what may happen to them from
 * outside: to be aborted, to be interrupted.
 */
final class CellRequests {
  /** The comm of the thread that runs all cells, as eBPF programs see it: at most 15 bytes. */
  static final String THREAD_NAME = "skep-cell";

  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LAST_PAUSE_MILLIS = 500;

  /** How long a cell that was asked to stop is waited for before it may be left behind. */
  private static final long LEAVE_AFTER_NANOS = 3_000_000_000L;

  /** How long questions may keep one that came after them waiting. */
  static final long QUESTIONS_NANOS = 1_000_000_000L;

  /** What is done with a request. */
  interface Work {
    /**
     * Performs a request.
     *
     * @param late whether it has waited so long for other questions that it is to be answered
     *     without looking at its code
     */
    void perform(Message request, boolean late);

    /** Answers that the request will not be performed. */
    void abort(Message request);

    /**
     * Answers for a request that is being performed and does not end.
     *
     * @return false when it has ended, in which case nothing was done
     */
    boolean leaveBehind(Message request);
  }

  private static final class Entry {
    final Message request;
    final AtomicBoolean interrupted = new AtomicBoolean();
    volatile boolean aborted;
    final long questionsBefore;
    volatile long firstAsked;

    Entry(Message request, long questionsBefore) {
      this.request = request;
      this.questionsBefore = questionsBefore;
    }
  }

  private final Work work;
  private final Log log;
  private WorkThread thread;
  private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Entry current;

  /** What all requests but cells have taken. */
  private final AtomicLong questionNanos = new AtomicLong();

  CellRequests(Work work, Log log) {
    this.work = work;
    this.log = log;
    thread = new WorkThread(THREAD_NAME, log);
  }

  synchronized void start() {
    thread.start();
  }

  synchronized void submit(Message request) {
    waiting.add(new Entry(request, questionNanos.get()));
    thread.submit(this::next);
  }

  private void next() {
    Entry entry;
    synchronized (this) {
      entry = waiting.remove();
      current = entry;
    }
    try {
      if (entry.aborted) {
        work.abort(entry.request);
      } else {
        perform(entry);
      }
    } finally {
      synchronized (this) {
        if (current == entry) {
          current = null;
        }
        notifyAll();
        Thread.interrupted(); // an interrupt is for the request during which it came
      }
    }
  }

  private void perform(Entry entry) {
    boolean late = questionNanos.get() - entry.questionsBefore > QUESTIONS_NANOS;
    long begin = System.nanoTime();
    try {
      work.perform(entry.request, late);
    } finally {
      if (!isCell(entry.request)) {
        questionNanos.addAndGet(System.nanoTime() - begin);
      }
    }
  }

  private static boolean isCell(Message request) {
    return request.type().equals("execute_request");
  }

  /** Gives up the cells that wait; other requests are still answered. */
  void abortWaiting() {
    for (Entry entry : waiting) {
      if (isCell(entry.request)) {
        entry.aborted = true;
      }
    }
  }

  /**
   * Gives up the cells that wait, and asks the running one to stop, again and again until it has: a
   * cell may be about to start, or still be compiled, when it is asked first. Returns at once.
   *
   * <p>A cell that has not stopped some seconds later is left behind when this is called again:
   * what comes next runs on another thread.
   *
   * @param ask asks once; called on a thread of its own, and never when another cell runs already
   */
  void interrupt(Runnable ask) {
    abortWaiting();
    Entry target = current;
    if (target == null) {
      return;
    }
    if (target.interrupted.getAndSet(true)) {
      if (System.nanoTime() - target.firstAsked > LEAVE_AFTER_NANOS) {
        leaveBehind(target);
      }
      return;
    }
    target.firstAsked = System.nanoTime();
    Thread.ofPlatform()
        .daemon()
        .name("skep-interrupt")
        .start(
            () -> {
              long pause = FIRST_PAUSE_MILLIS;
              while (askOnce(target, ask) && stillRuns(target, pause)) {
                pause = Math.min(2 * pause, LAST_PAUSE_MILLIS);
              }
            });
  }

  private synchronized void leaveBehind(Entry target) {
    if (current != target || !work.leaveBehind(target.request)) {
      return;
    }
    log.report("a cell that does not stop is left behind", null);
    current = null;
    thread.retire();
    thread = new WorkThread(THREAD_NAME, log);
    waiting.forEach(_ -> thread.submit(this::next));
    thread.start();
    notifyAll();
  }

  private synchronized boolean stillRuns(Entry target, long millis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      for (long left = millis; current == target && left > 0; ) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      }
      return current == target;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private synchronized boolean askOnce(Entry target, Runnable ask) {
    if (current != target) {
      return false;
    }
    try {
      ask.run();
    } catch (Throwable t) { // the next attempt may do better
      log.report("interrupt", t);
    }
    return true;
  }
}
