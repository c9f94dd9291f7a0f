package org.skep.parquet;

import org.jspecify.annotations.Nullable;
import org.skep.btf.Field;
import org.skep.btf.Format;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.columns.Column;

/**
 * A column of a Parquet file.
 *
 * @param format how its numbers are printed; {@link Format#NONE} where as they are
 */
public record ParquetColumn(String name, Kind kind, Format format) {
  /** What a column holds. */
  public enum Kind {
    /** Integers of 32 bits. */
    INT,
    /** Integers of 64 bits. */
    LONG,
    /** Integers of 64 bits without a sign. */
    UNSIGNED_LONG,
    /** Integers of more bits, as decimal digits. */
    DIGITS,
    /** Floating point numbers of 64 bits. */
    DOUBLE,
    /** Truth values. */
    BOOLEAN,
    /** Texts. */
    TEXT,
    /** Moments, in nanoseconds since 1970, where {@link org.skep.table.Nanoseconds} are known. */
    TIME
  }

  /**
   * The column that holds what a table's column holds.
   *
   * @param empty a column of such a table without rows
   * @param member what the column is read from; null for one that Skep adds
   * @throws IllegalArgumentException if Parquet files do not get such columns
   */
  public static ParquetColumn of(Column<?> empty, @Nullable Field member) {
    Format format = member == null ? Format.NONE : member.format();
    return new ParquetColumn(empty.name(), kind(empty, member), format);
  }

  private static Kind kind(Column<?> empty, @Nullable Field member) {
    ColumnType type = empty.type();
    if (type.equals(ColumnType.LONG)) {
      boolean wide = member != null && member.bitSize() > Long.SIZE;
      boolean unsigned = member != null && member.bitSize() == Long.SIZE && !member.signed();
      return wide ? Kind.DIGITS : unsigned ? Kind.UNSIGNED_LONG : Kind.LONG;
    }
    if (type.equals(ColumnType.INTEGER) || type.equals(ColumnType.SHORT)) {
      return Kind.INT;
    }
    if (type.equals(ColumnType.DOUBLE) || type.equals(ColumnType.FLOAT)) {
      return Kind.DOUBLE;
    }
    if (type.equals(ColumnType.BOOLEAN)) {
      return Kind.BOOLEAN;
    }
    if (type.equals(ColumnType.STRING)) {
      return Kind.TEXT;
    }
    if (type.equals(ColumnType.INSTANT)) {
      return Kind.TIME;
    }
    throw new IllegalArgumentException(
        "write column '" + empty.name() + "': no column of Parquet for " + type.name());
  }
}
