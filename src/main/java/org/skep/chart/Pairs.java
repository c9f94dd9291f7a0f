package org.skep.chart;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.skep.table.Nanoseconds;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Numbers by two categories.
 *
 * @param xs labels across
 * @param ys labels upwards
 * @param numbers by the place of y, then of x; NaN where there is no row
 * @param how the rows of a pair became one number; empty where each pair has one row
 */
@SuppressWarnings("ArrayRecordComponent") // made, read once and forgotten
record Pairs(List<String> xs, List<String> ys, double[][] numbers, Optional<Aggregate> how) {
  static Pairs of(Table table, Column<?> x, Column<?> y, Measure measure) {
    String[] xLabels = Labels.of(table, x);
    String[] yLabels = Labels.of(table, y);
    Map<String, Integer> xs = places(x, xLabels);
    Map<String, Integer> ys = places(y, yLabels);
    StringColumn pairs = StringColumn.create(x.name() + " and " + y.name());
    Map<String, int[]> places = new HashMap<>();
    for (int row = 0; row < x.size(); row++) {
      int across = xs.getOrDefault(xLabels[row], 0);
      int up = ys.getOrDefault(yLabels[row], 0);
      String pair = across + " " + up;
      places.put(pair, new int[] {across, up});
      pairs.append(pair);
    }
    Groups groups = Groups.of(table, pairs, measure);
    double[][] numbers = new double[ys.size()][xs.size()];
    for (double[] row : numbers) {
      java.util.Arrays.fill(row, Double.NaN);
    }
    places.forEach((pair, at) -> numbers[at[1]][at[0]] = groups.of(pair));
    return new Pairs(List.copyOf(xs.keySet()), List.copyOf(ys.keySet()), numbers, groups.how());
  }

  /** Numbers and times by their size, anything else as it first occurs. */
  private static Map<String, Integer> places(Column<?> column, String[] labels) {
    IntStream rows = IntStream.range(0, labels.length);
    var order =
        switch (column) {
          case NumericColumn<?> numbers ->
              rows.boxed().sorted(Comparator.comparingDouble(numbers::getDouble));
          case InstantColumn times ->
              rows.boxed()
                  .sorted(
                      Comparator.comparingLong(
                          row -> Nanoseconds.of(times, row).orElse(Long.MAX_VALUE)));
          default -> rows.boxed();
        };
    Map<String, Integer> places = new LinkedHashMap<>();
    order.forEach(row -> places.putIfAbsent(labels[row], places.size()));
    return places;
  }
}
