package org.skep.table;

import java.time.Instant;
import java.util.Arrays;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.skep.btf.FieldReader;

/** Times since boot as times of the day. 0 is no time. */
final class TimeFill extends ColumnFill {
  private final FieldReader reader;
  private final Supplier<LongFunction<Instant>> clock;
  private long[] data = new long[0];

  TimeFill(String name, FieldReader reader, Supplier<LongFunction<Instant>> clock) {
    super(name);
    this.reader = reader;
    this.clock = clock;
  }

  @Override
  void reserve(int rows) {
    if (data.length < rows) {
      data = Arrays.copyOf(data, rows);
    }
  }

  @Override
  void fill(RowBytes bytes, Run run, int row) {
    int at = row;
    for (int g = 0; g < run.groups(); g++) {
      for (int i = 0; i < run.perGroup(); i++) {
        data[at++] = reader.bits(bytes.segment(), run.at(g, i));
      }
    }
  }

  @Override
  Made make(int rows) {
    LongFunction<Instant> toInstant = clock.get(); // once, so that equal times stay equal
    @Nullable Instant[] times = new Instant[rows];
    for (int i = 0; i < rows; i++) {
      times[i] = data[i] == 0 ? null : toInstant.apply(data[i]);
    }
    return Made.of(Nanoseconds.column(name(), times));
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
