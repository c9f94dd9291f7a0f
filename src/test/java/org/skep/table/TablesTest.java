package org.skep.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.btf.Format;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

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
        "value > 10parsecs ~ '10parsecs' is no number",
        "value > 1 ; on ~ ';' has no meaning here (at character 11)",
        "comm == bash ~ no column 'bash'",
      })
  void saysWhatIsWrongWithACondition(String condition, String message) {
    var error =
        assertThrows(IllegalArgumentException.class, () -> Tables.where(table(), condition));
    assertTrue(String.valueOf(error.getMessage()).contains(message), error::toString);
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
    assertEquals(List.of("complete", "the first 3 of 4 rows"), NotedTable.notesOf(noted));
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
  void sortingKeepsHowNumbersArePrinted() {
    var column = LongColumn.create("bytes", 1L, 2048L);
    column.setPrintFormatter(Objects.requireNonNull(NumberFormats.of(Format.BYTES)));
    Table table = Table.create("t", column);
    assertEquals("2.00 KiB", Tables.sort(table, "-bytes").getString(0, "bytes"));
    assertEquals("2.00 KiB", Tables.top(table, 1, "-bytes").getString(0, "bytes"));
    assertEquals("2.00 KiB", Tables.where(table, "bytes > 1").getString(0, "bytes"));
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
}
