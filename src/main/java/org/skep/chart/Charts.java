package org.skep.chart;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.traces.BarTrace;
import tech.tablesaw.plotly.traces.HeatmapTrace;
import tech.tablesaw.plotly.traces.ScatterTrace;
import tech.tablesaw.plotly.traces.Trace;

/**
 * Charts of tables, as figures that a notebook shows.
 *
 * <p>Axes carry the names of the columns. Rows with a missing number are left out. All methods
 * throw {@link IllegalArgumentException} where the table has no such column or where a column of
 * numbers is none.
 */
public final class Charts {
  /** Bars of one chart; more cannot be told apart. */
  static final int MOST_BARS = 60;

  /** Points of one line; a page with more becomes slow. */
  static final int MOST_POINTS = 20_000;

  private static final int HEIGHT = 420;

  private Charts() {}

  /**
   * A bar for each row, the first on top; rows of the same category are added up, which the axis
   * then says. Of more than 60 categories the first are shown, which the title then says.
   *
   * @param category a column of any type
   * @param number a column of numbers
   */
  public static Figure bar(Table table, String category, String number) {
    Sums sums = Sums.of(column(table, category), numbers(table, number));
    List<String> all = sums.categories();
    List<String> shown = all.subList(0, Math.min(MOST_BARS, all.size()));
    String title = number + " by " + category;
    if (shown.size() < all.size()) {
      title += String.format(Locale.ROOT, ", the first %d of %,d", shown.size(), all.size());
    }
    Trace bars =
        BarTrace.builder(shown.toArray(), shown.stream().mapToDouble(sums::of).toArray())
            .orientation(BarTrace.Orientation.HORIZONTAL)
            .build();
    Axis numbers = Axis.builder().title(sums.added() ? "sum of " + number : number).build();
    Axis categories =
        Axis.builder()
            .title(category)
            .type(Axis.Type.CATEGORY)
            .autoRange(Axis.AutoRange.REVERSED)
            .build();
    int height = Math.max(220, 120 + 26 * shown.size());
    return figure(title, numbers, categories, height, bars);
  }

  /**
   * A line through the rows, in the order of {@code x}.
   *
   * @param x a column of numbers or of times
   * @param numbers columns of numbers, a line each
   */
  public static Figure line(Table table, String x, String... numbers) {
    return points(table, x, ScatterTrace.Mode.LINE, numbers);
  }

  /**
   * A dot for each row.
   *
   * @param x a column of numbers or of times
   * @param numbers columns of numbers, dots of one colour each
   */
  public static Figure scatter(Table table, String x, String... numbers) {
    return points(table, x, ScatterTrace.Mode.MARKERS, numbers);
  }

  /**
   * How often numbers of each size occur. Whole numbers of a small range are counted one by one,
   * others in intervals of equal width.
   *
   * @param number a column of numbers
   */
  public static Figure histogram(Table table, String number) {
    Bins bins = Bins.of(numbers(table, number).asDoubleArray());
    Trace bars =
        BarTrace.builder(Arrays.stream(bins.middles()).boxed().toArray(), bins.counts()).build();
    return figure(
        number,
        Axis.builder().title(number).type(Axis.Type.LINEAR).build(),
        Axis.builder().title("count").build(),
        HEIGHT,
        bars);
  }

  /**
   * A field for each pair of {@code x} and {@code y}, coloured by the number; rows of the same pair
   * are added up, pairs without a row stay empty.
   *
   * @param x a column of any type
   * @param y a column of any type
   * @param number a column of numbers
   */
  public static Figure heatmap(Table table, String x, String y, String number) {
    Pairs pairs = Pairs.of(column(table, x), column(table, y), numbers(table, number));
    Trace fields =
        HeatmapTrace.builder(pairs.xs().toArray(), pairs.ys().toArray(), pairs.sums()).build();
    return figure(
        number + " by " + x + " and " + y,
        Axis.builder().title(x).type(Axis.Type.CATEGORY).build(),
        Axis.builder().title(y).type(Axis.Type.CATEGORY).build(),
        HEIGHT,
        fields);
  }

  private static Figure points(Table table, String x, ScatterTrace.Mode mode, String... numbers) {
    if (numbers.length == 0) {
      throw new IllegalArgumentException(
          "chart table '" + table.name() + "': no column of numbers named");
    }
    column(table, x);
    Stream.of(numbers).forEach(name -> numbers(table, name));
    Table sorted = table.sortAscendingOn(x);
    String title = String.join(", ", numbers) + " over " + x;
    if (sorted.rowCount() > MOST_POINTS) {
      title += String.format(Locale.ROOT, ", every %dth of %,d", step(sorted), sorted.rowCount());
    }
    Trace[] traces =
        Stream.of(numbers).map(name -> trace(sorted, x, name, mode)).toArray(Trace[]::new);
    Axis.AxisBuilder across = Axis.builder().title(x);
    if (sorted.column(x) instanceof NumericColumn<?>) {
      across.type(Axis.Type.LINEAR);
    }
    String up = numbers.length == 1 ? numbers[0] : "";
    return figure(
        title,
        across.build(),
        Axis.builder().title(up).type(Axis.Type.LINEAR).build(),
        HEIGHT,
        traces);
  }

  private static Trace trace(Table sorted, String x, String number, ScatterTrace.Mode mode) {
    Table present = sorted.where(sorted.column(number).isNotMissing());
    int step = step(present);
    if (step > 1) {
      int[] rows = IntStream.range(0, present.rowCount() / step).map(i -> i * step).toArray();
      present = present.rows(rows);
    }
    return ScatterTrace.builder(present.column(x), present.column(number))
        .mode(mode)
        .name(number)
        .build();
  }

  private static int step(Table table) {
    return Math.max(1, (table.rowCount() + MOST_POINTS - 1) / MOST_POINTS);
  }

  private static Figure figure(String title, Axis across, Axis up, int height, Trace... traces) {
    Layout layout =
        Layout.builder()
            .title(title)
            .xAxis(across)
            .yAxis(up)
            .height(height)
            .autosize(true)
            .showLegend(traces.length > 1)
            .build();
    return new Figure(layout, traces);
  }

  private static Column<?> column(Table table, String name) {
    return table.columns().stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "chart table '"
                        + table.name()
                        + "': no column '"
                        + name
                        + "' (columns: "
                        + String.join(", ", table.columnNames())
                        + ")"));
  }

  private static NumericColumn<?> numbers(Table table, String name) {
    if (column(table, name) instanceof NumericColumn<?> numbers) {
      return numbers;
    }
    throw new IllegalArgumentException(
        "chart table '"
            + table.name()
            + "': column '"
            + name
            + "' holds "
            + column(table, name).type().name().toLowerCase(Locale.ROOT)
            + "s, no numbers");
  }
}
