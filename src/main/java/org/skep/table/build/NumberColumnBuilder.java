package org.skep.table.build;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skep.btf.FieldReader;
import org.skep.btf.Format;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * Integers of up to 64 bits. Those of 16 bits become an {@code INTEGER} column, wider ones a {@code
 * LONG} column. A number that this cannot hold (unsigned above 2^63, and the smallest, which
 * Tablesaw takes for a missing value) turns the column into a {@code DOUBLE}, with the exact digits
 * in a text column beside it.
 */
final class NumberColumnBuilder extends ColumnBuilder {
  /** Groups of so few are gone through place by place, as loops of two or three cost more. */
  private static final int FEW = 4;

  private enum Shape {
    LONG,
    UNSIGNED_INT,
    SIGNED_INT,
    OTHER
  }

  private final FieldReader reader;
  private final int offset;
  private final Shape shape;
  private final boolean small;
  private final @Nullable NumberColumnFormatter formatter;
  private long[] data = new long[0];

  NumberColumnBuilder(String name, FieldReader reader, @Nullable NumberColumnFormatter formatter) {
    super(name);
    var field = reader.field();
    this.reader = reader;
    this.offset = Math.toIntExact(field.byteOffset());
    this.small = field.bitSize() <= 16;
    this.formatter = formatter;
    boolean plain =
        reader.order() == ByteOrder.LITTLE_ENDIAN
            && field.bitOffset() % 8 == 0
            && field.format() != Format.PORT;
    this.shape =
        plain && field.bitSize() == 64
            ? Shape.LONG
            : plain && field.bitSize() == 32
                ? field.signed() ? Shape.SIGNED_INT : Shape.UNSIGNED_INT
                : Shape.OTHER;
  }

  @Override
  void reserve(int rows) {
    if (data.length < rows) {
      data = Arrays.copyOf(data, rows);
    }
  }

  @Override
  void fill(RowBytes bytes, Slice run, int row) {
    if (run.groups() > 1 && run.perGroup() <= FEW) {
      for (int i = 0; i < run.perGroup(); i++) {
        fill(bytes, run.at(0, i), run.groupStride(), row + i, run.perGroup(), run.groups());
      }
      return;
    }
    for (int g = 0; g < run.groups(); g++) {
      fill(bytes, run.at(g, 0), run.stride(), row + g * run.perGroup(), 1, run.perGroup());
    }
  }

  /**
   * @param step from a row to the next
   */
  private void fill(RowBytes bytes, int start, int stride, int row, int step, int count) {
    byte[] array = bytes.array();
    int from = start + offset;
    switch (shape) {
      case LONG -> longs(array, from, stride, row, step, count);
      case UNSIGNED_INT -> unsigned(array, from, stride, row, step, count);
      case SIGNED_INT -> signed(array, from, stride, row, step, count);
      case OTHER -> {
        int p = start;
        for (int i = 0; i < count; i++, p += stride) {
          data[row + i * step] = reader.bits(bytes.segment(), p);
        }
      }
    }
  }

  private void longs(byte[] bytes, int from, int stride, int row, int step, int count) {
    long[] target = data;
    int p = from;
    int at = row;
    for (int i = 0; i < count; i++, p += stride, at += step) {
      target[at] = RowBytes.getLong(bytes, p);
    }
  }

  private void unsigned(byte[] bytes, int from, int stride, int row, int step, int count) {
    long[] target = data;
    int p = from;
    int at = row;
    for (int i = 0; i < count; i++, p += stride, at += step) {
      target[at] = RowBytes.getInt(bytes, p) & 0xffffffffL;
    }
  }

  private void signed(byte[] bytes, int from, int stride, int row, int step, int count) {
    long[] target = data;
    int p = from;
    int at = row;
    for (int i = 0; i < count; i++, p += stride, at += step) {
      target[at] = RowBytes.getInt(bytes, p);
    }
  }

  @Override
  Made make(int rows) {
    return make(rows, false);
  }

  @Override
  Made drain(int rows) {
    Made made = make(rows, true);
    release();
    return made;
  }

  private Made make(int rows, boolean given) {
    if (small) {
      int[] ints = new int[rows];
      for (int i = 0; i < rows; i++) {
        ints[i] = (int) data[i];
      }
      var column = IntColumn.create(name(), ints);
      if (formatter != null) {
        column.setPrintFormatter(formatter);
      }
      return Made.of(column);
    }
    boolean unsigned64 = !reader.field().signed() && reader.field().bitSize() == 64;
    if (reader.field().bitSize() == 64) {
      int beyond = unsigned64 ? negative(rows) : smallest(rows);
      if (beyond > 0) {
        return beyond(rows, unsigned64, beyond);
      }
    }
    boolean whole = given && rows == data.length;
    return longColumn(name(), whole ? data : Arrays.copyOf(data, rows), formatter);
  }

  /** A column of numbers, whose array is the column's from now on. */
  static Made longColumn(String name, long[] values, @Nullable NumberColumnFormatter formatter) {
    var column = LongColumns.of(name, values);
    if (formatter != null) {
      column.setPrintFormatter(formatter);
    }
    return Made.of(column);
  }

  private int negative(int rows) {
    long any = 0;
    for (int i = 0; i < rows; i++) {
      any |= data[i];
    }
    if (any >= 0) {
      return 0;
    }
    int count = 0;
    for (int i = 0; i < rows; i++) {
      count += data[i] < 0 ? 1 : 0;
    }
    return count;
  }

  private int smallest(int rows) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      count += data[i] == Long.MIN_VALUE ? 1 : 0;
    }
    return count;
  }

  private Made beyond(int rows, boolean unsigned, int count) {
    var exact = new BigInteger[rows];
    for (int i = 0; i < rows; i++) {
      exact[i] =
          unsigned ? new BigInteger(Long.toUnsignedString(data[i])) : BigInteger.valueOf(data[i]);
    }
    return approximate(name(), exact, count, formatter);
  }

  /** A column of doubles, the exact digits beside it, and a sentence that says so. */
  static Made approximate(
      String name,
      @Nullable BigInteger[] exact,
      int beyond,
      @Nullable NumberColumnFormatter formatter) {
    double[] doubles = new double[exact.length];
    String[] digits = new String[exact.length];
    for (int i = 0; i < exact.length; i++) {
      BigInteger one = exact[i];
      doubles[i] = one == null ? Double.NaN : one.doubleValue();
      digits[i] = one == null ? "" : one.toString();
    }
    var column = DoubleColumn.create(name, doubles);
    if (formatter != null) {
      column.setPrintFormatter(formatter);
    }
    String note =
        "'"
            + name
            + "': "
            + beyond
            + (beyond == 1 ? " value does" : " values do")
            + " not fit into 63 bits; the column is rounded to DOUBLE, the digits are in '"
            + name
            + ".exact'";
    return new Made(column, List.of(StringColumn.create(name + ".exact", digits)), List.of(note));
  }

  @Override
  void rotate(int first, int rows) {
    long[] before = Arrays.copyOf(data, first);
    System.arraycopy(data, first, data, 0, rows - first);
    System.arraycopy(before, 0, data, rows - first, first);
  }

  @Override
  void release() {
    data = new long[0];
  }
}
