package org.skep.chart;

import java.util.Arrays;

/**
 * Numbers counted by intervals of equal width.
 *
 * @param middles of the intervals
 * @param counts of the numbers in them
 */
@SuppressWarnings("ArrayRecordComponent") // made, read once and forgotten
record Bins(double[] middles, double[] counts) {
  private static final int MOST = 80;
  private static final int FEWEST = 5;

  static Bins of(double[] numbers) {
    double[] sorted = Arrays.stream(numbers).filter(Double::isFinite).sorted().toArray();
    if (sorted.length == 0) {
      return new Bins(new double[0], new double[0]);
    }
    double min = sorted[0];
    double range = sorted[sorted.length - 1] - min;
    boolean whole = Arrays.stream(sorted).allMatch(n -> n == Math.rint(n));
    if (range == 0) {
      return new Bins(new double[] {min}, new double[] {sorted.length});
    }
    double width = whole && range < MOST ? 1 : width(sorted, range, whole);
    double start = whole && width == 1 ? min - 0.5 : min;
    int count =
        (int) Math.min(MOST + 1, Math.floor((sorted[sorted.length - 1] - start) / width) + 1);
    double[] middles = new double[count];
    double[] counts = new double[count];
    for (int i = 0; i < count; i++) {
      middles[i] = start + (i + 0.5) * width;
    }
    for (double number : sorted) {
      counts[Math.min(count - 1, (int) ((number - start) / width))]++;
    }
    return new Bins(middles, counts);
  }

  /** Freedman's and Diaconis' rule: twice the range of the middle half, over the cube root of n. */
  private static double width(double[] sorted, double range, boolean whole) {
    int n = sorted.length;
    double half = sorted[(int) (0.75 * (n - 1))] - sorted[(int) (0.25 * (n - 1))];
    double width = 2 * half / Math.cbrt(n);
    width = Math.min(range / FEWEST, Math.max(range / MOST, width));
    return whole ? Math.ceil(width) : width;
  }
}
