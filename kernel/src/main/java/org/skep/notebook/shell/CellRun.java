package org.skep.notebook.shell;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One run of one cell: what there is to stop. */
final class CellRun {
  /**
   * How long code that was told to stop may go on to clean up, in {@code finally} say, before every
   * further check throws again.
   */
  private static final long GRACE_NANOS = 25_000_000;

  final Thread thread;
  private final Map<Thread, Long> told = new ConcurrentHashMap<>();

  private volatile boolean stopRequested;
  private volatile boolean ended;

  /** Guarded by the {@link Interrupts} that made this run. */
  int depth;

  /** Guarded by the {@link Interrupts} that made this run. */
  boolean inUserCode;

  CellRun(Thread thread) {
    this.thread = thread;
  }

  boolean stopRequested() {
    return stopRequested;
  }

  void requestStop() {
    stopRequested = true;
  }

  boolean ended() {
    return ended;
  }

  void end() {
    ended = true;
  }

  /** Throws into the calling thread, unless it was told a moment ago and is cleaning up. */
  void stop() {
    long now = System.nanoTime();
    Long first = told.putIfAbsent(Thread.currentThread(), now);
    if (first == null || now - first > GRACE_NANOS) {
      throw new CellStopped();
    }
  }
}
