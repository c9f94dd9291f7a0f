package org.skep.table;

import it.unimi.dsi.fastutil.ints.IntComparator;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.skep.table.query.Tables;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.columns.Column;

/**
 * The nanoseconds of times in tables. A column of Tablesaw keeps milliseconds of a time, so that
 * many events have the same; the nanoseconds of the columns that Skep makes are kept beside them,
 * for as long as the column is reachable. {@link Tables} sorts by them and keeps them; columns that
 * Tablesaw's own operations derive have none.
 */
public final class Nanoseconds {
  private static final long SECOND = 1_000_000_000;
  private static final long NONE = Long.MIN_VALUE;

  /** By identity: columns have no other equality. */
  private static final Map<Column<?>, long[]> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private Nanoseconds() {}

  /** A column of these times, whose nanoseconds are kept; null for a missing one. */
  public static InstantColumn column(String name, @Nullable Instant[] times) {
    var column = InstantColumn.create(name);
    long[] nanos = new long[times.length];
    Arrays.fill(nanos, NONE);
    for (int row = 0; row < times.length; row++) {
      Instant time = times[row];
      if (time == null) {
        column.appendMissing();
      } else {
        column.append(time);
        nanos[row] = sinceEpoch(time).orElse(NONE);
      }
    }
    KNOWN.put(column, nanos);
    return column;
  }

  /**
   * The nanoseconds since 1970 of a time; of a column that keeps milliseconds only, those of its
   * milliseconds. Empty for a missing one, and where 64 bits do not hold them: before 1677, or
   * after 2262.
   */
  public static OptionalLong of(InstantColumn column, int row) {
    long[] known = KNOWN.get(column);
    if (known != null && row < known.length && known.length == column.size()) {
      return known[row] == NONE ? OptionalLong.empty() : OptionalLong.of(known[row]);
    }
    Instant time = column.isMissing(row) ? null : column.get(row);
    return time == null ? OptionalLong.empty() : sinceEpoch(time);
  }

  /** The time in a row with its nanoseconds; null for a missing one. */
  public static @Nullable Instant time(InstantColumn column, int row) {
    OptionalLong nanos = of(column, row);
    return nanos.isPresent()
        ? Instant.EPOCH.plusNanos(nanos.getAsLong())
        : column.isMissing(row) ? null : column.get(row);
  }

  /** The nanoseconds since 1970 of all times of a column, missing where {@link #of} has none. */
  public static LongColumn of(InstantColumn column) {
    var nanos = LongColumn.create(column.name());
    for (int row = 0; row < column.size(); row++) {
      of(column, row).ifPresentOrElse(nanos::append, nanos::appendMissing);
    }
    return nanos;
  }

  /** An order of the rows by these times, where their nanoseconds are known. */
  public static Optional<IntComparator> order(Column<?> column) {
    long[] known = KNOWN.get(column);
    return known != null && known.length == column.size()
        ? Optional.of((a, b) -> Long.compare(known[a], known[b]))
        : Optional.empty();
  }

  /**
   * Gives a derived column the nanoseconds of the one that it comes from.
   *
   * @param rows the rows of that column that the derived one has, in its order
   */
  public static void copy(Column<?> from, Column<?> to, int[] rows) {
    long[] known = KNOWN.get(from);
    if (known != null && known.length == from.size() && rows.length == to.size()) {
      long[] nanos = new long[rows.length];
      for (int i = 0; i < rows.length; i++) {
        nanos[i] = known[rows[i]];
      }
      KNOWN.put(to, nanos);
    }
  }

  private static OptionalLong sinceEpoch(Instant time) {
    try {
      return OptionalLong.of(
          Math.addExact(Math.multiplyExact(time.getEpochSecond(), SECOND), time.getNano()));
    } catch (ArithmeticException e) {
      return OptionalLong.empty();
    }
  }
}
