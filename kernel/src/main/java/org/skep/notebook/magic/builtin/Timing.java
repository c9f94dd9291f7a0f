package org.skep.notebook.magic.builtin;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.skep.notebook.magic.Durations;

/**
 * How long one call of some code takes, over several runs of many calls.
 *
 * @param nanos of one call, a number for each run, in the order of the runs
 * @param loops calls in each run
 * @param warmUpNanos spent before the first run
 */
public record Timing(List<Double> nanos, long loops, long warmUpNanos) {
  public Timing {
    nanos = List.copyOf(nanos);
  }

  static Timing of(double[] nanos, long loops, long warmUpNanos) {
    return new Timing(Arrays.stream(nanos).boxed().toList(), loops, warmUpNanos);
  }

  /** Nanoseconds of one call in the middle run. */
  public double median() {
    return quantile(0.5);
  }

  /** Nanoseconds of one call in the fastest run. */
  public double min() {
    return quantile(0);
  }

  /** Nanoseconds of one call in the slowest run. */
  public double max() {
    return quantile(1);
  }

  /** Nanoseconds between the run that is faster than three quarters and the one that is slower. */
  public double quartileRange() {
    return quantile(0.75) - quantile(0.25);
  }

  private double quantile(double q) {
    double[] sorted = nanos.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double at = q * (sorted.length - 1);
    int below = (int) at;
    double above = below + 1 < sorted.length ? sorted[below + 1] : sorted[below];
    return sorted[below] + (at - below) * (above - sorted[below]);
  }

  /**
   * {@code median 12.3 ns a call, middle half within 0.2 ns, 12.1 ns to 13.0 ns (7 runs of ...)}.
   */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "median %s a call, middle half within %s, %s to %s (%,d run%s of %,d call%s, %s of warm-up)",
        Durations.show(median()),
        Durations.show(quartileRange()),
        Durations.show(min()),
        Durations.show(max()),
        nanos.size(),
        nanos.size() == 1 ? "" : "s",
        loops,
        loops == 1 ? "" : "s",
        Durations.show((double) warmUpNanos));
  }
}
