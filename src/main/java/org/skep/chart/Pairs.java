package org.skep.chart;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.columns.Column;

/**
 * Numbers by two categories.
 *
 * @param xs labels across
 * @param ys labels upwards
 * @param sums by the place of y, then of x; NaN where there is no row
 */
@SuppressWarnings("ArrayRecordComponent") // made, read once and forgotten
record Pairs(List<String> xs, List<String> ys, double[][] sums) {
  static Pairs of(Column<?> x, Column<?> y, NumericColumn<?> numbers) {
    List<String> xs = labels(x);
    List<String> ys = labels(y);
    double[][] sums = new double[ys.size()][xs.size()];
    for (double[] row : sums) {
      Arrays.fill(row, Double.NaN);
    }
    for (int row = 0; row < numbers.size(); row++) {
      if (!numbers.isMissing(row)) {
        int across = xs.indexOf(Sums.label(x, row));
        int up = ys.indexOf(Sums.label(y, row));
        double before = sums[up][across];
        sums[up][across] = (Double.isNaN(before) ? 0 : before) + numbers.getDouble(row);
      }
    }
    return new Pairs(xs, ys, sums);
  }

  /** Numbers by their size, anything else as it first occurs. */
  private static List<String> labels(Column<?> column) {
    IntStream rows = IntStream.range(0, column.size());
    if (column instanceof NumericColumn<?> numbers) {
      return rows.boxed()
          .sorted(Comparator.comparingDouble(numbers::getDouble))
          .map(row -> Sums.label(column, row))
          .distinct()
          .toList();
    }
    return rows.mapToObj(row -> Sums.label(column, row)).distinct().toList();
  }
}
