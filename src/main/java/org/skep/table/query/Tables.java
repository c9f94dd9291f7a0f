package org.skep.table.query;

import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.ints.IntComparator;
import it.unimi.dsi.fastutil.ints.IntHeapPriorityQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.skep.table.ColumnLookup;
import org.skep.table.Nanoseconds;
import org.skep.table.NotedTable;
import org.skep.table.Unit;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.selection.BitmapBackedSelection;
import tech.tablesaw.selection.Selection;

/**
 * Sorts, cuts and filters any table. The results are new tables and keep the notes of the old one.
 */
public final class Tables {
  private Tables() {}

  /**
   * Sorts by columns, the first before the others. Addresses, prefixes, numbers of devices and
   * numbers that a column has as texts (hexadecimal, or of more than 63 bits) are ordered as what
   * they are.
   *
   * @param columns names; with {@code -} in front for the largest first
   * @throws IllegalArgumentException when there is no such column
   */
  public static Table sort(Table table, String... columns) {
    if (columns.length == 0) {
      return table;
    }
    IntComparator order = order(table, columns);
    if (table.rowCount() < 2) {
      return table;
    }
    int[] rows = new int[table.rowCount()];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = row;
    }
    IntArrays.mergeSort(rows, order);
    return keep(table, pick(table, rows), null);
  }

  /** The first rows, as many as there are up to this count; a note says how many there were. */
  public static Table top(Table table, int count) {
    checkCount(count);
    return count >= table.rowCount()
        ? table
        : keep(table, pick(table, IntStream.range(0, count).toArray()), firstOf(count, table));
  }

  /**
   * The first rows in the order of some columns, as if sorted and cut, but without sorting the
   * others: a few of a million rows cost one look at each.
   *
   * @param columns names; with {@code -} in front for the largest first
   * @throws IllegalArgumentException when there is no such column
   */
  public static Table top(Table table, int count, String... columns) {
    if (columns.length == 0 || count >= table.rowCount() || count <= 0) {
      return top(sort(table, columns), count);
    }
    IntComparator order = order(table, columns);
    var last = new IntHeapPriorityQueue(count + 1, order.reversed());
    for (int row = 0; row < table.rowCount(); row++) {
      if (last.size() < count || order.compare(row, last.firstInt()) < 0) {
        last.enqueue(row);
      }
      if (last.size() > count) {
        last.dequeueInt();
      }
    }
    int[] rows = new int[count];
    for (int i = count - 1; i >= 0; i--) {
      rows[i] = last.dequeueInt();
    }
    return keep(table, pick(table, rows), firstOf(count, table));
  }

  /** These rows in this order; Tablesaw's own {@code rows} keeps the order of the table. */
  private static Table pick(Table table, int[] rows) {
    var columns = new ArrayList<Column<?>>(table.columnCount());
    for (Column<?> column : table.columns()) {
      Column<?> picked = column.subset(rows);
      Unit.copy(column, picked);
      Nanoseconds.copy(column, picked, rows);
      columns.add(picked);
    }
    return Table.create(table.name(), columns);
  }

  /** Gives the columns of chosen rows the nanoseconds that theirs had. */
  private static Table exact(Table from, Table chosen, int[] rows) {
    for (int i = 0; i < chosen.columnCount(); i++) {
      Nanoseconds.copy(from.column(i), chosen.column(i), rows);
    }
    return chosen;
  }

  /** By what the values are: nanoseconds, all digits of a number, addresses. */
  private static IntComparator order(Table table, Column<?> column) {
    return Nanoseconds.order(column)
        .or(
            () ->
                TextOrder.order(
                    TypedOperands.exactDigits(table, column).<Column<?>>map(c -> c).orElse(column)))
        .orElseGet(column::rowComparator);
  }

  /** Rows that are equal in all columns stay in their order. */
  private static IntComparator order(Table table, String... columns) {
    var comparators = new IntComparator[columns.length];
    for (int i = 0; i < columns.length; i++) {
      SortKey key = SortKey.of(table, columns[i]);
      IntComparator byColumn = order(table, key.column());
      comparators[i] = key.descending() ? byColumn.reversed() : byColumn;
    }
    return (a, b) -> {
      for (IntComparator comparator : comparators) {
        int order = comparator.compare(a, b);
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(a, b);
    };
  }

  private record SortKey(Column<?> column, boolean descending) {
    static SortKey of(Table table, String key) {
      boolean descending = key.startsWith("-") && !table.columnNames().contains(key);
      return new SortKey(Tables.column(table, descending ? key.substring(1) : key), descending);
    }
  }

  private static void checkCount(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("top " + count + ": expected a number from 0");
    }
  }

  private static String firstOf(int count, Table table) {
    return String.format(Locale.ROOT, "showing %,d of %,d", count, table.rowCount());
  }

  /**
   * The rows for which a condition holds, such as {@code value > 10 && comm == 'bash'}.
   *
   * <ul>
   *   <li>Operands are columns, numbers ({@code 10}, {@code 0x1f}, {@code 2.5}, with units {@code
   *       10ms}, {@code 4KiB}; without leading zeros), texts in single or double quotes, {@code
   *       true} and {@code false}. A name that is no word is written in backquotes.
   *   <li>Comparisons are {@code == != < <= > >=}, for texts also {@code contains}, {@code
   *       startsWith}, {@code endsWith} and {@code matches} (a regular expression for the whole
   *       text). A column of truth values stands alone.
   *   <li>Addresses, hardware addresses, numbers of devices and times ({@code at >
   *       '2026-05-31T12:00'}, in UTC) are compared as such, whichever form they are written in. A
   *       number is compared with the number behind a name: {@code error == -2}, {@code flags >
   *       0x10}.
   *   <li>They are joined with {@code &&}, {@code ||}, {@code !} and parentheses.
   * </ul>
   *
   * <p>A missing value fulfils no comparison.
   *
   * @throws IllegalArgumentException when the condition cannot be read, or names no column; it says
   *     where, and which columns there are
   */
  public static Table where(Table table, String condition) {
    Condition parsed = ConditionParser.parse(table, condition);
    Selection rows = new BitmapBackedSelection();
    for (int row = 0; row < table.rowCount(); row++) {
      if (parsed.holds(row)) {
        rows.add(row);
      }
    }
    return keep(
        table,
        exact(table, table.where(rows), rows.toArray()),
        String.format(
            Locale.ROOT, "%,d of %,d match %s", rows.size(), table.rowCount(), condition.strip()));
  }

  /**
   * One table of several: their rows in one order, with all their columns. A row has missing values
   * in the columns that its own table lacks. Where two tables have a column of one name and
   * different types or units, or of names that differ in capitals alone, the later one is called
   * {@code TABLE.COLUMN}.
   *
   * @param column the name of a first column, which says from which table a row is
   * @param tables by what that column says
   * @param orders for each table, for each row a number by which the rows of all are ordered;
   *     rising within each table
   */
  public static Table union(
      String name, String column, Map<String, ? extends Table> tables, Map<String, long[]> orders) {
    return new Union(tables, orders).table(name, column);
  }

  /**
   * The column of this name: exactly so; else the one that was renamed from exactly this name, as
   * {@link NotedTable} says; else the only one that differs from it in capitals alone.
   *
   * @throws IllegalArgumentException when there is none; it names the columns that there are
   */
  public static Column<?> column(Table table, String name) {
    return ColumnLookup.find(table, name);
  }

  private static Table keep(Table from, Table to, @org.jspecify.annotations.Nullable String note) {
    List<String> notes = new ArrayList<>(NotedTable.notesOf(from));
    if (notes.isEmpty() && !(from instanceof NotedTable)) {
      return to; // a plain table stays plain
    }
    if (note != null) {
      notes.add(note);
    }
    return NotedTable.of(to, notes);
  }
}
