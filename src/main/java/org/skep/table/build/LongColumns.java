package org.skep.table.build;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.lang.reflect.Constructor;
import java.util.Optional;
import tech.tablesaw.api.LongColumn;

/**
 * Makes columns of arrays without copying them. Tablesaw's own way copies, which doubles what a
 * table of numbers costs in time and, for a moment, in memory; its constructor that does not is
 * private. Where it is not to be had, they are copied.
 */
final class LongColumns {
  private static final Optional<Constructor<LongColumn>> WRAPPING = find();

  private LongColumns() {}

  private static Optional<Constructor<LongColumn>> find() {
    try {
      Constructor<LongColumn> wrapping =
          LongColumn.class.getDeclaredConstructor(String.class, LongArrayList.class);
      return wrapping.trySetAccessible() ? Optional.of(wrapping) : Optional.empty();
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  /** A column of these numbers; the array is the column's from now on. */
  static LongColumn of(String name, long[] values) {
    try {
      return WRAPPING.isPresent()
          ? WRAPPING.get().newInstance(name, LongArrayList.wrap(values))
          : LongColumn.create(name, values);
    } catch (ReflectiveOperationException e) {
      return LongColumn.create(name, values);
    }
  }

  /** Whether arrays are not copied. */
  static boolean areWrapped() {
    return WRAPPING.isPresent();
  }
}
