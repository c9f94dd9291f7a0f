package org.skep.notebook.shell;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stops cells. A thread that waits is interrupted; a thread that computes is stopped by the checks
 * woven into its code. Both are repeated until the cell has ended, as one interrupt may come while
 * the cell compiles, and another may be swallowed.
 *
 * <p>A cell's thread is interrupted only while it runs the cell's code: an interrupt would close
 * files under the compiler.
 */
final class Interrupts {
  /** How long the threads that a cell started have to end after it. */
  private static final long HELPERS_MILLIS = 60;

  /** How long the checks stay armed for threads that come back late from where they waited. */
  private static final long LATE_MILLIS = 3_000;

  private final UserThreads threads;
  private final Set<CellRun> active = new LinkedHashSet<>();
  private Consumer<Boolean> armedSwitch = armed -> {};
  private int alarms;

  Interrupts(UserThreads threads) {
    this.threads = threads;
  }

  /** Says where to set whether the woven checks call {@link #check}. */
  synchronized void onArm(Consumer<Boolean> armedSwitch) {
    this.armedSwitch = armedSwitch;
    armedSwitch.accept(active.stream().anyMatch(CellRun::stopRequested));
  }

  /** Begins to run a cell on the calling thread; within a cell, the same run goes on. */
  synchronized CellRun begin() {
    Thread thread = Thread.currentThread();
    for (CellRun run : active) {
      if (run.thread.equals(thread)) {
        run.depth++;
        return run;
      }
    }
    var run = new CellRun(thread);
    active.add(run);
    return run;
  }

  /**
   * Ends what {@link #begin} began; where the run was stopped, what of it still runs.
   *
   * @return null unless the run was stopped
   */
  @Nullable List<String> end(CellRun run) {
    synchronized (this) {
      if (run.depth > 0) {
        run.depth--;
        return run.stopRequested() ? List.of() : null;
      }
      run.end();
      active.remove(run);
      if (!run.stopRequested()) {
        return null;
      }
    }
    List<String> left = stopHelpers(run);
    disarmLater();
    return left;
  }

  /**
   * Marks that the calling thread enters the code of the run's cell.
   *
   * @return what {@link #leave} must be given, or null where the run is to stop and must not enter
   */
  synchronized @Nullable Entry enter(CellRun run) {
    if (run.stopRequested()) {
      return null;
    }
    var entry = new Entry(threads.assigned());
    threads.assign(run);
    run.inUserCode = true;
    return entry;
  }

  /** Marks that the calling thread left the code of the run's cell; clears its interrupt. */
  synchronized void leave(CellRun run, Entry entry) {
    run.inUserCode = false;
    threads.assign(entry.before());
    var _ = Thread.interrupted();
  }

  /**
   * Marks that the calling thread, which runs a cell, goes into the compiler or comes back.
   *
   * @return whether it was in the code of a cell
   */
  synchronized boolean suspend(CellRun run) {
    boolean was = run.inUserCode;
    run.inUserCode = false;
    if (was) {
      var _ = Thread.interrupted();
    }
    return was;
  }

  /** Undoes {@link #suspend}. */
  synchronized void resume(CellRun run, boolean inUserCode) {
    run.inUserCode = inUserCode;
    if (inUserCode && run.stopRequested()) {
      run.thread.interrupt();
    }
  }

  /** What {@link #enter} found. */
  record Entry(@Nullable CellRun before) {}

  /** Stops the cells that run. */
  synchronized void interrupt() {
    for (CellRun run : active) {
      if (run.stopRequested()) {
        continue;
      }
      run.requestStop();
      alarms++;
      armedSwitch.accept(true);
      Thread.ofPlatform().name("interrupt").daemon().start(() -> insist(run));
    }
  }

  private void insist(CellRun run) {
    for (long millis = 5; !run.ended(); millis = Math.min(2 * millis, 250)) {
      synchronized (this) {
        if (run.inUserCode) {
          run.thread.interrupt();
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
      if (millis > 100) {
        threads.helpersOf(run).forEach(e -> e.getKey().interrupt());
      }
    }
  }

  /** Called by the woven checks while they are armed. */
  void check() {
    CellRun run = threads.assigned();
    if (run != null && run.thread.equals(Thread.currentThread())) {
      if (run.stopRequested()) {
        run.stop();
      }
      return;
    }
    CellRun stopped = threads.stoppedRunOfCaller();
    if (stopped != null) {
      Thread.currentThread().setUncaughtExceptionHandler(Interrupts::endQuietly);
      stopped.stop();
    }
  }

  private static void endQuietly(Thread thread, Throwable error) {
    if (!(error instanceof CellStopped)) {
      thread.getThreadGroup().uncaughtException(thread, error);
    }
  }

  private List<String> stopHelpers(CellRun run) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HELPERS_MILLIS);
    for (long millis = 1; ; millis = Math.min(2 * millis, 16)) {
      var helpers = threads.helpersOf(run);
      if (helpers.isEmpty() || System.nanoTime() > end) {
        return helpers.stream().map(e -> UserThreads.describe(e.getKey(), e.getValue())).toList();
      }
      helpers.forEach(e -> e.getKey().interrupt());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  private void disarmLater() {
    int alarm;
    synchronized (this) {
      alarm = alarms;
    }
    Thread.ofVirtual()
        .start(
            () -> {
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LATE_MILLIS));
              synchronized (this) {
                if (alarm == alarms) {
                  armedSwitch.accept(false);
                }
              }
            });
  }

  /** What was asked to stop and has not ended: thread names and tops of stacks. */
  List<String> stillRunning() {
    List<CellRun> runs;
    synchronized (this) {
      runs = active.stream().filter(CellRun::stopRequested).toList();
    }
    var lines = new ArrayList<String>();
    for (CellRun run : runs) {
      lines.add(UserThreads.describe(run.thread, run.thread.getStackTrace()));
      threads
          .helpersOf(run)
          .forEach(e -> lines.add(UserThreads.describe(e.getKey(), e.getValue())));
    }
    return lines;
  }
}
