package org.skep.table.build;

import java.util.Arrays;
import tech.tablesaw.api.IntColumn;

/** The number of the CPU, counted within each group. */
final class CpuColumnBuilder extends ColumnBuilder {
  private int[] data = new int[0];

  CpuColumnBuilder(String name) {
    super(name);
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
      for (int cpu = 0; cpu < run.perGroup(); cpu++) {
        data[at++] = cpu;
      }
    }
  }

  @Override
  Made make(int rows) {
    // which copies
    return Made.of(
        IntColumn.create(name(), rows == data.length ? data : Arrays.copyOf(data, rows)));
  }

  @Override
  void rotate(int first, int rows) {
    int[] before = Arrays.copyOf(data, first);
    System.arraycopy(data, first, data, 0, rows - first);
    System.arraycopy(before, 0, data, rows - first, first);
  }

  @Override
  void release() {
    data = new int[0];
  }
}
