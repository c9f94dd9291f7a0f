package org.skep.parquet;

import dev.hardwood.metadata.LogicalType;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.schema.ColumnSchema;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Format;
import org.skep.parquet.ParquetColumn.Kind;
import org.skep.table.Nanoseconds;
import org.skep.table.build.NumberColumns;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.Column;

/**
 * Collects a column of a file, batch by batch.
 *
 * @param batch gives what takes the values of a batch
 * @param make makes the column, once all its values are there
 */
record ColumnCollector(Batch batch, Supplier<NumberColumns.Made> make) {
  /** Takes a value of a batch as that of a row; missing ones are left out. */
  @FunctionalInterface
  interface Taker {
    void take(int row, int inBatch);
  }

  /** A batch that a column stands at. */
  @FunctionalInterface
  interface Batch {
    Taker of(ColumnReader column);
  }

  /**
   * The collector of a column.
   *
   * @param about what the file says of itself
   * @param rows how many rows will come
   */
  static ColumnCollector of(ColumnSchema column, Map<String, String> about, int rows) {
    String name = column.name();
    Format format =
        Format.ofWord(about.getOrDefault(ParquetWriter.FORMAT + name, "")).orElse(Format.NONE);
    return switch (column.type()) {
      case INT32 -> ints(name, rows);
      case INT64 ->
          column.logicalType() instanceof LogicalType.TimestampType time
              ? times(name, time, rows)
              : longs(name, column.logicalType(), format, rows);
      case FLOAT, DOUBLE -> doubles(name, column.type() == PhysicalType.FLOAT, rows);
      case BOOLEAN -> booleans(name, rows);
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96 -> {
        boolean text = column.logicalType() instanceof LogicalType.StringType;
        boolean digits = Kind.DIGITS.name().equals(about.get(ParquetWriter.KIND + name));
        yield texts(name, text, digits, format, rows);
      }
    };
  }

  private static NumberColumns.Made plain(Column<?> column) {
    return new NumberColumns.Made(column, List.of(), List.of());
  }

  private static ColumnCollector ints(String name, int rows) {
    int[] values = new int[rows];
    Arrays.fill(values, Integer.MIN_VALUE);
    return new ColumnCollector(
        column -> {
          int[] batch = column.getInts();
          return (row, at) -> values[row] = batch[at];
        },
        () -> plain(IntColumn.create(name, values)));
  }

  private static Batch longs(long[] values, BitSet found) {
    return column -> {
      long[] batch = column.getLongs();
      return (row, at) -> {
        values[row] = batch[at];
        found.set(row);
      };
    };
  }

  private static ColumnCollector longs(
      String name, @Nullable LogicalType type, Format format, int rows) {
    boolean unsigned = type instanceof LogicalType.IntType integer && !integer.isSigned();
    long[] values = new long[rows];
    Arrays.fill(values, Long.MIN_VALUE);
    var found = new BitSet();
    return new ColumnCollector(
        longs(values, found),
        () -> {
          boolean fits =
              found.stream().noneMatch(r -> unsigned ? values[r] < 0 : values[r] == Long.MIN_VALUE);
          return fits
              ? plain(NumberColumns.of(name, values, format))
              : NumberColumns.of(name, exact(values, found, unsigned), format);
        });
  }

  private static @Nullable BigInteger[] exact(long[] values, BitSet found, boolean unsigned) {
    @Nullable BigInteger[] exact = new BigInteger[values.length];
    found.stream()
        .forEach(
            row ->
                exact[row] =
                    unsigned
                        ? new BigInteger(Long.toUnsignedString(values[row]))
                        : BigInteger.valueOf(values[row]));
    return exact;
  }

  private static ColumnCollector times(String name, LogicalType.TimestampType time, int rows) {
    long second =
        switch (time.unit()) {
          case MILLIS -> 1_000;
          case MICROS -> 1_000_000;
          case NANOS -> 1_000_000_000;
        };
    long[] values = new long[rows];
    var found = new BitSet();
    return new ColumnCollector(
        longs(values, found),
        () -> {
          @Nullable Instant[] times = new Instant[rows];
          for (int row = 0; row < rows; row++) {
            if (found.get(row)) {
              long part = Math.floorMod(values[row], second) * (1_000_000_000 / second);
              times[row] = Instant.ofEpochSecond(Math.floorDiv(values[row], second), part);
            }
          }
          var column = Nanoseconds.column(name, times);
          return plain(column);
        });
  }

  private static ColumnCollector doubles(String name, boolean single, int rows) {
    double[] values = new double[rows];
    Arrays.fill(values, Double.NaN);
    return new ColumnCollector(
        column -> {
          if (single) {
            float[] batch = column.getFloats();
            return (row, at) -> values[row] = batch[at];
          }
          double[] batch = column.getDoubles();
          return (row, at) -> values[row] = batch[at];
        },
        () -> plain(DoubleColumn.create(name, values)));
  }

  private static ColumnCollector booleans(String name, int rows) {
    @Nullable Boolean[] values = new Boolean[rows];
    return new ColumnCollector(
        column -> {
          boolean[] batch = column.getBooleans();
          return (row, at) -> values[row] = batch[at];
        },
        () -> plain(BooleanColumn.create(name, values)));
  }

  private static ColumnCollector texts(
      String name, boolean text, boolean digits, Format format, int rows) {
    String[] values = new String[rows];
    Arrays.fill(values, "");
    return new ColumnCollector(
        column -> {
          if (text) {
            String[] batch = column.getStrings();
            return (row, at) -> values[row] = batch[at];
          }
          byte[][] batch = column.getBinaries();
          return (row, at) -> values[row] = HexFormat.of().formatHex(batch[at]);
        },
        () -> {
          if (!digits) {
            return plain(StringColumn.create(name, values));
          }
          @Nullable BigInteger[] exact = new BigInteger[rows];
          for (int row = 0; row < rows; row++) {
            exact[row] = values[row].isEmpty() ? null : new BigInteger(values[row]);
          }
          return NumberColumns.of(name, exact, format);
        });
  }
}
