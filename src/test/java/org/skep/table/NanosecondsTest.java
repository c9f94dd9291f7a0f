package org.skep.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.skep.table.query.Tables;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

class NanosecondsTest {
  private static final long START = 1_790_000_000_000_000_123L;

  /** A thousand times 7 ns apart, in another order than that of the time. */
  private static Table times() {
    Instant[] times =
        IntStream.range(0, 1_000)
            .mapToObj(i -> Instant.ofEpochSecond(0, START + 7L * (i * 377 % 1_000)))
            .toArray(Instant[]::new);
    return NotedTable.of(
        "t",
        List.of(
            Nanoseconds.column("at", times),
            IntColumn.create("n", IntStream.range(0, 1_000).map(i -> i * 377 % 1_000).toArray())),
        List.of());
  }

  private static long[] nanos(Table table) {
    var at = (InstantColumn) table.column("at");
    return IntStream.range(0, table.rowCount())
        .mapToObj(row -> Nanoseconds.of(at, row))
        .mapToLong(OptionalLong::orElseThrow)
        .toArray();
  }

  private static void assertExact(Table table) {
    assertTrue(table.rowCount() > 0);
    assertEquals(
        LongStream.range(0, table.rowCount())
            .mapToObj(row -> START + 7L * table.intColumn("n").getInt((int) row))
            .toList(),
        LongStream.of(nanos(table)).boxed().toList());
  }

  @Test
  void sortedFilteredAndCutTablesKeepThem() {
    Table table = times();
    assertExact(table);
    Table sorted = Tables.sort(table, "at");
    assertExact(sorted);
    assertEquals(0, sorted.intColumn("n").getInt(0));
    assertEquals(999, sorted.intColumn("n").getInt(999));
    assertExact(Tables.where(table, "n > 990"));
    assertExact(Tables.top(table, 5));
    Table latest = Tables.top(table, 3, "-at");
    assertExact(latest);
    assertEquals(List.of(999, 998, 997), latest.intColumn("n").asList());
  }

  @Test
  void aUnionKeepsThemAndLeavesOutWhereATableHasNoTime() {
    Table early = Tables.sort(times(), "at");
    Table late = Tables.sort(Tables.where(times(), "n >= 500"), "at");
    Table none = Table.create("x", IntColumn.create("n", new int[] {-1}));
    var tables = new LinkedHashMap<String, Table>();
    tables.put("early", early);
    tables.put("late", late);
    tables.put("none", none);
    var orders = Map.of("early", nanos(early), "late", nanos(late), "none", new long[] {0});
    Table union = Tables.union("u", "from", tables, orders);
    assertEquals(1_501, union.rowCount());
    assertTrue(union.column("at").isMissing(0));
    Table rest = Tables.where(union, "n >= 0");
    assertExact(rest);
    assertEquals(rest.intColumn("n").asList(), Tables.sort(rest, "at").intColumn("n").asList());
  }
}
