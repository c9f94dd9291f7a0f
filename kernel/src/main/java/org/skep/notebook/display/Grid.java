package org.skep.notebook.display;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.skep.text.Count;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * The part of a table that is shown, as text.
 *
 * @param columns those that are shown
 * @param hiddenColumns how many are left out between the first ones and the last {@link #LAST}
 * @param head how many rows are shown before the gap
 * @param tail how many rows are shown after the gap; 0 where all are shown
 * @param allColumns without those of {@code besides}
 * @param besides columns of raw numbers, which the table has and nobody has to look at
 */
record Grid(
    String name,
    List<Strip> columns,
    int hiddenColumns,
    int head,
    int tail,
    int allRows,
    int allColumns,
    List<String> besides,
    List<String> notes,
    List<String> warnings) {
  private static final int MOST_COLUMNS = 40;
  static final int LAST = 3;

  /** What the name of a column of raw numbers ends with, beside that of their texts. */
  private static final String RAW = ".raw";

  /**
   * One column.
   *
   * @param type as Tablesaw calls it
   * @param cells of the rows that are shown, the head first; empty where the value is missing
   */
  record Strip(String name, String type, boolean numeric, List<String> cells) {}

  static Grid of(TableView view) {
    Table table = view.table();
    int count = table.rowCount();
    boolean all = count <= view.rows();
    int tail = all || view.rows() < 10 ? 0 : LAST;
    int head = all ? count : view.rows() - tail;
    List<Column<?>> wanted =
        table.columns().stream().filter(c -> !isBesides(table, c.name())).toList();
    List<String> besides =
        table.columnNames().stream().filter(name -> isBesides(table, name)).toList();
    int columns = wanted.size();
    int hidden = columns <= MOST_COLUMNS ? 0 : columns - MOST_COLUMNS;
    List<Strip> strips = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      if (hidden == 0 || i < MOST_COLUMNS - LAST || i >= columns - LAST) {
        strips.add(strip(wanted.get(i), head, count, tail));
      }
    }
    return new Grid(
        table.name(),
        strips,
        hidden,
        head,
        tail,
        count,
        columns,
        besides,
        view.notes(),
        view.warnings());
  }

  /** Whether a column has but the numbers behind the texts of another one that is shown. */
  private static boolean isBesides(Table table, String name) {
    return name.endsWith(RAW)
        && table.columnNames().contains(name.substring(0, name.length() - RAW.length()));
  }

  int shownRows() {
    return head + tail;
  }

  /** After which column some are left out; -1 where none are. */
  int columnGap() {
    return hiddenColumns == 0 ? -1 : columns.size() - LAST - 1;
  }

  /** {@code counts: 50 of 1,234 rows, 3 columns}. */
  String caption() {
    StringBuilder text = new StringBuilder(title(name));
    if (shownRows() < allRows) {
      text.append(String.format(Locale.ROOT, "%,d of ", shownRows()));
    }
    text.append(Count.of(allRows, "row")).append(", ");
    if (hiddenColumns > 0) {
      text.append(columns.size()).append(" of ");
    }
    text.append(Count.of(allColumns, "column"));
    if (!besides.isEmpty()) {
      text.append(" (not shown: ")
          .append(String.join(", ", besides.subList(0, Math.min(LAST, besides.size()))))
          .append(besides.size() > LAST ? ", …)" : ")");
    }
    return text.toString();
  }

  /** {@code counts: 1,234 rows, 3 columns}, for a table that stands within something else. */
  static String brief(Table table) {
    return title(table.name())
        + Count.of(table.rowCount(), "row")
        + ", "
        + Count.of(table.columnCount(), "column");
  }

  private static String title(@Nullable String name) {
    return name == null || name.isBlank() ? "" : PlainText.cut(name.strip(), 200) + ": ";
  }

  private static Strip strip(Column<?> column, int head, int count, int tail) {
    boolean numeric = column instanceof NumericColumn<?>;
    boolean grouped = numeric && !Numbers.isName(column.name());
    List<String> cells = new ArrayList<>(head + tail);
    for (int row = 0; row < head; row++) {
      cells.add(cell(column, row, numeric, grouped));
    }
    for (int row = count - tail; row < count; row++) {
      cells.add(cell(column, row, numeric, grouped));
    }
    return new Strip(column.name(), column.type().name(), numeric, cells);
  }

  private static String cell(Column<?> column, int row, boolean numeric, boolean grouped) {
    if (column.isMissing(row)) {
      return "";
    }
    String text = column.getString(row);
    return numeric ? Numbers.readable(text, grouped) : text;
  }
}
