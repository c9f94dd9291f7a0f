package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.read.Snapshot;
import org.skep.btf.Format;
import org.skep.internal.libbpf.Libbpf;
import org.skep.table.NotedTable;
import org.skep.table.PerCpu;
import org.skep.table.query.FirstRows;
import org.skep.table.query.Tables;
import tech.tablesaw.api.Table;

/** The same entries seen in other ways: by a type, a format, a class, a difference, a sum. */
@Tag("privileged")
class MapViewsIT {
  private static final String MAPS =
      """
      #define MAP(name, kind, n, k, v)                                                   \\
        struct { __uint(type, kind); __uint(max_entries, n); __type(key, k);             \\
                 __type(value, v); } name SEC(".maps")
      struct who { u32 pid; char comm[16]; };
      struct flow { u64 packets; u32 bytes; u32 unused; };
      MAP(counts, BPF_MAP_TYPE_HASH, 100, struct who, u64);
      MAP(latency, BPF_MAP_TYPE_HASH, 100, u32, u64);
      MAP(each_cpu, BPF_MAP_TYPE_PERCPU_ARRAY, 2, u32, u64);
      MAP(sealed, BPF_MAP_TYPE_HASH, 10, u32, u32);
      struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __uint(key_size, 4);
               __uint(value_size, 16); } bare SEC(".maps");
      struct flow used;
      """;

  private static BpfObject object;

  @BeforeAll
  static void load() {
    object = Cell.load("views", MAPS);
  }

  @AfterAll
  static void close() {
    object.close();
  }

  record Who(int pid, String comm) {}

  record Flow(long packets, long bytes) {}

  @Test
  void theFirstRowsOfALargeMapAreThoseOfItsWholeTable() {
    try (BpfObject large =
        Cell.load(
            "large",
            """
            struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1200000);
                     __type(key, u32); __type(value, u64); } array SEC(".maps");
            """)) {
      BpfMap array = large.map("array");
      array.putAll(Map.of(3, 30, 700_000, 50, 1_199_999, 40));
      var first = FirstRows.of(4, Optional.empty(), "-value");
      NotedTable table = array.first(first, PerCpu.EACH).orElseThrow();
      assertEquals(Tables.top(array.table(), 4, "-value").print(), table.print());
      assertEquals(700_000, table.numberColumn("key").getDouble(0));
      assertTrue(table.notes().contains("showing 4 of 1,200,000"), table.notes()::toString);
    }
  }

  @Test
  void entriesBecomeRecords() {
    BpfMap counts = object.map("counts");
    counts.put(new Who(7, "bash"), 5);
    assertEquals(Map.of(new Who(7, "bash"), 5L), counts.entries(Who.class, Long.class));
    assertEquals(Map.of(new Who(7, "bash"), 5), counts.entries(Who.class, Integer.class));
    var wrong =
        assertThrows(
            IllegalArgumentException.class, () -> counts.entries(Who.class, Boolean.class));
    assertEquals("read 'u64': 5 is no Boolean (it is a Long)", wrong.getMessage());
    assertThrows(
        UnsupportedFeatureException.class,
        () -> object.map("each_cpu").entries(Integer.class, Long.class));
  }

  @Test
  void sizesAreGivenAType() {
    BpfMap bare = object.map("bare");
    bare.put("01000000", "02000000000000000300000000000000");
    assertEquals(List.of("key", "value"), bare.table().columnNames());
    assertEquals(bare, bare.as("u32", "struct flow"));
    assertEquals(List.of("key", "packets", "bytes", "unused"), bare.table().columnNames());
    assertEquals(Optional.of(Map.of("packets", 2L, "bytes", 3L, "unused", 0L)), bare.get(1));
    assertEquals(Map.of(1, new Flow(2, 3)), bare.entries(Integer.class, Flow.class));
    var size = assertThrows(IllegalArgumentException.class, () -> bare.as("struct who"));
    assertTrue(
        String.valueOf(size.getMessage())
            .startsWith(
                "take values of map 'bare' as 'struct who': they are of 16 bytes, not 20\n"),
        size::getMessage);
    assertThrows(IllegalArgumentException.class, () -> bare.as("struct no_such_thing"));
  }

  @Test
  void aFormatStays() {
    BpfMap latency = object.map("latency");
    latency.put(1, 1_500);
    assertEquals(latency, latency.format("value", Format.NANOS));
    assertTrue(latency.table().print().contains("1.50 µs"), () -> latency.table().print());
    assertEquals(1_500L, latency.table().longColumn("value").get(0));
    assertThrows(IllegalArgumentException.class, () -> latency.format("values", Format.NANOS));
  }

  @Test
  void processorsAreCombined() {
    int cpus = Libbpf.libbpf_num_possible_cpus();
    BpfMap each = object.map("each_cpu");
    each.put(0, java.util.stream.IntStream.rangeClosed(1, cpus).boxed().toList());
    assertEquals(2 * cpus, each.perCpu().rowCount());
    assertEquals(2, each.sum().rowCount());
    assertEquals((long) cpus * (cpus + 1) / 2, each.sum().longColumn("value").get(0));
    assertEquals(cpus, each.max().longColumn("value").get(0));
    assertEquals(1, each.min().longColumn("value").get(0));
    assertEquals(List.of("key", "value"), each.snapshot(PerCpu.SUM).table().columnNames());
  }

  @Test
  void aLaterSnapshotLessAnEarlierIsWhatGrew() {
    try (BpfObject own = Cell.load("grown", MAPS)) {
      BpfMap counts = own.map("counts");
      counts.put(new Who(1, "stays"), 10);
      counts.put(new Who(2, "goes"), 10);
      Snapshot earlier = counts.snapshot();
      counts.put(new Who(1, "stays"), 25);
      counts.remove(new Who(2, "goes"));
      counts.put(new Who(3, "comes"), 4);
      Snapshot later = counts.snapshot();
      Table grown = later.minus(earlier);
      assertEquals(List.of("pid", "comm", "value", "value/s"), grown.columnNames());
      assertEquals(2, grown.rowCount());
      Table stays = grown.where(grown.stringColumn("comm").isEqualTo("stays"));
      assertEquals(15, stays.longColumn("value").get(0));
      assertTrue(stays.doubleColumn("value/s").get(0) > 15);
      Table comes = grown.where(grown.stringColumn("comm").isEqualTo("comes"));
      assertEquals(4, comes.longColumn("value").get(0));
      assertTrue(grown.toString().contains("1 key is gone"), grown::toString);
      assertThrows(IllegalArgumentException.class, () -> earlier.minus(later));
    }
  }

  /** A port is no amount, digits beyond 63 bits count, and a member may be called raw. */
  @Test
  void whatGrewIsOfQuantitiesAndExact() {
    String c =
        """
        struct seen { u64 big; u16 port skep_port; struct { u64 raw; u64 exact; } t; u32 n; };
        struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __type(key, u64);
                 __type(value, struct seen); } m SEC(".maps");
        """;
    try (BpfObject own = Cell.load("exact", "#define SKEP_NO_TYPES\n#include <skep.h>\n" + c)) {
      BpfMap m = own.map("m");
      var key = new BigInteger("18446744073709551615");
      m.put(key, "{big: 18446744073709551600, port: 80, t: {raw: 1, exact: 2}, n: 4294967295}");
      Snapshot earlier = m.snapshot();
      m.put(key, "{big: 18446744073709551607, port: 443, t: {raw: 4, exact: 7}, n: 4294967294}");
      Table grown = m.snapshot().minus(earlier);
      assertEquals(
          List.of(
              "key",
              "big",
              "big/s",
              "port",
              "t.raw",
              "t.raw/s",
              "t.exact",
              "t.exact/s",
              "n",
              "n/s",
              "key.exact"),
          grown.columnNames());
      assertEquals(7L, grown.longColumn("big").get(0));
      assertEquals("443", grown.getString(0, "port"));
      assertEquals(3L, grown.longColumn("t.raw").get(0));
      assertEquals(5L, grown.longColumn("t.exact").get(0));
      assertEquals(-1L, grown.longColumn("n").get(0));
      assertEquals(key.toString(), grown.getString(0, "key.exact"));
    }
  }

  @Test
  void aFrozenMapIsReadAndNotWritten() {
    BpfMap sealed = object.map("sealed");
    sealed.put(1, 1);
    sealed.freeze();
    var refused = assertThrows(SyscallException.class, () -> sealed.put(1, 2));
    assertTrue(String.valueOf(refused.getMessage()).contains("read-only"), refused::getMessage);
    assertEquals(Optional.of(1L), sealed.get(1));
  }

  @Test
  void aPinnedMapStays() throws Exception {
    Path path = Path.of("/sys/fs/bpf", "skep-test-" + ProcessHandle.current().pid());
    try {
      try (BpfObject own = Cell.load("pinned", MAPS)) {
        own.map("counts").put(new Who(9, "left"), 9);
        own.map("counts").pin(path);
        var twice = assertThrows(SyscallException.class, () -> own.map("counts").pin(path));
        assertTrue(String.valueOf(twice.getMessage()).contains("EEXIST"), twice::getMessage);
      }
      BpfMap found = BpfMap.pinned(path);
      assertEquals(Map.of(new Who(9, "left"), 9L), found.entries(Who.class, Long.class));
      assertEquals(List.of("pid", "comm", "value"), found.table().columnNames());
    } finally {
      Files.deleteIfExists(path);
    }
    assertThrows(SyscallException.class, () -> BpfMap.pinned(path));
  }
}
