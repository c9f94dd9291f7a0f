package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.bpf.map.MapShape;
import org.skep.bpf.read.BatchReader;
import org.skep.bpf.read.EntryReader;
import org.skep.bpf.read.ForEachReader;
import org.skep.bpf.read.Snapshot;
import org.skep.bpf.run.TestRun;
import org.skep.btf.Btf;
import org.skep.table.PerCpu;
import org.skep.table.query.Tables;
import tech.tablesaw.api.Table;

/** The fast ways of reading a map against the plain one. */
@Tag("privileged")
@Tag("options")
@Timeout(120)
class ReadingIT {
  private static final int ENTRIES = 10_000;

  private static String map(String kind) {
    return """
    struct who { u32 pid; char comm[13]; };
    struct what { u64 count; u8 few; u16 more[3]; };
    struct {
      __uint(type, BPF_MAP_TYPE_%s); __uint(max_entries, 20000); %s
      __type(key, %s); __type(value, struct what);
    } entries SEC(".maps");
    """
        .formatted(
            kind,
            kind.equals("LPM_TRIE") ? "__uint(map_flags, BPF_F_NO_PREALLOC);" : "",
            kind.contains("ARRAY") ? "u32" : "struct who");
  }

  private static void fill(BpfMap map) {
    for (int i = 0; i < ENTRIES; i++) {
      map.put(
          switch (map.type()) {
            case ARRAY, PERCPU_ARRAY -> (Object) i;
            case LPM_TRIE -> Map.of("pid", 8 * 17 - 32, "comm", "n" + i);
            default -> Map.of("pid", i, "comm", "n" + i % 100);
          },
          Map.of("count", i, "few", i % 256, "more", List.of(i % 7, i % 11, i % 13)));
    }
  }

  private static Table table(BpfMap map, EntryReader way) {
    Snapshot snapshot = map.held().readingBy(way).snapshot(Integer.MAX_VALUE, PerCpu.EACH);
    assertTrue(snapshot.completeness().isComplete());
    Table table = snapshot.table();
    return Tables.sort(table, table.columnNames().toArray(String[]::new));
  }

  /** Each way gives the same table, where a map has it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HASH",
        "LRU_HASH",
        "PERCPU_HASH",
        "LRU_PERCPU_HASH",
        "ARRAY",
        "PERCPU_ARRAY",
        "LPM_TRIE"
      })
  void everyWayGivesTheSameTable(String kind) {
    try (BpfObject object = Cell.load("ways", map(kind))) {
      BpfMap map = object.map("entries");
      fill(map);
      MapShape shape = map.held().shape();
      List<EntryReader> ways = new ArrayList<>();
      ways.add(Ways.usual(map));
      ways.add(Ways.batches(map));
      ForEachReader walk = Ways.program(map);
      if (ForEachReader.canRead(shape)) {
        ways.add(walk);
      }
      Table expected = table(map, Ways.plain(map));
      assertTrue(expected.rowCount() >= ENTRIES, () -> "" + expected.rowCount());
      for (EntryReader way : ways) {
        for (int time = 0; time < 2; time++) {
          Table got = table(map, way);
          assertEquals(expected.columnNames(), got.columnNames());
          assertEquals(expected.rowCount(), got.rowCount(), way::toString);
          for (String column : expected.columnNames()) {
            assertEquals(
                expected.column(column).asList(), got.column(column).asList(), way + " " + column);
          }
        }
      }
      assertEquals(ForEachReader.canRead(shape) ? 2 : 0, walk.walks());
      walk.close();
    }
  }

  /** Maps of maps are read in batches too, which leave empty places out as the plain way does. */
  @ParameterizedTest
  @ValueSource(strings = {"ARRAY_OF_MAPS", "HASH_OF_MAPS"})
  void everyWayGivesTheSameMaps(String kind) {
    String text =
        """
        struct inner { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8);
                       __type(key, u32); __type(value, u64); };
        struct inner one SEC(".maps"), two SEC(".maps");
        struct { __uint(type, BPF_MAP_TYPE_%s); __uint(max_entries, 100);
                 __type(key, u32); __array(values, struct inner); } entries SEC(".maps");
        """
            .formatted(kind);
    try (BpfObject object = Cell.load("outer", text)) {
      BpfMap map = object.map("entries");
      for (int i = 0; i < 100; i += 3) {
        map.put(i, object.map(i % 2 == 0 ? "one" : "two"));
      }
      Table expected = table(map, Ways.plain(map));
      Table got = table(map, Ways.usual(map));
      assertEquals(34, expected.rowCount());
      assertTrue(Ways.usual(map) instanceof BatchReader);
      for (String column : expected.columnNames()) {
        assertEquals(expected.column(column).asList(), got.column(column).asList(), column);
      }
    }
  }

  /** Values that the verifier guards are left to batches, without a word. */
  @Test
  void aMapThatNoProgramMayCopyIsReadInBatches() {
    try (BpfObject object =
        Cell.load(
            "guarded",
            """
            struct locked { struct bpf_spin_lock lock; u32 n; };
            struct {
              __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 100);
              __type(key, u32); __type(value, struct locked);
            } entries SEC(".maps");
            """)) {
      BpfMap map = object.map("entries");
      map.put(1, Map.of("n", 5));
      assertEquals(1, map.table().rowCount());
      assertEquals(5, map.table().longColumn("n").get(0));
      assertEquals(0, ((ForEachReader) Ways.usual(map)).walks());
    }
  }

  /** The program copies and compares keys of any size, in pieces of 8, 4, 2 and 1 bytes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 17, 40, 200, 500})
  void keysOfEverySizeAreWalked(int size) {
    String text =
        """
        struct key { u8 bytes[%d]; };
        struct {
          __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 3000);
          __type(key, struct key); __type(value, u64);
        } entries SEC(".maps");
        """
            .formatted(size);
    try (BpfObject object = Cell.load("sizes", text)) {
      BpfMap map = object.map("entries");
      int keys = size == 1 ? 200 : 2_000;
      for (int i = 0; i < keys; i++) {
        byte[] key = new byte[size];
        key[0] = (byte) i;
        key[size - 1] = (byte) (size == 1 ? i : i >> 8);
        map.put(key, i);
      }
      assertEquals(keys, map.table().longColumn("value").asSet().size());
      ForEachReader walk = (ForEachReader) Ways.usual(map);
      assertEquals(1, walk.walks());
      assertEquals(Btf.ofRunningLinux().find("bpf_rdonly_cast").isPresent(), walk.fetches());
    }
  }

  /** A hash {@code entries} with as many entries as it has room for. */
  private static BpfObject fullHash(int size) {
    String text =
        """
        struct {
          __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, %d);
          __type(key, u32); __type(value, u64);
        } entries SEC(".maps");
        """
            .formatted(size);
    BpfObject object = Cell.load("full", text);
    for (int i = 0; i < size; i++) {
      object.map("entries").put(i, i);
    }
    return object;
  }

  /** There is nothing to fetch ahead where all buckets are fewer than are fetched at once. */
  @Test
  void aSmallMapIsWalkedToo() {
    try (BpfObject object = fullHash(16)) {
      BpfMap map = object.map("entries");
      assertEquals(16, map.table().rowCount());
      ForEachReader walk = (ForEachReader) Ways.usual(map);
      assertEquals(1, walk.walks());
      assertFalse(walk.fetches());
    }
  }

  /** Where the room ends within a bucket, the next walk has more room; none is thrown away. */
  @Test
  void aWalkWithoutRoomIsWalkedAgain() {
    for (int attempt = 0; attempt < 10; attempt++) { // each map has other hash numbers
      try (BpfObject object = fullHash(5_000)) {
        BpfMap map = object.map("entries");
        assertEquals(5_000, map.table().rowCount());
        assertEquals(1, ((ForEachReader) Ways.usual(map)).walks());
      }
    }
  }

  private static String array(String value) {
    return """
    struct locked { struct bpf_spin_lock lock; u32 n; };
    struct {
      __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 10000);
      __type(key, u32); __type(value, %s);
    } entries SEC(".maps");
    """
        .formatted(value);
  }

  @Test
  void aLargeArrayIsMappedUnlessItsValuesCannotBe() {
    for (String value : List.of("u64", "struct locked")) {
      try (BpfObject object = Cell.load("array", array(value))) {
        BpfMap map = object.map("entries");
        map.put(9_999, value.equals("u64") ? (Object) 7 : Map.of("n", 7));
        assertTrue(map.held().shape().isMappable());
        Table table = map.table();
        assertEquals(10_000, table.rowCount());
        assertEquals(7, table.longColumn(value.equals("u64") ? "value" : "n").get(9_999));
      }
    }
  }

  /**
   * While keys come and go as fast as they can, what stays is read once: the walk either went
   * through all buckets, or is thrown away.
   */
  @Test
  void whatStaysIsReadOnceWhateverComesAndGoes() throws InterruptedException {
    int staying = 20_000;
    try (BpfObject object = Cell.load("busy", map("HASH").replace("20000", "24000"))) {
      BpfMap map = object.map("entries");
      for (int i = 0; i < staying; i++) {
        map.put(Map.of("pid", i, "comm", ""), Map.of("count", i));
      }
      AtomicBoolean enough = new AtomicBoolean();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    byte[] key = new byte[20];
                    byte[] value = new byte[16];
                    MemorySegment pid = MemorySegment.ofArray(key);
                    while (!enough.get()) {
                      for (int i = 0; i < 3_000; i++) {
                        pid.set(ValueLayout.JAVA_INT_UNALIGNED, 0, staying + i);
                        map.put(key, value);
                      }
                      for (int i = 0; i < 3_000; i++) {
                        pid.set(ValueLayout.JAVA_INT_UNALIGNED, 0, staying + i);
                        map.remove(key);
                      }
                    }
                  });
      ForEachReader walk = (ForEachReader) Ways.usual(map);
      int[] seen = new int[staying];
      try {
        for (int round = 1; round <= 200; round++) {
          map.held()
              .reading()
              .read(
                  (keys, values, stride, count) -> {
                    for (int i = 0; i < count; i++) {
                      int pid = keys.get(ValueLayout.JAVA_INT_UNALIGNED, i * 20L);
                      if (pid < staying) {
                        seen[pid]++;
                      }
                    }
                  },
                  Integer.MAX_VALUE);
          for (int i = 0; i < staying; i++) {
            assertEquals(round, seen[i], "key " + i);
          }
        }
      } finally {
        enough.set(true);
        writer.join();
      }
      assertTrue(walk.walks() > 0, "no walk was trusted: the test shows nothing");
    }
  }

  /**
   * A value that a program replaces stands in a new element, at the front of its bucket: a walk
   * that is in this bucket passes it by, or meets the new one and the old one, and has to notice.
   */
  @ParameterizedTest
  @CsvSource({"HASH, 0", "HASH, BPF_F_NO_PREALLOC", "LRU_HASH, 0"})
  void whatIsReplacedMeanwhileIsReadOnce(String kind, String flags) throws InterruptedException {
    int keys = 20_000;
    String text =
        """
        struct {
          __uint(type, BPF_MAP_TYPE_%s); __uint(max_entries, 24000);
          __uint(map_flags, %s); __type(key, u32); __type(value, u64);
        } entries SEC(".maps");
        static long one(u32 i, void *unused) {
          u32 key = bpf_get_prandom_u32() %% 20000;
          u64 value = i;
          bpf_map_update_elem(&entries, &key, &value, 0);
          return 0;
        }
        SEC("raw_tp/sys_enter") int replace(void *ctx) { bpf_loop(200000, one, 0, 0); return 0; }
        """
            .formatted(kind, flags);
    try (BpfObject object = Cell.load("replaced", text)) {
      BpfMap map = object.map("entries");
      for (int i = 0; i < keys; i++) {
        map.put(i, 0);
      }
      AtomicBoolean enough = new AtomicBoolean();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    TestRun run = TestRun.once().context(new byte[24]);
                    try {
                      while (!enough.get()) {
                        var _ = object.program("replace").run(run);
                      }
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      ForEachReader walk = (ForEachReader) Ways.usual(map);
      try {
        for (int round = 1; round <= 600; round++) {
          int[] seen = new int[keys];
          map.held()
              .reading()
              .read(
                  (bytes, values, stride, count) -> {
                    for (int i = 0; i < count; i++) {
                      seen[bytes.getAtIndex(ValueLayout.JAVA_INT, i)]++;
                    }
                  },
                  Integer.MAX_VALUE);
          for (int i = 0; i < keys; i++) {
            assertEquals(1, seen[i], "key " + i + " in round " + round);
          }
        }
      } finally {
        enough.set(true);
        writer.join();
      }
      assertTrue(walk.walks() > 0, "no walk was trusted: the test shows nothing");
      assertTrue(walk.walks() < 600, "no walk was led astray: the test shows nothing");
    }
  }
}
