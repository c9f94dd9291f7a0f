package org.skep.table.build;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.skep.btf.FieldReader;
import org.skep.table.PerCpu;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * Integers of more than 64 bits, each an object, or their sums, minima and maxima over the CPUs.
 */
final class WideColumnBuilder extends ColumnBuilder {
  private final FieldReader reader;
  private final @Nullable PerCpu combine;
  private final @Nullable NumberColumnFormatter formatter;
  private BigInteger[] data = new BigInteger[0];

  /**
   * @param combine how the values of a group become one; null if each stays
   */
  WideColumnBuilder(
      String name,
      FieldReader reader,
      @Nullable PerCpu combine,
      @Nullable NumberColumnFormatter formatter) {
    super(name);
    this.reader = reader;
    this.combine = combine;
    this.formatter = formatter;
  }

  @Override
  void reserve(int rows) {
    if (data.length < rows) {
      data = Arrays.copyOf(data, rows);
    }
  }

  @Override
  void fill(RowBytes bytes, Slice run, int row) {
    int at = row;
    for (int g = 0; g < run.groups(); g++) {
      if (combine == null) {
        for (int i = 0; i < run.perGroup(); i++) {
          data[at++] = one(bytes, run.at(g, i));
        }
      } else {
        BigInteger all = one(bytes, run.at(g, 0));
        for (int i = 1; i < run.perGroup(); i++) {
          all = combine.of(all, one(bytes, run.at(g, i)));
        }
        data[at++] = all;
      }
    }
  }

  private BigInteger one(RowBytes bytes, long start) {
    return big(reader.number(bytes.segment(), start));
  }

  static BigInteger big(Number number) {
    return number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue());
  }

  @Override
  Made make(int rows) {
    int beyond = 0;
    long[] longs = new long[rows];
    for (int i = 0; i < rows; i++) {
      longs[i] = data[i].longValue();
      beyond += data[i].bitLength() > 63 || longs[i] == Long.MIN_VALUE ? 1 : 0;
    }
    return beyond == 0
        ? NumberColumnBuilder.longColumn(name(), longs, formatter)
        : NumberColumnBuilder.approximate(name(), Arrays.copyOf(data, rows), beyond, formatter);
  }

  @Override
  void rotate(int first, int rows) {
    BigInteger[] before = Arrays.copyOf(data, first);
    System.arraycopy(data, first, data, 0, rows - first);
    System.arraycopy(before, 0, data, rows - first, first);
  }

  @Override
  void release() {
    data = new BigInteger[0];
  }
}
