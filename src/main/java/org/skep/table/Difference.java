package org.skep.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** What became of the numbers of a table between two moments. */
public final class Difference {
  private static final double NANOS_PER_SECOND = 1e9;

  private Difference() {}

  /**
   * Subtracts an earlier table of the same columns. Each number becomes how much it grew, with a
   * column {@code NAME/s} behind it that has the same for a second; other columns are those of the
   * later table. A key that was not there before grew from 0. One that is gone is left out, and a
   * note counts those; another note counts numbers that shrank.
   *
   * @param keys the columns that tell one row from another
   * @param elapsed the time between the two; more than 0
   * @throws IllegalArgumentException when the columns differ
   */
  public static NotedTable of(Table later, Table earlier, List<String> keys, Duration elapsed) {
    check(later, earlier);
    Map<List<Object>, Integer> before = new HashMap<>();
    for (int row = 0; row < earlier.rowCount(); row++) {
      before.put(key(earlier, keys, row), row);
    }
    int[] rows = new int[later.rowCount()];
    int known = 0;
    for (int row = 0; row < rows.length; row++) {
      rows[row] = before.getOrDefault(key(later, keys, row), -1);
      known += rows[row] >= 0 ? 1 : 0;
    }
    double seconds = elapsed.toNanos() / NANOS_PER_SECOND;
    var columns = new ArrayList<Column<?>>();
    var notes = new ArrayList<String>();
    for (Column<?> column : later.columns()) {
      Column<?> old = earlier.column(column.name());
      if (keys.contains(column.name()) || isSide(column.name()) || !isNumber(column, old)) {
        if (!column.name().endsWith(".exact")) {
          columns.add(column.copy());
        }
      } else {
        add((NumericColumn<?>) column, (NumericColumn<?>) old, rows, seconds, columns, notes);
      }
    }
    notes.addFirst(
        "grown within " + text(elapsed) + (known < rows.length ? ", new keys from 0" : ""));
    if (before.size() > known) {
      int gone = before.size() - known;
      notes.add(gone + (gone == 1 ? " key is" : " keys are") + " gone and left out");
    }
    return NotedTable.of(later.name(), columns, notes, NotedTable.renamedOf(later));
  }

  private static void check(Table later, Table earlier) {
    if (!later.columnNames().stream()
        .filter(c -> !isSide(c))
        .toList()
        .equals(earlier.columnNames().stream().filter(c -> !isSide(c)).toList())) {
      throw new IllegalArgumentException(
          "subtract '"
              + earlier.name()
              + "' from '"
              + later.name()
              + "': columns "
              + earlier.columnNames()
              + " are not "
              + later.columnNames());
    }
  }

  /** Whether a column only tells more of another one. */
  private static boolean isSide(String name) {
    return name.endsWith(".raw") || name.endsWith(".exact");
  }

  private static boolean isNumber(Column<?> column, Column<?> old) {
    return column instanceof NumericColumn && old instanceof NumericColumn;
  }

  private static List<Object> key(Table table, List<String> keys, int row) {
    var key = new ArrayList<Object>(keys.size());
    for (String name : keys) {
      key.add(table.column(name).getString(row));
    }
    return key;
  }

  private static void add(
      NumericColumn<?> later,
      NumericColumn<?> earlier,
      int[] rows,
      double seconds,
      List<Column<?>> columns,
      List<String> notes) {
    boolean whole = isWhole(later) && isWhole(earlier);
    var rates = new double[rows.length];
    var grown = new double[rows.length];
    var exact = new long[rows.length];
    int shrunk = 0;
    for (int row = 0; row < rows.length; row++) {
      if (whole) {
        exact[row] = whole(later, row) - (rows[row] < 0 ? 0 : whole(earlier, rows[row]));
        grown[row] = exact[row];
      } else {
        grown[row] = later.getDouble(row) - (rows[row] < 0 ? 0 : earlier.getDouble(rows[row]));
      }
      rates[row] = grown[row] / seconds;
      shrunk += grown[row] < 0 ? 1 : 0;
    }
    Column<?> growth =
        whole ? LongColumn.create(later.name(), exact) : DoubleColumn.create(later.name(), grown);
    Column<?> rate = DoubleColumn.create(later.name() + "/s", rates);
    Unit.of(later)
        .ifPresent(
            unit -> {
              unit.putOn(growth);
              unit.perSecond().putOn(rate);
            });
    columns.add(growth);
    columns.add(rate);
    if (shrunk > 0) {
      notes.add("'" + later.name() + "' shrank in " + shrunk + (shrunk == 1 ? " row" : " rows"));
    }
  }

  private static boolean isWhole(NumericColumn<?> column) {
    return column instanceof LongColumn || column instanceof IntColumn;
  }

  private static long whole(NumericColumn<?> column, int row) {
    return switch (column) {
      case LongColumn c -> c.getLong(row);
      case IntColumn c -> c.getInt(row);
      default -> (long) column.getDouble(row);
    };
  }

  private static String text(Duration elapsed) {
    return elapsed.compareTo(Duration.ofSeconds(10)) < 0
        ? elapsed.toMillis() + " ms"
        : elapsed.toSeconds() + " s";
  }
}
