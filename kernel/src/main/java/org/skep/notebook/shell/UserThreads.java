package org.skep.notebook.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Tells which threads work for which run of a cell. */
@SuppressWarnings("ThreadLocalUsage") // each shell tells its own threads apart
final class UserThreads {
  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final Set<String> KERNEL_FRAMES = Set.of(StopWeaver.SWITCH_CLASS);

  /**
   * A look at a stack costs microseconds; an innocent thread is not slowed down by more than this.
   */
  private static final long LOOK_NANOS = 2_000_000;

  private final Map<String, CellRun> runOfClass = new ConcurrentHashMap<>();

  /** The run whose cell the thread works in, inherited by the threads that it makes. */
  private final InheritableThreadLocal<@Nullable CellRun> runOfThread =
      new InheritableThreadLocal<>();

  /** When a thread's stack is to be looked at again, in nanoseconds. */
  private final ThreadLocal<long[]> nextLook =
      ThreadLocal.withInitial(() -> new long[] {System.nanoTime()});

  /** Notes that the class came with a run. */
  void classLoaded(String name, CellRun run) {
    runOfClass.put(name, run);
  }

  /** Says that the calling thread works for a run, or for none. */
  void assign(@Nullable CellRun run) {
    if (run == null) {
      runOfThread.remove();
    } else {
      runOfThread.set(run);
    }
  }

  /** What {@link #assign} said of the calling thread, or of the thread that made it. */
  @Nullable CellRun assigned() {
    return runOfThread.get();
  }

  /**
   * Whether the calling thread, which is in the code of a cell but not a cell's own thread, works
   * for a run that is to stop. A pool's thread is judged by the code it runs, as it outlives the
   * cell that made it; any other by the cell that made it, too.
   */
  @Nullable CellRun stoppedRunOfCaller() {
    long now = System.nanoTime();
    long[] next = nextLook.get();
    if (now - next[0] < 0) {
      return null;
    }
    next[0] = now + LOOK_NANOS;
    CellRun byCode = byOutermost(WALKER.walk(s -> s.map(f -> f.getClassName()).toList()));
    if (byCode != null && byCode.stopRequested()) {
      return byCode;
    }
    CellRun maker = runOfThread.get();
    return maker != null && maker.stopRequested() && !isPooled() ? maker : null;
  }

  private static boolean isPooled() {
    return Thread.currentThread() instanceof ForkJoinWorkerThread
        || WALKER.walk(
            s -> s.anyMatch(f -> f.getClassName().startsWith("java.util.concurrent.Thread")));
  }

  private @Nullable CellRun byOutermost(List<String> classNames) {
    for (int i = classNames.size() - 1; i >= 0; i--) {
      CellRun run = runOfClass.get(classNames.get(i));
      if (run != null) {
        return run;
      }
    }
    return null;
  }

  /** The platform threads, beside the cell's own, that are in code of the run's cell. */
  List<Map.Entry<Thread, StackTraceElement[]>> helpersOf(CellRun run) {
    return threads(
        (thread, stack) -> {
          if (thread.equals(run.thread)) {
            return false;
          }
          var names = new ArrayList<String>();
          for (StackTraceElement frame : stack) {
            names.add(frame.getClassName());
          }
          return byOutermost(names) == run;
        });
  }

  private static List<Map.Entry<Thread, StackTraceElement[]>> threads(
      BiPredicate<Thread, StackTraceElement[]> which) {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(e -> which.test(e.getKey(), e.getValue()))
        .toList();
  }

  /** The thread's name and where it is, in one line. */
  static String describe(Thread thread, StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      if (!KERNEL_FRAMES.contains(frame.getClassName())) {
        return "thread '" + thread.getName() + "' in " + frame;
      }
    }
    return "thread '" + thread.getName() + "'";
  }
}
