package org.skep.notebook.magic.builtin;

/** Runs code many times and keeps the time of each run. */
final class Stopwatch {
  private static final long WARM_UP_NANOS = 2_000_000_000L;
  private static final long RUN_NANOS = 100_000_000L;
  private static final long MOST_LOOPS = 1_000_000_000L;

  private final TimedLoop code;

  Stopwatch(TimedLoop code) {
    this.code = code;
  }

  /**
   * Warms up, then times.
   *
   * @param loops calls in one run; 0 to find a number that fills a tenth of a second
   */
  Timing time(int loops, int runs) throws Exception {
    long start = System.nanoTime();
    long count = 1;
    long took = run(count);
    double best = took;
    int steady = 0;
    while (System.nanoTime() - start < WARM_UP_NANOS && took < RUN_NANOS * 10 && steady < 5) {
      if (took < RUN_NANOS / 2) {
        count =
            Math.min(
                MOST_LOOPS,
                Math.max(count * 2, (long) (count * (RUN_NANOS * 0.75) / Math.max(1, took))));
        count = Math.min(count, loops > 0 ? Math.max(loops, 1) : MOST_LOOPS);
      }
      took = run(count);
      double each = (double) took / count;
      steady = each < best * 0.98 ? 0 : steady + 1;
      best = Math.min(best, each);
    }
    long warmUp = System.nanoTime() - start;
    long chosen =
        loops > 0
            ? loops
            : Math.max(1, Math.min(MOST_LOOPS, (long) (RUN_NANOS / Math.max(1, best))));
    double[] nanos = new double[runs];
    for (int i = 0; i < runs; i++) {
      nanos[i] = (double) run(chosen) / chosen;
    }
    return Timing.of(nanos, chosen, warmUp);
  }

  private long run(long count) throws Exception {
    if (Thread.interrupted()) {
      throw new InterruptedException("timing was interrupted");
    }
    long start = System.nanoTime();
    code.run(count);
    return System.nanoTime() - start;
  }
}
