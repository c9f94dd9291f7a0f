package org.skep.bpf.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DistinctEntriesTest {
  private final DistinctEntries<String, Integer> entries = new DistinctEntries<>("m");

  private static MemorySegment key(int... bytes) {
    byte[] key = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      key[i] = (byte) bytes[i];
    }
    return MemorySegment.ofArray(key);
  }

  @Test
  void anEntryThatIsReadTwiceIsThereOnce() {
    entries.add("a", key(1, 0), 1);
    entries.add("a", key(1, 0), 2);
    entries.add("b", key(2, 0), 3);
    assertEquals(Map.of("a", 2, "b", 3), entries.all());
  }

  @Test
  void keysThatWouldHideEachOtherAreRefused() {
    entries.add("a", key(1, 0), 1);
    entries.add("a", key(1, 7), 2);
    var e = assertThrows(IllegalStateException.class, entries::all);
    assertEquals(
        "read entries of map 'm': 1 key differs from others in bytes that the Java value does not"
            + " have: a is 0100 and 0107 (table() has a row for each; in the program set all bytes"
            + " of a key to zero before filling it, in Java give the record a component for each"
            + " member)",
        e.getMessage());
  }
}
