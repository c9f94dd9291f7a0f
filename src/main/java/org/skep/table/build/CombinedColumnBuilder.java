package org.skep.table.build;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skep.btf.FieldReader;
import org.skep.table.PerCpu;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * The sum, minimum or maximum of the CPUs' integers of up to 64 bits. A result that needs more than
 * 63 is kept beside the others.
 */
final class CombinedColumnBuilder extends ColumnBuilder {
  private final FieldReader reader;
  private final PerCpu how;
  private final boolean unsigned;
  private final @Nullable NumberColumnFormatter formatter;
  private final Map<Integer, BigInteger> beyond = new HashMap<>();
  private long[] data = new long[0];

  CombinedColumnBuilder(
      String name, FieldReader reader, PerCpu how, @Nullable NumberColumnFormatter formatter) {
    super(name);
    this.reader = reader;
    this.how = how;
    this.unsigned = !reader.field().signed();
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
    for (int g = 0; g < run.groups(); g++) {
      group(bytes, run, g, row + g);
    }
  }

  private void group(RowBytes bytes, Slice run, int group, int row) {
    long all = reader.bits(bytes.segment(), run.at(group, 0));
    boolean fits = !unsigned || all >= 0;
    for (int i = 1; i < run.perGroup() && fits; i++) {
      long one = reader.bits(bytes.segment(), run.at(group, i));
      fits = !unsigned || one >= 0;
      switch (how) {
        case SUM -> {
          long sum = all + one;
          fits &= ((all ^ sum) & (one ^ sum)) >= 0; // as Math.addExact finds an overflow
          all = sum;
        }
        case MIN -> all = Math.min(all, one);
        case MAX -> all = Math.max(all, one);
        case EACH -> throw new IllegalStateException("each CPU has its row");
      }
    }
    data[row] = all;
    if (!fits || all == Long.MIN_VALUE) {
      exactly(bytes, run, group, row);
    }
  }

  private void exactly(RowBytes bytes, Slice run, int group, int row) {
    BigInteger all = number(bytes, run.at(group, 0));
    for (int i = 1; i < run.perGroup(); i++) {
      all = how.of(all, number(bytes, run.at(group, i)));
    }
    data[row] = all.longValue();
    if (all.bitLength() > 63 || data[row] == Long.MIN_VALUE) {
      beyond.put(row, all);
    }
  }

  private BigInteger number(RowBytes bytes, long start) {
    return WideColumnBuilder.big(reader.number(bytes.segment(), start));
  }

  @Override
  Made make(int rows) {
    if (beyond.isEmpty()) {
      return NumberColumnBuilder.longColumn(name(), Arrays.copyOf(data, rows), formatter);
    }
    var exact = new BigInteger[rows];
    for (int i = 0; i < rows; i++) {
      exact[i] = beyond.getOrDefault(i, BigInteger.valueOf(data[i]));
    }
    return NumberColumnBuilder.approximate(name(), exact, beyond.size(), formatter);
  }

  @Override
  void rotate(int first, int rows) {
    long[] before = Arrays.copyOf(data, first);
    System.arraycopy(data, first, data, 0, rows - first);
    System.arraycopy(before, 0, data, rows - first, first);
    Map<Integer, BigInteger> moved = new HashMap<>();
    beyond.forEach((row, number) -> moved.put((row - first + rows) % rows, number));
    beyond.clear();
    beyond.putAll(moved);
  }

  @Override
  void clear() {
    beyond.clear();
  }

  @Override
  void release() {
    data = new long[0];
  }
}
