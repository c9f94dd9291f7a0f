package org.skep.table.build;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Format;
import org.skep.table.Unit;
import tech.tablesaw.columns.Column;

/** Columns of numbers as {@link TablePlan} makes them, out of numbers that are known already. */
public final class NumberColumns {
  /**
   * A column, and what belongs to the end of its table.
   *
   * @param further columns with the exact digits, where the column is rounded
   * @param notes that say so
   */
  public record Made(Column<?> column, List<Column<?>> further, List<String> notes) {}

  private NumberColumns() {}

  /**
   * A column of whole numbers; {@link Long#MIN_VALUE} is a missing one. The array is the column's
   * from now on.
   */
  public static Column<?> of(String name, long[] values, Format format) {
    return NumberColumnBuilder.longColumn(name, values, Unit.of(format)).column();
  }

  /**
   * A column of whole numbers of any size: of {@code long}, or where one does not fit, rounded to
   * {@code double} with the digits beside it.
   *
   * @param values null for a missing one
   */
  public static Made of(String name, @Nullable BigInteger[] values, Format format) {
    int beyond = 0;
    long[] longs = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      BigInteger value = values[i];
      longs[i] = value == null ? Long.MIN_VALUE : value.longValue();
      beyond += value != null && (value.bitLength() > 63 || longs[i] == Long.MIN_VALUE) ? 1 : 0;
    }
    if (beyond == 0) {
      return new Made(of(name, longs, format), List.of(), List.of());
    }
    ColumnBuilder.Made made =
        NumberColumnBuilder.approximate(name, values, beyond, Unit.of(format));
    return new Made(made.column(), made.further(), made.notes());
  }
}
