package org.skep.table.build;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.skep.btf.FieldReader;
import org.skep.table.PerCpu;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** Floating point numbers. */
final class DoubleColumnBuilder extends ColumnBuilder {
  private final FieldReader reader;
  private final @Nullable PerCpu combine;
  private final @Nullable NumberColumnFormatter formatter;
  private double[] data = new double[0];

  DoubleColumnBuilder(
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
      double all = 0;
      for (int i = 0; i < run.perGroup(); i++) {
        double one = reader.floating(bytes.segment(), run.at(g, i));
        if (combine == null) {
          data[at++] = one;
        } else {
          all = i == 0 ? one : combine.of(all, one);
        }
      }
      if (combine != null) {
        data[at++] = all;
      }
    }
  }

  @Override
  Made make(int rows) {
    var column = DoubleColumn.create(name(), Arrays.copyOf(data, rows));
    if (formatter != null) {
      column.setPrintFormatter(formatter);
    }
    return Made.of(column);
  }

  @Override
  void rotate(int first, int rows) {
    double[] before = Arrays.copyOf(data, first);
    System.arraycopy(data, first, data, 0, rows - first);
    System.arraycopy(before, 0, data, rows - first, first);
  }

  @Override
  void release() {
    data = new double[0];
  }
}
