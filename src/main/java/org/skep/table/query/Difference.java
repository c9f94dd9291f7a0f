package org.skep.table.query;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Field;
import org.skep.table.NotedTable;
import org.skep.table.Unit;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** What became of the numbers of a table between two moments. */
public final class Difference {
  private static final double NANOS_PER_SECOND = 1e9;

  private Difference() {}

  /**
   * Subtracts an earlier table of the same columns. Each quantity becomes how much it grew, with a
   * column {@code NAME/s} behind it that has the same for a second; other columns, ports among
   * them, are those of the later table. A key that was not there before grew from 0. One that is
   * gone is left out, and a note counts those; another note counts numbers that shrank.
   *
   * @param keys the columns that tell one row from another
   * @param members what columns were read from, by their names
   * @param elapsed the time between the two; more than 0
   * @throws IllegalArgumentException when the columns differ
   */
  public static NotedTable of(
      Table later, Table earlier, List<String> keys, Map<String, Field> members, Duration elapsed) {
    check(later, earlier, members);
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
      String name = column.name();
      if (isQuantity(name, members, keys)
          && column instanceof NumericColumn<?> now
          && old instanceof NumericColumn<?> then) {
        var grown = new Grown(Numbers.of(later, now), Numbers.of(earlier, then), rows);
        grown.addTo(columns, seconds, notes);
      } else if (!name.endsWith(".exact") || members.containsKey(name) || isKey(name, keys)) {
        columns.add(column.copy());
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

  private static void check(Table later, Table earlier, Map<String, Field> members) {
    if (!mainColumns(later, members).equals(mainColumns(earlier, members))) {
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

  private static List<String> mainColumns(Table table, Map<String, Field> members) {
    return table.columnNames().stream().filter(name -> !isSide(name, members)).toList();
  }

  /** Whether a column only tells more of another one. */
  private static boolean isSide(String name, Map<String, Field> members) {
    return (name.endsWith(".raw") || name.endsWith(".exact")) && !members.containsKey(name);
  }

  private static boolean isQuantity(String name, Map<String, Field> members, List<String> keys) {
    Field member = members.get(name);
    return !keys.contains(name)
        && !isSide(name, members)
        && (member == null || Unit.isOfQuantities(member.format()));
  }

  /** Whether a column has the digits of a key, which do not change. */
  private static boolean isKey(String name, List<String> keys) {
    return keys.stream().anyMatch(key -> name.equals(key + ".exact"));
  }

  private static List<Object> key(Table table, List<String> keys, int row) {
    var key = new ArrayList<Object>(keys.size());
    for (String name : keys) {
      key.add(table.column(name).getString(row));
    }
    return key;
  }

  /** A column of numbers, and the digits of those that it rounds. */
  private record Numbers(NumericColumn<?> column, @Nullable StringColumn digits) {
    static Numbers of(Table table, NumericColumn<?> column) {
      return new Numbers(column, TypedOperands.exactDigits(table, column).orElse(null));
    }

    boolean areWhole() {
      return column instanceof LongColumn || column instanceof IntColumn || digits != null;
    }

    BigInteger whole(int row) {
      return digits != null
          ? new BigInteger(digits.get(row))
          : BigInteger.valueOf(((Number) column.get(row)).longValue());
    }
  }

  /**
   * The growth of one column.
   *
   * @param rows where each row of the later table is in the earlier one; -1 where it is not
   */
  @SuppressWarnings("ArrayRecordComponent") // made, read once and forgotten
  private record Grown(Numbers later, Numbers earlier, int[] rows) {
    void addTo(List<Column<?>> columns, double seconds, List<String> notes) {
      String name = later.column.name();
      boolean whole = later.areWhole() && earlier.areWhole();
      var rates = new double[rows.length];
      var grown = new double[rows.length];
      var exact = new long[rows.length];
      int shrunk = 0;
      for (int row = 0; row < rows.length; row++) {
        if (whole) {
          BigInteger all = exactly(row);
          whole = all.bitLength() < Long.SIZE;
          exact[row] = all.longValue();
          grown[row] = all.doubleValue();
        } else {
          grown[row] =
              later.column.getDouble(row)
                  - (rows[row] < 0 ? 0 : earlier.column.getDouble(rows[row]));
        }
        rates[row] = grown[row] / seconds;
        shrunk += grown[row] < 0 ? 1 : 0;
      }
      Column<?> growth = whole ? LongColumn.create(name, exact) : DoubleColumn.create(name, grown);
      Column<?> rate = DoubleColumn.create(name + "/s", rates);
      Unit.of(later.column)
          .ifPresent(
              unit -> {
                unit.putOn(growth);
                unit.perSecond().putOn(rate);
              });
      columns.add(growth);
      columns.add(rate);
      if (shrunk > 0) {
        notes.add("'" + name + "' shrank in " + shrunk + (shrunk == 1 ? " row" : " rows"));
      }
    }

    private BigInteger exactly(int row) {
      BigInteger now = later.whole(row);
      return rows[row] < 0 ? now : now.subtract(earlier.whole(rows[row]));
    }
  }

  private static String text(Duration elapsed) {
    return elapsed.compareTo(Duration.ofSeconds(10)) < 0
        ? elapsed.toMillis() + " ms"
        : elapsed.toSeconds() + " s";
  }
}
