package org.skep.chart;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.skep.table.Unit;
import org.skep.table.query.Tables;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * What is drawn for each category: the numbers of a column, or what is made of those of several
 * rows.
 *
 * @param column null where rows are counted
 * @param asked how rows are put together; empty where the column decides
 */
record Measure(@Nullable NumericColumn<?> column, Optional<Aggregate> asked) {
  private static final Pattern CALL = Pattern.compile("\\s*(\\w+)\\s*\\((.*)\\)\\s*");

  /**
   * Reads {@code value}, {@code max(value)} or {@code count}; a column of exactly this name goes
   * before all else.
   *
   * @throws IllegalArgumentException where there is no such column of numbers, or nothing that is
   *     called so
   */
  static Measure of(Table table, String text) {
    if (table.columnNames().contains(text)) {
      return new Measure(numbers(table, text), Optional.empty());
    }
    Matcher call = CALL.matcher(text);
    if (text.strip().equals("count") && !hasColumn(table, "count")) {
      return new Measure(null, Optional.of(Aggregate.COUNT));
    }
    if (!call.matches()) {
      return new Measure(numbers(table, text), Optional.empty());
    }
    Aggregate how = aggregate(table, text, call.group(1));
    String inner = call.group(2).strip();
    boolean rows = how == Aggregate.COUNT && (inner.isEmpty() || inner.equals("*"));
    return new Measure(rows ? null : numbers(table, inner), Optional.of(how));
  }

  private static boolean hasColumn(Table table, String name) {
    return table.columnNames().stream().anyMatch(name::equalsIgnoreCase);
  }

  private static Aggregate aggregate(Table table, String text, String word) {
    String small = word.toLowerCase(Locale.ROOT);
    return Stream.of(Aggregate.values())
        .filter(a -> a.word().equals(small) || (a == Aggregate.AVG && small.equals("mean")))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "chart table '"
                        + table.name()
                        + "': no function '"
                        + word
                        + "' in '"
                        + text
                        + "' ("
                        + Stream.of(Aggregate.values())
                            .map(Aggregate::word)
                            .collect(Collectors.joining(", "))
                        + ")"));
  }

  static Column<?> column(Table table, String name) {
    try {
      return Tables.column(table, name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "chart table '" + table.name() + "': " + e.getMessage(), e);
    }
  }

  static NumericColumn<?> numbers(Table table, String name) {
    Column<?> column = column(table, name);
    if (column instanceof NumericColumn<?> numbers) {
      return numbers;
    }
    throw new IllegalArgumentException(
        "chart table '"
            + table.name()
            + "': column '"
            + column.name()
            + "' holds "
            + column.type().name().toLowerCase(Locale.ROOT)
            + "s, not numbers (count counts its rows)");
  }

  /**
   * How several rows of one category become one number.
   *
   * @throws IllegalArgumentException where numbers of this column are not added and nothing else
   *     was asked for; it names what can be
   */
  Aggregate together(Table table, String category) {
    if (asked.isPresent() || column == null) {
      return asked.orElse(Aggregate.COUNT);
    }
    String name = column.name();
    if (Aggregate.adds(name)) {
      return Aggregate.SUM;
    }
    if (Aggregate.isGreatest(name)) {
      return Aggregate.MAX;
    }
    if (Aggregate.isLeast(name)) {
      return Aggregate.MIN;
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "chart table '%1$s': several rows have the same %3$s, and by its name '%2$s' is not to"
                + " be added (choose max(%2$s), min(%2$s), avg(%2$s), sum(%2$s) or count)",
            table.name(),
            name,
            category));
  }

  /** The unit of the numbers that this makes. */
  Optional<Unit> unit() {
    return column == null || counts() ? Optional.empty() : Unit.of(column);
  }

  /** Whether a row has no number that can be drawn. */
  boolean isMissing(int row) {
    return column != null && (column.isMissing(row) || (!counts() && isInfinite(column, row)));
  }

  private boolean counts() {
    return asked.filter(Aggregate.COUNT::equals).isPresent();
  }

  private static boolean isInfinite(NumericColumn<?> column, int row) {
    return Double.isInfinite(column.getDouble(row));
  }

  /** For a title: how many rows are left out because their number has no place on an axis. */
  String leftOut() {
    return column == null || counts() ? "" : leftOut(List.of(column));
  }

  static String leftOut(List<NumericColumn<?>> columns) {
    long count =
        columns.stream()
            .mapToLong(c -> IntStream.range(0, c.size()).filter(row -> isInfinite(c, row)).count())
            .sum();
    return count == 0 ? "" : String.format(Locale.ROOT, ", %,d infinite left out", count);
  }

  double number(int row) {
    return column == null ? 1 : column.getDouble(row);
  }

  /** What the axis is called, where rows were put together in some way, or were not. */
  String title(Optional<Aggregate> how) {
    String name = column == null ? "" : column.name();
    return how.map(a -> a.of(name)).orElse(name);
  }
}
