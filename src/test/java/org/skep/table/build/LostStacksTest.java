package org.skep.table.build;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;

class LostStacksTest {
  private static final LongColumn IDS = LongColumn.create("stack.raw", 7, -17, -14, -12, 8);

  @Test
  void aRowIsASampleWhereNothingIsCounted() {
    assertEquals(
        List.of(
            "'stack': 1 of 5 (20.0 %) are stack ID collisions (-17): another stack has their slot"
                + " in the map (raise its max_entries: --size MAP=N)",
            "'stack': 1 of 5 (20.0 %) are stacks dropped (-12), as the map was full (raise its"
                + " max_entries: --size MAP=N)"),
        LostStacks.notes("stack", List.of(IDS)));
  }

  @Test
  void aCountOfSamplesIsTheWeightOfItsRow() {
    var counts = IntColumn.create("value", 10, 4_800, 90, 0, 5_100);
    assertEquals(
        List.of(
            "'stack': 4,800 of 10,000 of 'value' (48.0 %) are stack ID collisions (-17): another"
                + " stack has their slot in the map (raise its max_entries: --size MAP=N)"),
        LostStacks.notes("stack", List.of(IDS, counts)));
    assertEquals(List.of(), LostStacks.notes("other", List.of(IDS, counts)));
  }
}
