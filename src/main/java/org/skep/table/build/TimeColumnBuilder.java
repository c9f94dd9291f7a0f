package org.skep.table.build;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.skep.btf.FieldReader;
import org.skep.table.Nanoseconds;
import org.skep.table.PerCpu;

/**
 * Times since boot as times of the day, or the first or last of those of all CPUs. 0 is no time.
 */
final class TimeColumnBuilder extends ColumnBuilder {
  private final FieldReader reader;
  private final Supplier<LongFunction<Instant>> clock;
  private final PerCpu how;
  private long[] data = new long[0];

  TimeColumnBuilder(String name, FieldReader reader, Supplier<LongFunction<Instant>> clock) {
    this(name, reader, clock, PerCpu.EACH);
  }

  /**
   * @param how MIN and MAX make one time of those of all CPUs
   */
  TimeColumnBuilder(
      String name, FieldReader reader, Supplier<LongFunction<Instant>> clock, PerCpu how) {
    super(name);
    this.how = how;
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
  void fill(RowBytes bytes, Slice run, int row) {
    int at = row;
    for (int g = 0; g < run.groups(); g++) {
      long all = 0;
      for (int i = 0; i < run.perGroup(); i++) {
        long one = reader.bits(bytes.segment(), run.at(g, i));
        if (how == PerCpu.EACH) {
          data[at++] = one;
        } else if (all == 0 || (one != 0 && (one < all) == (how == PerCpu.MIN))) {
          all = one;
        }
      }
      if (how != PerCpu.EACH) {
        data[at++] = all;
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
    var column = Nanoseconds.column(name(), times);
    return how == PerCpu.EACH
        ? Made.of(column)
        : new Made(
            column, List.of(LongColumns.of(name() + ".raw", Arrays.copyOf(data, rows))), List.of());
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
