package org.skep.chart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.columns.Column;

/**
 * Numbers by category, in the order in which the categories first occur.
 *
 * @param added whether a category occurred more than once
 */
record Sums(Map<String, Double> sums, boolean added) {
  static Sums of(Column<?> category, NumericColumn<?> numbers) {
    Map<String, Double> sums = new LinkedHashMap<>();
    boolean added = false;
    for (int row = 0; row < category.size(); row++) {
      if (!numbers.isMissing(row)) {
        double number = numbers.getDouble(row);
        added |= sums.merge(label(category, row), number, Double::sum) != number;
      }
    }
    return new Sums(sums, added);
  }

  static String label(Column<?> column, int row) {
    return column.isMissing(row) ? "(missing)" : column.getString(row);
  }

  List<String> categories() {
    return List.copyOf(sums.keySet());
  }

  double of(String category) {
    return sums.getOrDefault(category, Double.NaN);
  }
}
