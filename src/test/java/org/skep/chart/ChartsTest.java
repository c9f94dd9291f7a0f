package org.skep.chart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
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
    assertTrue(script.contains("title: 'value by comm'"), script);
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
    assertTrue(script.contains("v by k, the first 60 of 1,000"), script);
    assertFalse(script.contains("k60"), script);
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
    Pairs pairs = Pairs.of(opens.column("comm"), opens.column("cpu"), opens.longColumn("value"));
    assertEquals(java.util.List.of("0", "1"), pairs.ys());
    assertArrayEquals(new double[] {2, 3, Double.NaN}, pairs.sums()[0]);
    assertTrue(script(Charts.heatmap(opens, "comm", "cpu", "value")).contains("type: 'heatmap'"));
  }

  @Test
  void namesTheColumnsWhereOneIsNotThere() {
    var e = assertThrows(IllegalArgumentException.class, () -> Charts.bar(opens, "name", "value"));
    assertEquals(
        "chart table 'opens': no column 'name' (columns: comm, cpu, value)", e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> Charts.bar(opens, "cpu", "comm"));
    assertEquals("chart table 'opens': column 'comm' holds strings, no numbers", e.getMessage());
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
}
