package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.read.EntryReader;
import org.skep.table.PerCpu;

/** The stop button ends the reading of a large map, and does the map no harm. */
@Tag("privileged")
class StoppedReadingIT {
  private static final int ENTRIES = 150_000;

  private static BpfObject load(String kind, int entries) {
    boolean trie = kind.equals("LPM_TRIE");
    return Cell.load(
        "stopped",
        """
      struct prefix { u32 length; u32 address; };
      struct {
        __uint(type, BPF_MAP_TYPE_%s); __uint(max_entries, %d); %s
        __type(key, %s); __type(value, u64);
      } entries SEC(".maps");
      """
            .formatted(
                kind,
                entries,
                trie ? "__uint(map_flags, BPF_F_NO_PREALLOC);" : "",
                trie ? "struct prefix" : "u32"));
  }

  private static void fill(BpfMap map) {
    Map<Object, Object> all = new LinkedHashMap<>();
    for (int i = 0; i < ENTRIES; i++) {
      all.put(
          map.type() == BpfMapType.LPM_TRIE
              ? "10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255)
              : i,
          i);
    }
    map.putAll(all);
  }

  private static void isStopped(Runnable reading) {
    Thread.currentThread().interrupt();
    try {
      var stopped = assertThrows(CancellationException.class, reading::run);
      assertEquals("read map: interrupted", stopped.getMessage());
    } finally {
      assertTrue(Thread.interrupted());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HASH", "PERCPU_HASH", "ARRAY", "LPM_TRIE"})
  void anInterruptEndsTheReadingOfALargeMap(String kind) {
    try (BpfObject object = load(kind, ENTRIES)) {
      BpfMap map = object.map("entries");
      fill(map);
      isStopped(map::entries);
      for (EntryReader way : List.of(Ways.plain(map), Ways.batches(map, 4_096))) {
        isStopped(() -> Ways.read(map, way, (keys, values, stride, count) -> {}));
      }
      if (kind.equals("ARRAY")) {
        isStopped(map::table);
      }
      long rows =
          map.type().isPerCpu()
              ? map.snapshot(PerCpu.MAX).table().rowCount()
              : map.table().rowCount();
      assertEquals(ENTRIES, rows);
    }
  }

  /** What is read at once is read, so that what a stopped cell has counted can still be told. */
  @Test
  void aSmallMapIsReadByAThreadThatIsInterrupted() {
    try (BpfObject object = load("HASH", 4)) {
      BpfMap map = object.map("entries");
      map.put(1, 7);
      Thread.currentThread().interrupt();
      try {
        assertEquals(Map.of(1L, 7L), map.entries());
        assertEquals(1, map.table().rowCount());
      } finally {
        assertTrue(Thread.interrupted());
      }
    }
  }
}
