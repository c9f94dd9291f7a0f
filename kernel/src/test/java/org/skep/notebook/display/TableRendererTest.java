package org.skep.notebook.display;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

class TableRendererTest {
  private final Displays displays = Displays.withInstalledRenderers();

  private static Table opens() {
    DoubleColumn share = DoubleColumn.create("share", 0.5, 0.25, Double.NaN);
    share.setPrintFormatter(NumberColumnFormatter.percent(1));
    return Table.create(
        "opens <counts>",
        StringColumn.create("comm", "ba\"sh", "</td><script>", ""),
        IntColumn.create("key.pid", 1, 4194304, 17),
        LongColumn.create("value", 3L, 20_000L, -3_000_000_000L),
        DoubleColumn.create("mean", 1.5, Double.NaN, 1234567.25),
        share);
  }

  private String html(Object value) {
    return displays.render(value).string(MimeBundle.HTML).orElseThrow();
  }

  private String text(Object value) {
    return displays.render(value).string(MimeBundle.TEXT).orElseThrow();
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = TableRendererTest.class.getResourceAsStream("/golden/display/" + name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void rawNumbersBesideTheirTextsAreNamedAndNotShown() {
    Table table =
        Table.create(
            "t",
            StringColumn.create("at", "noon"),
            LongColumn.create("at.raw", 123_456L),
            LongColumn.create("own.raw", 654_321L));
    assertTrue(text(table).contains("t: 1 row, 2 columns (not shown: at.raw)"), text(table));
    assertFalse(text(table).contains("123,456"), text(table));
    assertTrue(text(table).contains("654,321"), text(table));
    assertFalse(html(table).contains("123,456"));
  }

  @Test
  void warningsStandBeforeNotesAndAreMarked() {
    TableView view = new TableView(opens(), List.of("complete"), List.of("12 lost & gone"), 50);
    assertTrue(text(view).endsWith("\nwarning: 12 lost & gone\ncomplete"), text(view));
    String html = html(view);
    assertTrue(html.contains("<b>warning:</b> 12 lost &amp; gone</div>"), html);
    assertTrue(html.indexOf("12 lost") < html.indexOf("complete"), html);
  }

  @Test
  void longTextsAreBrokenIntoLines() {
    String remedy = "run Jupyter as root ".repeat(8).strip();
    String html = html(Table.create("t", StringColumn.create("remedy", remedy)));
    assertTrue(html.contains("<td class=\"w\">" + remedy + "</td>"), html);
  }

  @Test
  void looksAsItShould() throws IOException {
    TableView view = new TableView(opens(), List.of("complete", "2 keys & more"), 50);
    assertEquals(golden("table.html"), html(view));
    assertEquals(golden("table.txt"), text(view) + "\n");
    assertEquals(text(view), view.toString());
  }

  @Test
  void longTablesShowBothEndsAndSayHowLongTheyAre() {
    Table table = Table.create("long", IntColumn.indexColumn("id", 12_345, 0));
    String text = text(table);
    assertTrue(
        text.contains("\n46\n⋮\n12342\n12343\n12344\n") || text.contains("   46\n⋮\n"), text);
    assertTrue(text.endsWith("long: 50 of 12,345 rows, 1 column"), text);
    assertEquals(51, html(table).split("<tr>", -1).length - 2);
    assertTrue(text(new TableView(table, List.of(), 3)).contains(" 2\n⋮\nlong: 3 of 12,345 rows"));
    assertFalse(text(table.first(50)).contains("⋮"));
  }

  @Test
  void wideTablesShowBothEnds() {
    List<Column<?>> columns = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      columns.add(IntColumn.create("c" + i, new int[] {i}));
    }
    Table table = Table.create("wide", columns);
    String html = html(table);
    assertTrue(html.contains(">c36<") && html.contains(">c97<") && html.contains(">c99<"));
    assertFalse(html.contains(">c50<"));
    assertTrue(html.contains("1 row, 40 of 100 columns"), html);
    assertTrue(text(table).lines().allMatch(line -> line.length() <= 162), text(table));
  }

  @Test
  void longCellsAreCut() {
    Table table = Table.create("t", StringColumn.create("s", "x".repeat(5_000) + "\n\u0007"));
    assertTrue(html(table).length() < 5_000);
    assertTrue(text(table).lines().allMatch(line -> line.length() < 50), text(table));
  }

  @Test
  void emptyTablesAndOddNamesAreShown() {
    assertTrue(text(Table.create("none")).endsWith("none: 0 rows, 0 columns"));
    assertTrue(html(opens().emptyCopy()).contains("0 rows, 5 columns"));
    html(Table.create((String) null, BooleanColumn.create("b", true, false)));
  }

  @Test
  void columnsAndRowsAreSmallTables() {
    assertTrue(text(opens().longColumn("value")).contains("-3,000,000,000"));
    assertTrue(text(opens().iterator().next()).contains("ba\"sh"));
  }

  @ParameterizedTest
  @CsvSource({
    "1234, 1234, true",
    "12345, '12,345', true",
    "-1234567, '-1,234,567', true",
    "1234567, 1234567, false",
    "0.1, 0.1, true",
    "1234567.891, '1,234,568', true",
    "3.141592653589793, 3.14159, true",
    "1.0E-7, 1e-7, true",
    "1.25E20, 1.25e20, true",
    "18446744073709551615, '18,446,744,073,709,551,615', true",
    "-9223372036854775808, '-9,223,372,036,854,775,808', true",
    "-1500000000000000000000000, -1.5e24, true",
    "1500000000000000000000000, 1.5e24, false",
    "0.0, 0, true",
    "12 %, 12 %, true",
    "NaN, NaN, true",
  })
  void numbersAreReadable(String column, String shown, boolean grouped) {
    assertEquals(shown, Numbers.readable(column, grouped).replace("e+", "e").replace("e-0", "e-"));
  }

  @ParameterizedTest
  @CsvSource({
    "pid, true",
    "key.pid, true",
    "parent_pid, true",
    "PORT, true",
    "pids, false",
    "rapid, false",
    "value, false"
  })
  void numbersThatNameThingsAreNotGrouped(String column, boolean name) {
    assertEquals(name, Numbers.isName(column));
  }
}
