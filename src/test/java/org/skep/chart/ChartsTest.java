package org.skep.chart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.table.Nanoseconds;
import org.skep.table.Unit;
import org.skep.table.query.Tables;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.components.Figure;

class ChartsTest {
  private final Table opens =
      Table.create(
          "opens",
          StringColumn.create("comm", "bash", "42", "bash", ""),
          IntColumn.create("cpu", 1, 0, 0, 1),
          LongColumn.create("value", 5L, 3L, 2L, 1L));

  private static String script(Figure figure) {
    return figure.asJavascript("chart").replaceAll("\\s+", " ");
  }

  @Test
  void barsAddUpRowsOfACategoryAndSayIt() {
    String script = script(Charts.bar(opens, "comm", "value"));
    assertTrue(script.contains("[\"bash\",\"42\",\"(missing)\"]"), script);
    assertTrue(script.contains("[7.0, 3.0, 1.0]"), script);
    assertTrue(script.contains("title: 'sum of value'"), script);
    assertTrue(script.contains("title: 'sum of value by comm'"), script);
  }

  @Test
  void categoriesThatLookLikeNumbersStayCategories() {
    String script = script(Charts.bar(opens, "comm", "value"));
    assertTrue(script.contains("type: 'category'"), script);
  }

  @Test
  void chartsLeaveTheirWidthToThePage() {
    assertFalse(script(Charts.bar(opens, "comm", "value")).contains("width:"));
    assertFalse(script(Charts.line(opens, "cpu", "value")).contains("width:"));
  }

  @Test
  void saysHowManyBarsAreLeftOut() {
    Table many =
        Table.create(
            "many",
            StringColumn.create("k", IntStream.range(0, 1_000).mapToObj(i -> "k" + i)),
            IntColumn.indexColumn("v", 1_000, 0));
    String script = script(Charts.bar(many, "k", "v"));
    assertTrue(script.contains("v by k, the largest 60 of 1,000"), script);
    assertFalse(script.contains("\"k939\""), script);
    assertTrue(script.contains("\"k940\""), script);
  }

  @Test
  void linesGoFromLeftToRightAndLeaveOutWhatIsMissing() {
    Table t =
        Table.create(
            "t", IntColumn.create("x", 3, 1, 2), DoubleColumn.create("y", 30, 10, Double.NaN));
    String script = script(Charts.line(t, "x", "y"));
    assertTrue(script.contains("x: [\"1\",\"3\"], y: [\"10.0\",\"30.0\"]"), script);
  }

  @Test
  void countsWholeNumbersOneByOne() {
    Bins bins = Bins.of(new double[] {1, 1, 2, 5});
    assertArrayEquals(new double[] {1, 2, 3, 4, 5}, bins.middles());
    assertArrayEquals(new double[] {2, 1, 0, 0, 1}, bins.counts());
  }

  @Test
  void everyNumberIsInSomeBin() {
    double[] numbers = DoubleStream.iterate(1, n -> n * 1.7).limit(60).toArray();
    Bins bins = Bins.of(numbers);
    assertEquals(60, Arrays.stream(bins.counts()).sum());
    assertTrue(bins.counts().length <= 81);
    assertEquals(0, Bins.of(new double[] {Double.NaN}).counts().length);
    assertEquals(3, Bins.of(new double[] {7, 7, 7}).counts()[0]);
  }

  @Test
  void heatMapLeavesPairsWithoutARowEmpty() {
    Pairs pairs =
        Pairs.of(opens, opens.column("comm"), opens.column("cpu"), Measure.of(opens, "value"));
    assertEquals(List.of("0", "1"), pairs.ys());
    assertArrayEquals(new double[] {2, 3, Double.NaN}, pairs.numbers()[0]);
    assertTrue(script(Charts.heatmap(opens, "comm", "cpu", "value")).contains("type: 'heatmap'"));
  }

  @Test
  void namesTheColumnsWhereOneIsNotThere() {
    var e = assertThrows(IllegalArgumentException.class, () -> Charts.bar(opens, "name", "value"));
    assertEquals(
        "chart table 'opens': no column 'name' in 'opens'; columns are comm, cpu, value",
        e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> Charts.bar(opens, "cpu", "comm"));
    assertEquals(
        "chart table 'opens': column 'comm' holds strings, not numbers (count counts its rows)",
        e.getMessage());
  }

  private static Table infinite() {
    double[] values = {1, Double.POSITIVE_INFINITY, 3, Double.NEGATIVE_INFINITY, Double.NaN};
    return Table.create(
        "ratios",
        StringColumn.create("comm", "a", "b", "c", "d", "e"),
        IntColumn.create("cpu", 0, 1, 2, 3, 4),
        DoubleColumn.create("ratio", values),
        DoubleColumn.create("other", 5, 6, 7, 8, 9));
  }

  /** An axis to infinity shows nothing. */
  @Test
  void infiniteNumbersAreLeftOutAndCounted() {
    Table table = infinite();
    for (Figure figure :
        List.of(
            Charts.bar(table, "comm", "ratio"),
            Charts.bar(table, "comm", "avg(ratio)", 10),
            Charts.line(table, "cpu", "ratio", "other"),
            Charts.scatter(table, "ratio", "other"),
            Charts.histogram(table, "ratio"),
            Charts.heatmap(table, "comm", "cpu", "ratio"))) {
      String script = script(figure);
      assertFalse(script.contains("Infinity"), script);
      assertTrue(script.matches(".*title: '[^']*, 2 infinite left out'.*"), script);
    }
    String bars = script(Charts.bar(table, "comm", "ratio"));
    assertTrue(bars.contains("[\"a\",\"c\"]") && bars.contains("[1.0, 3.0]"), bars);
    String counted = script(Charts.bar(table, "comm", "count(ratio)"));
    assertTrue(counted.contains("[1.0, 1.0, 1.0, 1.0]"), counted);
    assertFalse(counted.contains("infinite"), counted);
    assertFalse(script(Charts.bar(opens, "comm", "value")).contains("infinite"));
  }

  @Test
  void aValueNamedMissingIsNotAMissingOne() {
    Table table =
        Table.create(
            "t",
            StringColumn.create("comm", "", "(missing)", "", "(missing value)", "(missing)"),
            LongColumn.create("value", 1L, 10L, 2L, 100L, 20L));
    String script = script(Charts.bar(table, "comm", "value"));
    assertTrue(
        script.contains("[\"(missing value value)\",\"(missing)\",\"(missing value)\"]"), script);
    assertTrue(script.contains("[3.0, 30.0, 100.0]"), script);
  }

  @Test
  void anEmptyTableIsAnEmptyChart() {
    Table none = opens.emptyCopy();
    script(Charts.bar(none, "comm", "value"));
    script(Charts.line(none, "cpu", "value"));
    script(Charts.scatter(none, "cpu", "value"));
    script(Charts.histogram(none, "value"));
    script(Charts.heatmap(none, "comm", "cpu", "value"));
  }

  /**
   * Per comm: grep 10 rows of 125 and below, cat one of 1,000; the ten largest rows are not all.
   */
  private static Table perPid() {
    var comm = StringColumn.create("comm");
    var value = LongColumn.create("value");
    var max = LongColumn.create("max");
    for (int pid = 0; pid < 300; pid++) {
      comm.append("grep");
      value.append(125 - pid % 5);
      max.append(pid);
    }
    for (String other : List.of("a", "b", "c", "d", "cat")) {
      comm.append(other);
      value.append(1_000);
      max.append(7);
    }
    return Table.create("opens", comm, value, max);
  }

  @Test
  void allRowsAreAddedBeforeCategoriesAreLeftOut() {
    Table sorted = Tables.sort(perPid(), "-value");
    String script = script(Charts.bar(sorted, "comm", "value", 2));
    assertTrue(script.contains("[\"grep\",\"a\"]"), script);
    assertTrue(script.contains("[36900.0, 1000.0]"), script);
    assertTrue(script.contains("'sum of value by comm, the first 2 of 6'"), script);
    String rising = script(Charts.bar(Tables.sort(perPid(), "value"), "comm", "value", 1));
    assertTrue(rising.contains("[1000.0]"), rising);
  }

  @Test
  void maximaAreNotAdded() {
    String script = script(Charts.bar(perPid(), "comm", "max"));
    assertTrue(script.contains("[299.0, 7.0, 7.0, 7.0, 7.0, 7.0]"), script);
    assertTrue(script.contains("title: 'max of max'"), script);
    assertTrue(script.contains("title: 'max of max by comm'"), script);
  }

  @ParameterizedTest
  @CsvSource({
    "sum(value), 7",
    "max(value), 5",
    "min(value), 2",
    "avg(value), 3.5",
    "mean(value), 3.5",
    "count, 2",
    "count(), 2",
    "count(value), 2",
    "'max( value )', 5"
  })
  void aFunctionSaysHowRowsBecomeOneNumber(String number, double bash) {
    Table bashes = opens.where(opens.stringColumn("comm").isEqualTo("bash"));
    String script = script(Charts.bar(bashes, "comm", number));
    assertTrue(script.contains("[" + bash + "]"), script);
  }

  @ParameterizedTest
  @ValueSource(strings = {"avg_ns", "p99", "pid", "ns_per_run", "depth", "avgNanos", "at"})
  void whatIsNotAddedByItsNameIsRefusedWhereCategoriesRepeat(String name) {
    var numbers = LongColumn.create(name, 5L, 2L);
    Table repeats = Table.create("t", StringColumn.create("comm", "a", "a"), numbers);
    var e = assertThrows(IllegalArgumentException.class, () -> Charts.bar(repeats, "comm", name));
    assertTrue(String.valueOf(e.getMessage()).contains("max(" + name + ")"), e.getMessage());
    Table once = Table.create("t", StringColumn.create("comm", "a", "b"), numbers);
    assertTrue(script(Charts.bar(once, "comm", name)).contains("[5.0, 2.0]"));
    e =
        assertThrows(
            IllegalArgumentException.class, () -> Charts.heatmap(repeats, "comm", "comm", name));
    assertTrue(String.valueOf(e.getMessage()).contains("avg(" + name + ")"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "value",
        "count",
        "bytes",
        "total_ns",
        "hits",
        "runs",
        "value/s",
        "took",
        "rx_packets"
      })
  void countsAndSumsAreAdded(String name) {
    Table repeats =
        Table.create("t", StringColumn.create("comm", "a", "a"), LongColumn.create(name, 5L, 2L));
    assertTrue(script(Charts.bar(repeats, "comm", name)).contains("[7.0]"));
  }

  @Test
  void aFunctionThatIsNotKnownIsRefusedWithThoseThatAre() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> Charts.bar(opens, "comm", "med(value)"));
    assertEquals(
        "chart table 'opens': no function 'med' in 'med(value)' (sum, max, min, avg, count)",
        e.getMessage());
  }

  private static Table timed() {
    var took = LongColumn.create("took", 300_000_000_000L, 1_000_000_000L);
    Unit.NANOS.putOn(took);
    var size = LongColumn.create("size", 3L << 20, 1L << 20);
    Unit.BYTES.putOn(size);
    return Table.create("t", StringColumn.create("comm", "a", "b"), took, size);
  }

  @Test
  void axesSayTheUnitAndScaleTheNumbers() {
    String bar = script(Charts.bar(timed(), "comm", "took"));
    assertTrue(bar.contains("[300.0, 1.0]"), bar);
    assertTrue(bar.contains("title: 'took (s)'"), bar);
    String sizes = script(Charts.bar(timed(), "comm", "sum(size)"));
    assertTrue(sizes.contains("[3.0, 1.0]"), sizes);
    assertTrue(sizes.contains("title: 'sum of size (MiB)'"), sizes);
    String count = script(Charts.bar(timed(), "comm", "count(took)"));
    assertTrue(count.contains("title: 'count'"), count);
    String lines = script(Charts.line(timed(), "size", "took"));
    assertTrue(lines.contains("x: [\"1.0\",\"3.0\"], y: [\"1.0\",\"300.0\"]"), lines);
    assertTrue(lines.contains("title: 'size (MiB)'"), lines);
    assertTrue(lines.contains("title: 'took (s)'"), lines);
    String two = script(Charts.line(timed(), "comm", "took", "size"));
    assertTrue(two.contains("name: 'took (s)'") && two.contains("name: 'size (MiB)'"), two);
    String histogram = script(Charts.histogram(timed(), "took"));
    assertTrue(histogram.contains("title: 'took (s)'"), histogram);
    String heat = script(Charts.heatmap(timed(), "comm", "comm", "took"));
    assertTrue(heat.contains("title: 'took (s) by comm and comm'"), heat);
    assertTrue(heat.contains("300.0"), heat);
  }

  @Test
  void columnsAreFoundAsEverywhereElse() {
    assertEquals(
        script(Charts.bar(opens, "comm", "value")), script(Charts.bar(opens, "COMM", "Value")));
  }

  /** 1,501 and 1,502 ns are both shown as 1.50 µs: they are two bars, not one of both. */
  @Test
  void differentValuesThatLookTheSameAreDifferentCategories() {
    var took = LongColumn.create("took", 1501L, 1502L, 1501L, 9L);
    Unit.NANOS.putOn(took);
    var wide = DoubleColumn.create("wide", 0x1p63, 0x1p63, 0x1p63, 3);
    var exact =
        StringColumn.create(
            "wide.exact", "9223372036854775809", "9223372036854775808", "9223372036854775809", "3");
    var at =
        Nanoseconds.column(
            "at",
            new Instant[] {
              Instant.ofEpochSecond(1, 2_000),
              Instant.ofEpochSecond(1, 1_000),
              Instant.ofEpochSecond(1, 2_000),
              Instant.ofEpochSecond(0)
            });
    var value = LongColumn.create("value", 1L, 2L, 4L, 3L);
    Table t = Table.create("t", took, wide, exact, at, value);
    String script = script(Charts.bar(t, "took", "value"));
    assertTrue(script.contains("x: [5.0, 2.0, 3.0]"), script);
    assertTrue(script.contains("y: [\"1501 ns\",\"1502 ns\",\"9 ns\"]"), script);
    script = script(Charts.bar(t, "wide", "value"));
    assertTrue(script.contains("x: [5.0, 2.0, 3.0]"), script);
    assertTrue(script.contains("[\"9223372036854775809\",\"9223372036854775808\",\"3"), script);
    script = script(Charts.bar(t, "at", "value"));
    assertTrue(script.contains("x: [5.0, 2.0, 3.0]"), script);
    script = script(Charts.heatmap(t, "at", "took", "value"));
    assertTrue(script.contains("z: [[3.0,NaN,NaN,],[NaN,NaN,5.0,],[NaN,2.0,NaN,],]"), script);
    assertTrue(
        script.contains(
            "\"1970-01-01T00:00:01.000001Z\",\"1970-01-01T00:00:01.000002Z\"],"
                + " y: [\"9 ns\",\"1501 ns\",\"1502 ns\"]"),
        script);
    script = script(Charts.line(t, "at", "value"));
    assertTrue(
        script.contains("\"1970-01-01T00:00:01.000001Z\",\"1970-01-01T00:00:01.000002Z\""), script);
  }

  @Test
  void aPointNeedsAPlaceOnBothAxes() {
    var x = IntColumn.create("x", 3, 1, 2);
    x.setMissing(1);
    Table t = Table.create("t", x, IntColumn.create("y", 30, 10, 20));
    String script = script(Charts.scatter(t, "x", "y"));
    assertTrue(script.contains("x: [\"2\",\"3\"], y: [\"20\",\"30\"]"), script);
  }

  @Test
  void aLineOfManyRowsSaysHowManyAreDrawn() {
    Table t =
        Table.create(
            "t", IntColumn.indexColumn("x", 50_000, 0), IntColumn.indexColumn("y", 50_000, 0));
    String script = script(Charts.line(t, "x", "y"));
    assertTrue(script.contains("'y over x, 1 of 3 of 50,000 rows'"), script);
    assertTrue(script.contains("\"49998\"]"), script);
  }
}
