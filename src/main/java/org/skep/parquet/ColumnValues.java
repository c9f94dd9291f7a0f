package org.skep.parquet;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.skep.parquet.ParquetColumn.Kind;
import org.skep.table.Nanoseconds;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** The values of one column for the rows of a group, while it is written. */
public final class ColumnValues {
  private static final String EXACT = ".exact";

  private final Kind kind;
  private final BitSet present = new BitSet();
  private final int rows;
  private long[] numbers = new long[0];
  private String[] texts = new String[0];

  ColumnValues(Kind kind, int rows) {
    this.kind = kind;
    this.rows = rows;
    if (kind == Kind.TEXT || kind == Kind.DIGITS) {
      texts = new String[rows];
      Arrays.fill(texts, "");
    } else {
      numbers = new long[rows];
    }
  }

  /**
   * Takes the values of a column of a table. Where the column was rounded, because a number did not
   * fit, its digits are taken from the column beside it.
   *
   * @param name of the column
   * @param places the row of the group for each row of the table; null where they are the same
   */
  public void put(Table table, String name, int @Nullable [] places) {
    Column<?> from = table.column(name);
    StringColumn exact =
        table.containsColumn(name + EXACT) ? table.stringColumn(name + EXACT) : null;
    for (int row = 0; row < table.rowCount(); row++) {
      if (!from.isMissing(row)) {
        put(places == null ? row : places[row], from, row, exact);
      }
    }
  }

  /** Sets one text. */
  public void put(int row, String text) {
    texts[row] = text;
    present.set(row);
  }

  private void put(int at, Column<?> from, int row, @Nullable StringColumn exact) {
    present.set(at);
    switch (kind) {
      case INT, LONG, UNSIGNED_LONG ->
          numbers[at] =
              exact == null
                  ? from instanceof tech.tablesaw.api.LongColumn longs
                      ? longs.getLong(row)
                      : (long) ((NumericColumn<?>) from).getDouble(row)
                  : new BigInteger(exact.get(row)).longValue();
      case DOUBLE ->
          numbers[at] = Double.doubleToRawLongBits(((NumericColumn<?>) from).getDouble(row));
      case BOOLEAN -> numbers[at] = Boolean.TRUE.equals(((BooleanColumn) from).get(row)) ? 1 : 0;
      case TEXT -> texts[at] = ((StringColumn) from).get(row);
      case DIGITS -> texts[at] = exact == null ? from.getUnformattedString(row) : exact.get(row);
      case TIME -> {
        OptionalLong nanos = Nanoseconds.of((InstantColumn) from, row);
        nanos.ifPresent(value -> numbers[at] = value);
        present.set(at, nanos.isPresent()); // before 1677 or after 2262 there are none
      }
    }
  }

  Kind kind() {
    return kind;
  }

  int rows() {
    return rows;
  }

  BitSet present() {
    return present;
  }

  /** The number of a row; of a {@code DOUBLE}, its bits. */
  long number(int row) {
    return numbers[row];
  }

  String text(int row) {
    return texts[row];
  }
}
