package org.skep.chart;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.skep.table.Nanoseconds;
import org.skep.table.Unit;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * The values of a column as names of categories: as the table shows them, but in full where
 * different values look the same there ({@code 1.50 µs}).
 */
final class Labels {
  private static final String EXACT = ".exact";

  private Labels() {}

  /** A name for each row; rows of different values have different names. */
  static String[] of(Table table, Column<?> column) {
    String[] shown = new String[column.size()];
    String[] exact = new String[column.size()];
    Map<String, String> meant = new HashMap<>();
    Set<String> several = new HashSet<>();
    String missing = missing(column);
    for (int row = 0; row < shown.length; row++) {
      shown[row] = column.isMissing(row) ? missing : column.getString(row);
      exact[row] = column.isMissing(row) ? missing : exact(table, column, row);
      String other = meant.putIfAbsent(shown[row], exact[row]);
      if (other != null && !other.equals(exact[row])) {
        several.add(shown[row]);
      }
    }
    for (int row = 0; row < shown.length; row++) {
      shown[row] = several.contains(shown[row]) ? exact[row] : shown[row];
    }
    return shown;
  }

  /** The name of missing values, which is that of no value. */
  private static String missing(Column<?> column) {
    Set<String> values = new HashSet<>();
    for (int row = 0; row < column.size(); row++) {
      if (!column.isMissing(row) && column.getString(row).startsWith("(missing")) {
        values.add(column.getString(row));
      }
    }
    String name = "(missing)";
    while (values.contains(name)) {
      name = name.replace(")", " value)");
    }
    return name;
  }

  private static String exact(Table table, Column<?> column, int row) {
    if (column instanceof DoubleColumn && table.containsColumn(column.name() + EXACT)) {
      return table.column(column.name() + EXACT).getString(row);
    }
    return switch (column) {
      case InstantColumn times -> time(times, row);
      case NumericColumn<?> numbers ->
          numbers.getUnformattedString(row)
              + Unit.of(numbers).map(unit -> " " + unit.multiple(1).symbol()).orElse("");
      default -> column.getUnformattedString(row);
    };
  }

  /** A time with its nanoseconds, which Tablesaw's columns leave out. */
  static String time(InstantColumn times, int row) {
    OptionalLong nanos = Nanoseconds.of(times, row);
    return nanos.isPresent()
        ? Instant.EPOCH.plusNanos(nanos.getAsLong()).toString()
        : times.getUnformattedString(row);
  }
}
