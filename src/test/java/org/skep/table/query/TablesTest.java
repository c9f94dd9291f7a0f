package org.skep.table.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.table.Nanoseconds;
import org.skep.table.NotedTable;
import org.skep.table.Unit;
import tech.tablesaw.aggregate.AggregateFunctions;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.io.csv.CsvWriteOptions;

/** Sorting, cutting and filtering. */
class TablesTest {
  private static Table table() {
    return Table.create(
        "t",
        LongColumn.create("value", 5L, 20L, Long.MAX_VALUE, 1L),
        StringColumn.create("comm", "bash", "cat", "bash", ""),
        DoubleColumn.create("load", 0.5, 2.5, Double.NaN, -1),
        BooleanColumn.create("on", true, false, true, false),
        LongColumn.create("dev.major", 1L, 2L, 3L, 4L),
        LongColumn.create("odd name", 1L, 2L, 3L, 4L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "value > 5 ~ 20 9223372036854775807",
        "value>=5 ~ 5 20 9223372036854775807",
        "value == 9223372036854775807 ~ 9223372036854775807",
        "value == 9223372036854775806 ~ ",
        "value < 9223372036854775808 ~ 5 20 9223372036854775807 1",
        "value = 0x14 ~ 20",
        "value != 5 ~ 20 9223372036854775807 1",
        "value > 10 && comm == 'bash' ~ 9223372036854775807",
        "value > 10 and comm == \"bash\" ~ 9223372036854775807",
        "comm == 'cat' || value == 1 ~ 20 1",
        "!(comm == 'bash') ~ 20 1",
        "not on ~ 20 1",
        "on && value < 10 ~ 5",
        "on == false ~ 20 1",
        "comm contains 'as' ~ 5 9223372036854775807",
        "comm startsWith 'c' ~ 20",
        "comm endsWith 'h' ~ 5 9223372036854775807",
        "comm matches 'b.*|c..' ~ 5 20 9223372036854775807",
        "comm == '' ~ 1",
        "load > 0 ~ 5 20",
        "!(load > 0) ~ 9223372036854775807 1",
        "load == 2.5 ~ 20",
        "load == -1 ~ 1",
        "dev.major == 3 ~ 9223372036854775807",
        "`odd name` == 3 ~ 9223372036854775807",
        "value > dev.major ~ 5 20 9223372036854775807",
        "value == 20ns ~ 20",
        "value > 1KiB ~ 9223372036854775807",
        "comm == 'cat' || comm == 'bash' && on ~ 5 20 9223372036854775807",
      })
  void keepsTheRowsForWhichTheConditionHolds(String condition, String values) {
    var column = Tables.where(table(), condition).longColumn("value");
    var kept = column.asList().stream().map(String::valueOf).toList();
    assertEquals(values == null ? List.of() : List.of(values.split(" ", -1)), kept);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "valeu > 1 ~ no column 'valeu' (did you mean 'value'?); columns are value, comm, load",
        "value > ~ expected a column, a number or a text in quotes but was the end (at character 8)",
        "value ~ expected a comparison, such as == or contains, but was the end",
        "value == 'x' ~ expected a number but was 'x' (at character 10)",
        "value > 1 comm ~ expected && or || or the end but was 'comm'",
        "(value > 1 ~ expected ) but was the end",
        "comm == 'x ~ no ' ends what begins here (at character 9)",
        "value contains '1' ~ 'contains' asks texts, but 'value' is a number",
        "comm matches '(' ~ no regular expression",
        "value > 10parsecs ~ '10parsecs' is not a number",
        "value > 1 ; on ~ ';' has no meaning here (at character 11)",
        "comm == bash ~ no column 'bash'",
        "value == 010 ~ '010' is not a number (a leading zero makes it octal in C: write 10 or 0x8)",
        "value == -08 ~ '-08' is not a number (write -8)",
        "value == 00 ~ '00' is not a number",
        "value == 0_7ms ~ '0_7ms' is not a number",
        "value == \u0661\u0660 ~ '\u0661' has no meaning here",
        "value == 0x\u0661 ~ is not a number",
        "value == 0x ~ is not a number",
        "comm == 5 ~ expected a text but was '5'",
      })
  void saysWhatIsWrongWithACondition(String condition, String message) {
    var error =
        assertThrows(IllegalArgumentException.class, () -> Tables.where(table(), condition));
    assertTrue(String.valueOf(error.getMessage()).contains(message), error::toString);
  }

  /** Rows in no order, whose texts are not in the order of what they stand for. */
  private static Table meanings() {
    Instant noon = Instant.parse("2026-05-31T12:00:00Z");
    return Table.create(
        "m",
        LongColumn.create("n", 1L, 2L, 3L, 4L),
        StringColumn.create("hex", "0x100", "0x9", "0x10", "0xa"),
        StringColumn.create("ip", "10.0.0.9", "fd00::1", "10.0.0.10", "9.255.0.1"),
        StringColumn.create("net", "10.0.0.0/9", "10.0.0.0/16", "9.0.0.0/8", "10.0.0.0/8"),
        StringColumn.create(
            "mac",
            "02:00:00:00:00:ff",
            "02:00:00:00:00:01",
            "02:00:00:00:00:0a",
            "00:00:00:00:00:0b"),
        StringColumn.create("dev", "8:16", "8:2", "253:0", "8:0"),
        StringColumn.create(
            "wide", "-1", "18446744073709551616", "9", "340282366920938463463374607431768211455"),
        StringColumn.create("error", "ENOENT", "0", "EPERM", "4096"),
        LongColumn.create("error.raw", -2L, 0L, -1L, 4096L),
        DoubleColumn.create("big", 0x1p64, 0x1p64, 1, 0x1p64),
        StringColumn.create(
            "big.exact",
            "18446744073709551615",
            "18446744073709551613",
            "1",
            "18446744073709551614"),
        Nanoseconds.column(
            "at", new Instant[] {noon.plusNanos(3), noon.plusNanos(1), noon.plusNanos(2), null}));
  }

  @ParameterizedTest
  @CsvSource({
    "hex, 2 4 3 1",
    "-hex, 1 3 4 2",
    "ip, 4 1 3 2",
    "-ip, 2 3 1 4",
    "net, 3 4 1 2",
    "mac, 4 2 3 1",
    "dev, 4 2 1 3",
    "wide, 1 3 2 4",
    "big, 3 2 4 1",
    "-big, 1 4 2 3",
    "error, 2 4 1 3",
    "at, 4 2 3 1"
  })
  void sortsTextsByWhatTheyStandFor(String column, String rows) {
    assertEquals(rows, rows(Tables.sort(meanings(), column)));
    assertEquals(rows.substring(0, 5), rows(Tables.top(meanings(), 3, column)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "hex > 16 ~ 1",
        "hex == 0x0a ~ 4",
        "hex == \"0x0A\" ~ 4",
        "16 >= hex ~ 2 3 4",
        "ip > \"10.0.0.9\" ~ 2 3",
        "ip == \"fd00:0:0::1\" ~ 2",
        "net == \"10.0.0.0/8\" ~ 4",
        "mac == \"02:00:00:00:00:0A\" ~ 3",
        "mac == \"02-00-00-00-00-0a\" ~ 3",
        "dev < \"8:16\" ~ 2 4",
        "wide > 18446744073709551615 ~ 2 4",
        "wide < 0 ~ 1",
        "error == -2 ~ 1",
        "error < 0 ~ 1 3",
        "error == \"EPERM\" ~ 3",
        "big == 18446744073709551614 ~ 4",
        "big >= 18446744073709551614 ~ 1 4",
        "big == 1 ~ 3",
        "at > \"2026-05-31\" ~ 1 2 3",
        "at > \"2026-05-31 12:00:00.000000001\" ~ 1 3",
        "at == \"2026-05-31T12:00:00.000000002Z\" ~ 3",
        "at < \"2026-05-31T12:00\" ~ ",
      })
  void comparesTextsByWhatTheyStandFor(String condition, String rows) {
    assertEquals(rows == null ? "" : rows, rows(Tables.where(meanings(), condition)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "ip == \"10.0.0.09\" ~ part '09' begins with 0",
        "ip == \"10.0.1\" ~ an IPv4 address has four parts",
        "ip == \"fe80::1%eth0\" ~ a zone belongs to a socket",
        "ip == \"10.0.0.0/8\" ~ is a prefix, and 'ip' has addresses (write ip >= '10.0.0.0' && ip <= '10.255.255.255')",
        "ip == \"fd00::/9\" ~ (write ip >= 'fd00::' && ip <= 'fd7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff')",
        "net == \"10.0.0.1/8\" ~ bits are set behind the prefix (write 10.0.0.0/8 for",
        "mac == \"0:0:0:0:0:ff\" ~ not a hardware address",
        "mac == \"02:00:00:00:00\" ~ not a hardware address",
        "at > \"21:27\" ~ expected a time in UTC such as '2026-05-31'",
      })
  void refusesWhatIsNoAddressOrTime(String condition, String message) {
    var error =
        assertThrows(IllegalArgumentException.class, () -> Tables.where(meanings(), condition));
    assertTrue(String.valueOf(error.getMessage()).contains(message), error::toString);
  }

  private static String rows(Table table) {
    return table.longColumn("n").asList().stream()
        .map(String::valueOf)
        .collect(Collectors.joining(" "));
  }

  @Test
  void aPivotHasTheUnitOfItsNumbers() {
    LongColumn took = LongColumn.create("took", 1_500L, 2_500L);
    Unit.NANOS.putOn(took);
    Table table =
        NotedTable.of(
            "t",
            List.of(
                StringColumn.create("who", "a", "b"), StringColumn.create("cpu", "0", "0"), took),
            List.of());
    Table sums = table.pivot("who", "cpu", "took", AggregateFunctions.sum);
    assertEquals("1.50 µs", sums.column("0").getString(0));
    Table counts = table.pivot("who", "cpu", "took", AggregateFunctions.count);
    assertEquals("1", counts.column("0").getString(0).replace(".0", ""));
  }

  @Test
  void deepNestingIsRefusedAndDoesNotOverflow() {
    String deep = "(".repeat(100_000) + "on" + ")".repeat(100_000);
    assertThrows(IllegalArgumentException.class, () -> Tables.where(table(), deep));
  }

  @Test
  void sortsByColumnsWithMinusForTheLargestFirst() {
    assertEquals(
        List.of(Long.MAX_VALUE, 20L, 5L, 1L),
        Tables.sort(table(), "-value").longColumn("value").asList());
    assertEquals(
        List.of(1L, Long.MAX_VALUE, 5L, 20L),
        Tables.sort(table(), "comm", "-value").longColumn("value").asList());
    var error = assertThrows(IllegalArgumentException.class, () -> Tables.sort(table(), "-valu"));
    assertTrue(
        String.valueOf(error.getMessage()).contains("did you mean 'value'"), error::toString);
  }

  @Test
  void topKeepsTheFirstRowsAndSaysHowManyThereWere() {
    assertEquals(2, Tables.top(table(), 2).rowCount());
    assertEquals(4, Tables.top(table(), 9).rowCount());
    Table noted = Tables.top(NotedTable.of(table(), List.of("complete")), 3);
    assertEquals(List.of("complete", "showing 3 of 4"), NotedTable.notesOf(noted));
  }

  @ParameterizedTest
  @CsvSource({"value", "-value", "comm -value", "-comm load", "on", "-on -load", "dev.major"})
  void topInAnOrderIsSortedAndCut(String columns) {
    var keys = columns.split(" ", -1);
    for (int count = 0; count <= 5; count++) {
      assertEquals(
          Tables.top(Tables.sort(table(), keys), count).print(),
          Tables.top(table(), count, keys).print());
    }
  }

  @Test
  void rowsThatAreEqualStayInTheirOrder() {
    var first = LongColumn.create("a", 1L, 0L, 1L, 0L, 1L);
    var second = LongColumn.create("b", 0L, 1L, 2L, 3L, 4L);
    Table sorted = Tables.sort(Table.create("t", first, second), "-a");
    assertEquals(List.of(0L, 2L, 4L, 1L, 3L), sorted.longColumn("b").asList());
  }

  @Test
  void notesAreKeptByOurOperationsAndLostByOthers() {
    Table noted = NotedTable.of(table(), List.of("complete"));
    assertEquals(List.of("complete"), NotedTable.notesOf(Tables.sort(noted, "value")));
    assertEquals(List.of(), NotedTable.notesOf(noted.sortOn("value")));
    assertEquals(List.of(), NotedTable.notesOf(noted.copy()));
  }

  private static NotedTable differingByCase() {
    return NotedTable.of(
        "m",
        List.of(
            LongColumn.create("key", 0L, 1L),
            LongColumn.create("rx", 10L, 11L),
            LongColumn.create("RX_2", 20L, 21L)),
        List.of(),
        Map.of("RX", "RX_2"));
  }

  @Test
  void aNameThatDiffersByCaseAloneMeansItsOwnColumn() {
    NotedTable table = differingByCase();
    Table one = Tables.where(table, "RX == 21");
    assertEquals(List.of(1L), one.longColumn("key").asList());
    assertEquals(0, Tables.where(table, "RX == 10").rowCount());
    assertEquals(1, Tables.where(table, "rx == 10").rowCount());
    assertEquals(List.of(1L, 0L), Tables.sort(table, "-RX").longColumn("key").asList());
    assertEquals(21L, table.column("RX").get(1));
    assertEquals(11L, table.longColumn("rx").getLong(1));
    assertEquals(2, table.columnIndex("RX"));
    for (Table derived :
        List.of(
            one,
            table.copy(),
            table.where(table.longColumn("key").isEqualTo(1)),
            table.sortDescendingOn("RX"),
            table.dropRows(0),
            table.first(2).last(1))) {
      int last = derived.rowCount() - 1;
      long rx = derived.longColumn("rx").getLong(last);
      assertEquals(rx + 10, derived.column("RX").get(last), derived.print());
    }
  }

  @Test
  void aNameIsRefusedThatMeansSeveralColumns() {
    var both =
        assertThrows(IllegalArgumentException.class, () -> Tables.sort(differingByCase(), "Rx"));
    assertEquals(
        "find column 'Rx' in 'm': which of them is meant? (name one of rx, RX_2)",
        both.getMessage());
    Table plain = Table.create("t", differingByCase().columns());
    var e = assertThrows(IllegalArgumentException.class, () -> Tables.where(plain, "RX == 20"));
    assertEquals(
        "where 'RX == 20': find column 'RX' in 't': which of them is meant? (name one of rx, RX_2)"
            + " (at character 1)",
        e.getMessage());
  }

  @Test
  void aNameInOtherCapitalsIsFoundWhereItMeansOneColumn() {
    assertEquals(1, Tables.where(table(), "COMM == 'cat'").rowCount());
    assertEquals(4L, Tables.sort(table(), "-Dev.Major").longColumn("dev.major").getLong(0));
  }

  /** A long, an int and a double column of one unit, as tables have them. */
  private static NotedTable withUnits() {
    var all =
        List.<NumberColumn<?, ?>>of(
            LongColumn.create("long", 1_500L, 2_000_000L),
            IntColumn.create("int", 1_500, 2_000_000),
            DoubleColumn.create("double", 1_500, 2_000_000));
    all.forEach(Unit.NANOS::putOn);
    var columns = new ArrayList<Column<?>>(all);
    columns.add(StringColumn.create("who", "a", "b"));
    return NotedTable.of("t", columns, List.of("complete"));
  }

  @Test
  void aUnitFollowsItsColumnThroughEveryOperation() {
    NotedTable table = withUnits();
    var derived = new LinkedHashMap<String, Table>();
    derived.put("sort", Tables.sort(table, "-long"));
    derived.put("top", Tables.top(table, 1, "-long"));
    derived.put("first", Tables.top(table, 1));
    derived.put("where", Tables.where(table, "int > 1us"));
    derived.put(
        "union", Tables.union("u", "kind", Map.of("a", table), Map.of("a", new long[] {1, 2})));
    derived.put("Tablesaw's where", table.where(table.longColumn("long").isGreaterThan(1)));
    derived.put("Tablesaw's sort", table.sortOn("-long"));
    derived.put("Tablesaw's copy", table.copy());
    derived.put("Tablesaw's first", table.first(1));
    derived.put("Tablesaw's select", table.selectColumns("long", "int", "double"));
    derived.put("Tablesaw's append", table.emptyCopy().append(table));
    derived.forEach(
        (how, made) -> {
          for (String name : List.of("long", "int", "double")) {
            String printed = made.getString(0, name);
            assertTrue(
                printed.equals("1.50 µs") || printed.equals("2.00 ms"), how + ": " + printed);
            assertEquals(Optional.of(Unit.NANOS), Unit.of(made.column(name)), how);
          }
        });
  }

  @Test
  void summariesHaveTheUnitOfWhatTheySummarize() {
    Table by =
        withUnits().summarize("long", AggregateFunctions.mean, AggregateFunctions.count).by("who");
    assertEquals("1.50 µs", by.getString(0, "Mean [long]"));
    assertTrue(by.getString(0, "Count [long]").startsWith("1"), by.print());
    Table all = withUnits().summarize("int", "double", AggregateFunctions.max).apply();
    assertEquals("2.00 ms", all.getString(0, "Max [int]"));
    assertEquals("2.00 ms", all.getString(0, "Max [double]"));
    Table variance = withUnits().summarize("long", AggregateFunctions.variance).apply();
    assertEquals(Optional.empty(), Unit.of(variance.column(0)));
    Table sorted = Tables.sort(withUnits(), "-long").sortOn("long");
    assertEquals(
        "1.00 ms", sorted.summarize("long", AggregateFunctions.mean).apply().getString(0, 0));
  }

  @Test
  void whatGrewHasTheUnitOfWhatItIsOf() {
    Table grown =
        Difference.of(
            withUnits(), withUnits().first(1), List.of("who"), Map.of(), Duration.ofSeconds(2));
    for (String name : List.of("long", "int", "double")) {
      assertEquals("0 ns", grown.getString(0, name), name);
      assertEquals("2.00 ms", grown.getString(1, name), name);
      assertEquals("1.00 ms/s", grown.getString(1, name + "/s"), name);
    }
  }

  @Test
  void columnsOfDifferentUnitsStayApartInAUnion() {
    var bytes = LongColumn.create("n", 2048L);
    Unit.BYTES.putOn(bytes);
    var times = LongColumn.create("n", 2000L);
    Unit.NANOS.putOn(times);
    var capital = LongColumn.create("N", 7L);
    var tables = new LinkedHashMap<String, Table>();
    tables.put("a", Table.create("a", bytes));
    tables.put("b", Table.create("b", times));
    tables.put("c", Table.create("c", capital));
    Table union =
        Tables.union(
            "u",
            "kind",
            tables,
            Map.of("a", new long[] {1}, "b", new long[] {2}, "c", new long[] {3}));
    assertEquals("2.00 KiB", union.getString(0, "n"));
    assertEquals("2.00 µs", union.getString(1, "b.n"));
    assertEquals(7L, Tables.column(union, "N").get(2));
  }

  @Test
  void aFileOfCommasHasTheNumbersOrTheirUnits() {
    var plain = new StringWriter();
    withUnits().first(1).write().csv(plain);
    assertEquals("long,int,double,who\n1500,1500,1500.0,a\n", plain.toString());
    var units = new StringWriter();
    withUnits()
        .first(1)
        .write()
        .usingOptions(CsvWriteOptions.builder(units).usePrintFormatters(true).build());
    assertEquals("long,int,double,who\n1.50 µs,1.50 µs,1.50 µs,a\n", units.toString());
  }
}
