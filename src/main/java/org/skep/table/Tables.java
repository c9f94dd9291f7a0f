package org.skep.table;

import java.util.ArrayList;
import java.util.List;
import org.skep.btf.Nearest;
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
   * Sorts by columns, the first before the others.
   *
   * @param columns names; with {@code -} in front for the largest first
   * @throws IllegalArgumentException when there is no such column
   */
  public static Table sort(Table table, String... columns) {
    var keys = new String[columns.length];
    for (int i = 0; i < columns.length; i++) {
      boolean descending = columns[i].startsWith("-") && !table.containsColumn(columns[i]);
      Column<?> column = column(table, descending ? columns[i].substring(1) : columns[i]);
      keys[i] = (descending ? "-" : "") + column.name();
    }
    return keys.length == 0 || table.rowCount() < 2 ? table : keep(table, table.sortOn(keys), null);
  }

  /** The first rows, as many as there are up to this count; a note says how many there were. */
  public static Table top(Table table, int count) {
    if (count < 0) {
      throw new IllegalArgumentException("top " + count + ": expected a number from 0");
    }
    return count >= table.rowCount()
        ? table
        : keep(
            table, table.first(count), "the first " + count + " of " + table.rowCount() + " rows");
  }

  /**
   * The rows for which a condition holds, such as {@code value > 10 && comm == 'bash'}.
   *
   * <ul>
   *   <li>Operands are columns, numbers ({@code 10}, {@code 0x1f}, {@code 2.5}, with units {@code
   *       10ms}, {@code 4KiB}), texts in single or double quotes, {@code true} and {@code false}. A
   *       name that is no word is written in backquotes.
   *   <li>Comparisons are {@code == != < <= > >=}, for texts also {@code contains}, {@code
   *       startsWith}, {@code endsWith} and {@code matches} (a regular expression for the whole
   *       text). A column of truth values stands alone.
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
        table.where(rows),
        rows.size() + " of " + table.rowCount() + " rows where " + condition.strip());
  }

  /**
   * The column of this name.
   *
   * @throws IllegalArgumentException when there is none; it names the columns that there are
   */
  public static Column<?> column(Table table, String name) {
    if (table.containsColumn(name)) {
      return table.column(name);
    }
    throw new IllegalArgumentException(
        "no column '"
            + name
            + "' in '"
            + table.name()
            + "'"
            + Nearest.hint(name, table.columnNames())
            + "; columns are "
            + String.join(", ", table.columnNames()));
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
