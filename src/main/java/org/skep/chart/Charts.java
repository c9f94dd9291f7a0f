package org.skep.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.skep.table.Unit;
import org.skep.table.query.Tables;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
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
 * <p>Axes carry the names of the columns and the units of their numbers, in the multiple that fits
 * the largest: {@code took (ms)}. Rows with a missing number are left out, and those with an
 * infinite one, which the title then counts.
 *
 * <p>A number is a column ({@code value}), or what is made of its rows: {@code sum(value)}, {@code
 * max(value)}, {@code min(value)}, {@code avg(value)}, or {@code count}. Without a function, rows
 * of one category are added up where that says something; a column that is a maximum or minimum by
 * its name shows the greatest or least. The title and the axis say what was done. Names of columns
 * are found as {@link Tables#column} says.
 *
 * <p>All methods throw {@link IllegalArgumentException} where the table has no such column, where a
 * column of numbers is none, or where several rows are one category and their numbers, by the name
 * of the column, are not to be added (averages, process ids).
 */
public final class Charts {
  /** Bars of one chart; more cannot be told apart. */
  static final int MOST_BARS = 60;

  /** Points of one line; a page with more becomes slow. */
  static final int MOST_POINTS = 20_000;

  private static final int HEIGHT = 420;

  private Charts() {}

  /**
   * A bar for each category, at most 60: of more, those with the largest numbers are shown, which
   * the title then says. Where the rows are in the order of the number, so are the bars.
   *
   * @param category a column of any type
   * @param number a column of numbers, or a function of one
   */
  public static Figure bar(Table table, String category, String number) {
    Column<?> by = Measure.column(table, category);
    Measure measure = Measure.of(table, number);
    Groups groups = Groups.of(table, by, measure);
    int all = groups.numbers().size();
    return all <= MOST_BARS
        ? bars(by, measure, groups, groups.categories(), "")
        : bars(by, measure, groups, groups.largest(MOST_BARS), cut("largest", MOST_BARS, all));
  }

  /**
   * The first bars of {@link #bar(Table, String, String)}: all rows are put together before
   * categories are left out.
   *
   * @param most how many bars there are at most; from 0, more than 60 are 60
   */
  public static Figure bar(Table table, String category, String number, int most) {
    Column<?> by = Measure.column(table, category);
    Measure measure = Measure.of(table, number);
    Groups groups = Groups.of(table, by, measure);
    int all = groups.numbers().size();
    int shown = Math.min(most, MOST_BARS);
    return bars(
        by, measure, groups, groups.first(shown), all <= shown ? "" : cut("first", shown, all));
  }

  private static String cut(String which, int shown, int all) {
    return String.format(Locale.ROOT, ", the %s %d of %,d", which, shown, all);
  }

  private static Figure bars(
      Column<?> by, Measure measure, Groups groups, List<String> shown, String cut) {
    Scale scale = Scale.of(measure.unit(), shown.stream().map(groups::of).toList());
    String title = measure.title(groups.how());
    Trace bars =
        BarTrace.builder(
                shown.toArray(), shown.stream().mapToDouble(c -> scale.of(groups.of(c))).toArray())
            .orientation(BarTrace.Orientation.HORIZONTAL)
            .build();
    Axis numbers = Axis.builder().title(scale.title(title)).build();
    Axis categories =
        Axis.builder()
            .title(by.name())
            .type(Axis.Type.CATEGORY)
            .autoRange(Axis.AutoRange.REVERSED)
            .build();
    int height = Math.max(220, 120 + 26 * shown.size());
    return figure(
        title + " by " + by.name() + cut + measure.leftOut(), numbers, categories, height, bars);
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
    NumericColumn<?> column = Measure.numbers(table, number);
    Bins bins = Bins.of(column.asDoubleArray());
    Scale scale = Scale.of(Unit.of(column), Arrays.stream(bins.middles()));
    Trace bars =
        BarTrace.builder(
                Arrays.stream(bins.middles()).map(scale::of).boxed().toArray(), bins.counts())
            .build();
    return figure(
        column.name() + Measure.leftOut(List.of(column)),
        Axis.builder().title(scale.title(column.name())).type(Axis.Type.LINEAR).build(),
        Axis.builder().title("count").build(),
        HEIGHT,
        bars);
  }

  /**
   * A field for each pair of {@code x} and {@code y}, coloured by the number, whose unit the title
   * says; pairs without a row stay empty.
   *
   * @param x a column of any type
   * @param y a column of any type
   * @param number a column of numbers, or a function of one
   */
  public static Figure heatmap(Table table, String x, String y, String number) {
    Column<?> across = Measure.column(table, x);
    Column<?> up = Measure.column(table, y);
    Measure measure = Measure.of(table, number);
    Pairs pairs = Pairs.of(table, across, up, measure);
    Scale scale =
        Scale.of(measure.unit(), Arrays.stream(pairs.numbers()).flatMapToDouble(Arrays::stream));
    double[][] numbers =
        Arrays.stream(pairs.numbers())
            .map(row -> Arrays.stream(row).map(scale::of).toArray())
            .toArray(double[][]::new);
    Trace fields =
        HeatmapTrace.builder(pairs.xs().toArray(), pairs.ys().toArray(), numbers).build();
    return figure(
        scale.title(measure.title(pairs.how()))
            + " by "
            + across.name()
            + " and "
            + up.name()
            + measure.leftOut(),
        Axis.builder().title(across.name()).type(Axis.Type.CATEGORY).build(),
        Axis.builder().title(up.name()).type(Axis.Type.CATEGORY).build(),
        HEIGHT,
        fields);
  }

  private static Figure points(Table table, String x, ScatterTrace.Mode mode, String... names) {
    if (names.length == 0) {
      throw new IllegalArgumentException(
          "chart table '" + table.name() + "': no column of numbers named");
    }
    String across = Measure.column(table, x).name();
    List<NumericColumn<?>> numbers = new ArrayList<>();
    Stream.of(names).forEach(name -> numbers.add(Measure.numbers(table, name)));
    Table sorted = Tables.sort(table, across);
    List<Scale> scales = numbers.stream().map(n -> scale(n, numbers)).toList();
    Scale acrossScale =
        Measure.column(table, x) instanceof NumericColumn<?> n
            ? Scale.of(Unit.of(n), Arrays.stream(n.asDoubleArray()))
            : new Scale(1, "");
    String title =
        String.join(", ", numbers.stream().map(NumericColumn::name).toList()) + " over " + across;
    Column<?> xs = sorted.column(across);
    List<NumericColumn<?>> all = new ArrayList<>(numbers);
    if (xs instanceof NumericColumn<?> n) {
      all.add(n);
    }
    title += Measure.leftOut(all);
    int step = Math.max(1, (sorted.rowCount() + MOST_POINTS - 1) / MOST_POINTS);
    if (step > 1) {
      title += String.format(Locale.ROOT, ", 1 of %d of %,d rows", step, sorted.rowCount());
    }
    Trace[] traces =
        IntStream.range(0, numbers.size())
            .mapToObj(
                i -> {
                  Column<?> up = sorted.column(numbers.get(i).name());
                  int[] rows = drawn(xs, up, step);
                  return ScatterTrace.builder(
                          scaled(xs, rows, acrossScale), scaled(up, rows, scales.get(i)))
                      .mode(mode)
                      .name(scales.get(i).title(up.name()))
                      .build();
                })
            .toArray(Trace[]::new);
    Axis.AxisBuilder axis = Axis.builder().title(acrossScale.title(across));
    if (xs instanceof NumericColumn<?>) {
      axis.type(Axis.Type.LINEAR);
    }
    return figure(
        title,
        axis.build(),
        Axis.builder().title(up(numbers, scales)).type(Axis.Type.LINEAR).build(),
        HEIGHT,
        traces);
  }

  /** Lines of one unit are drawn in one multiple of it. */
  private static Scale scale(NumericColumn<?> column, List<NumericColumn<?>> all) {
    Optional<Unit> unit = Unit.of(column);
    return Scale.of(
        unit,
        all.stream()
            .filter(other -> Unit.of(other).equals(unit))
            .flatMapToDouble(other -> Arrays.stream(other.asDoubleArray())));
  }

  /** One line is named at the axis; of several, the unit that they share. */
  private static String up(List<NumericColumn<?>> numbers, List<Scale> scales) {
    Scale first = scales.getFirst();
    if (numbers.size() == 1) {
      return first.title(numbers.getFirst().name());
    }
    return scales.stream().allMatch(first::equals) ? first.symbol() : "";
  }

  /** Rows that have a place on both axes, one of each so many. */
  private static int[] drawn(Column<?> x, Column<?> number, int step) {
    boolean anywhere = x instanceof StringColumn; // an empty text is missing for Tablesaw
    int[] placed =
        IntStream.range(0, x.size())
            .filter(row -> hasPlace(number, row) && (anywhere || hasPlace(x, row)))
            .toArray();
    return IntStream.range(0, placed.length)
        .filter(i -> i % step == 0)
        .map(i -> placed[i])
        .toArray();
  }

  private static boolean hasPlace(Column<?> column, int row) {
    return !column.isMissing(row)
        && !(column instanceof NumericColumn<?> n && Double.isInfinite(n.getDouble(row)));
  }

  private static Column<?> scaled(Column<?> column, int[] rows, Scale scale) {
    if (column instanceof InstantColumn times) {
      return StringColumn.create(
          times.name(), Arrays.stream(rows).mapToObj(row -> Labels.time(times, row)));
    }
    Column<?> chosen = column.subset(rows);
    return scale.divisor() == 1 || !(chosen instanceof NumericColumn<?> numbers)
        ? chosen
        : numbers.divide(scale.divisor());
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
}
