package org.skep.table.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.columns.Column;

/** Says how many samples of a table have no stack, because the map of stacks had no room for it. */
final class LostStacks {
  private static final int COLLISION = -17;
  private static final int FULL = -12;

  private LostStacks() {}

  /**
   * The notes on a column of stacks. A row is one sample, or as many as its column {@code value}
   * says where it has one.
   *
   * @param name the column; the numbers are in {@code NAME.raw}
   */
  static List<String> notes(String name, List<Column<?>> columns) {
    Optional<NumericColumn<?>> numbers = number(name + ".raw", columns);
    Optional<NumericColumn<?>> weights = number("value", columns);
    List<String> notes = new ArrayList<>();
    if (numbers.isEmpty()) {
      return notes;
    }
    double all = 0;
    double collided = 0;
    double full = 0;
    for (int row = 0; row < numbers.get().size(); row++) {
      double weight = weights.isPresent() ? Math.max(0, weights.get().getDouble(row)) : 1;
      int number = (int) (long) numbers.get().getDouble(row);
      all += weight;
      collided += number == COLLISION ? weight : 0;
      full += number == FULL ? weight : 0;
    }
    String what = weights.isPresent() ? " of 'value'" : "";
    if (collided > 0) {
      notes.add(
          share(name, collided, all, what)
              + " stack ID collisions (-17): another stack has their slot in the map (raise its"
              + " max_entries: --size MAP=N)");
    }
    if (full > 0) {
      notes.add(
          share(name, full, all, what)
              + " stacks dropped (-12), as the map was full (raise its max_entries: --size MAP=N)");
    }
    return notes;
  }

  private static Optional<NumericColumn<?>> number(String name, List<Column<?>> columns) {
    return columns.stream()
        .filter(c -> c.name().equals(name) && c instanceof NumericColumn<?>)
        .<NumericColumn<?>>map(c -> (NumericColumn<?>) c)
        .findFirst();
  }

  private static String share(String name, double part, double all, String what) {
    return String.format(
        java.util.Locale.ROOT,
        "'%s': %,.0f of %,.0f%s (%.1f %%) are",
        name,
        part,
        all,
        what,
        100 * part / all);
  }
}
