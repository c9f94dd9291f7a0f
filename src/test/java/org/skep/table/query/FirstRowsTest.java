package org.skep.table.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.skep.table.NotedTable;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class FirstRowsTest {
  private static final int ROWS = 10_000;
  private static final Table WHOLE = whole();

  private static Table whole() {
    var random = new Random(7);
    var key = LongColumn.create("key");
    var value = LongColumn.create("value");
    var comm = StringColumn.create("comm");
    for (int i = 0; i < ROWS; i++) {
      key.append(i);
      value.append(random.nextInt(500));
      comm.append("c" + random.nextInt(5));
    }
    return Table.create("m", key, value, comm);
  }

  private static NotedTable inPieces(int piece, Optional<String> where, String... order) {
    var first = FirstRows.of(7, where, order);
    for (int from = 0; from < ROWS; from += piece) {
      assertTrue(first.add(WHOLE.inRange(from, Math.min(ROWS, from + piece))));
    }
    return first.table(List.of("read")).orElseThrow();
  }

  @Test
  void theRowsAreThoseOfTheWholeTable() {
    for (int piece : new int[] {1_000, 3_333, ROWS}) {
      for (String[] order : new String[][] {{}, {"-value"}, {"comm", "-value"}, {"value"}}) {
        var all = inPieces(piece, Optional.empty(), order);
        assertEquals(Tables.top(WHOLE, 7, order).print(), all.print());
        assertEquals(List.of("read", "showing 7 of 10,000"), all.notes());
        var some = inPieces(piece, Optional.of("comm == 'c3' && value > 100"), order);
        Table matching = Tables.where(WHOLE, "comm == 'c3' && value > 100");
        assertEquals(Tables.top(matching, 7, order).print(), some.print());
        assertEquals(
            "%,d of 10,000 match comm == 'c3' && value > 100".formatted(matching.rowCount()),
            some.notes().get(1));
      }
    }
  }

  @Test
  void aPieceWithOtherColumnsIsRefused() {
    var first = FirstRows.of(2, Optional.empty(), "-value");
    assertTrue(first.add(WHOLE.first(10)));
    Table other = WHOLE.first(10).replaceColumn("value", DoubleColumn.create("value", 10));
    assertFalse(first.add(other));
    assertThrows(
        IllegalArgumentException.class,
        () -> FirstRows.of(2, Optional.empty(), "valeu").add(WHOLE.first(10)));
  }
}
