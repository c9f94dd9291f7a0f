package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.read.EntrySink;
import org.skep.bpf.read.Snapshot;
import org.skep.internal.libbpf.Libbpf;

@Tag("privileged")
class BpfMapIT {
  private static final String MAPS =
      """
      #define MAP(name, kind, n, k, v, flags)                                          \\
        struct { __uint(type, kind); __uint(max_entries, n); __type(key, k);           \\
                 __type(value, v); __uint(map_flags, flags); } name SEC(".maps")
      struct who { u32 pid; char comm[16]; };
      struct tiny { u8 a; u64 b; };
      MAP(hash, BPF_MAP_TYPE_HASH, 1000, struct who, u64, 0);
      MAP(padded, BPF_MAP_TYPE_HASH, 8, struct tiny, u32, 0);
      MAP(small, BPF_MAP_TYPE_HASH, 4, u8, u32, 0);
      MAP(lru, BPF_MAP_TYPE_LRU_HASH, 512, u32, u64, 0);
      MAP(array, BPF_MAP_TYPE_ARRAY, 10, u32, u32, 0);
      MAP(mapped, BPF_MAP_TYPE_ARRAY, 100, u32, u32, BPF_F_MMAPABLE);
      MAP(per_cpu, BPF_MAP_TYPE_PERCPU_HASH, 100, u32, u32, 0);
      MAP(per_cpu_array, BPF_MAP_TYPE_PERCPU_ARRAY, 3, u32, u32, 0);
      MAP(trie, BPF_MAP_TYPE_LPM_TRIE, 100, struct { u32 prefix; u8 a[16]; }, u32, BPF_F_NO_PREALLOC);
      struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __uint(key_size, 4);
               __uint(value_size, 3); } bare SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 8); __uint(value_size, 4);
      } queue SEC(".maps");
      """;

  private static BpfObject object;

  @BeforeAll
  static void load() {
    object = Cell.load("maps", MAPS);
  }

  @AfterAll
  static void close() {
    object.close();
  }

  private static Object who(int pid, String comm) {
    return Map.of("pid", pid, "comm", comm);
  }

  @Test
  void getsWhatWasPut() {
    BpfMap map = object.map("hash");
    assertEquals(Optional.empty(), map.get(who(1, "absent")));
    map.put(who(7, "bash"), 5L);
    assertEquals(Optional.of(5L), map.get(who(7, "bash")));
    assertEquals(Optional.of(5L), map.get("{\"pid\": 7, \"comm\": \"bash\"}"));
    assertTrue(map.remove(who(7, "bash")));
    assertFalse(map.remove(who(7, "bash")));
    assertEquals(Optional.empty(), map.get(who(7, "bash")));
  }

  @Test
  void unsignedValuesStayUnsigned() {
    BpfMap map = object.map("lru");
    map.put(0xffff_ffffL, new java.math.BigInteger("18446744073709551615"));
    assertEquals(
        new java.math.BigInteger("18446744073709551615"), map.get(4294967295L).orElseThrow());
    assertTrue(map.entries().containsKey(4294967295L), () -> map.entries().toString());
    map.remove(4294967295L);
  }

  @Test
  void paddingOfKeysIsZeros() {
    BpfMap map = object.map("padded");
    map.put(Map.of("a", 1, "b", 2L), 3);
    byte[] raw = new byte[16];
    raw[0] = 1;
    raw[8] = 2;
    assertEquals(Optional.of(3L), map.get(raw).map(v -> ((Number) v).longValue()));
  }

  @Test
  void aFullMapSaysSo() {
    BpfMap map = object.map("small");
    for (int i = 0; i < 4; i++) {
      map.put(i, i);
    }
    var full = assertThrows(SyscallException.class, () -> map.put(9, 9));
    assertEquals(
        "put into map 'small': it is full (max_entries is 4; remove entries, or make it larger)",
        full.getMessage());
    assertEquals(4, map.entries().size());
  }

  @Test
  void anArrayHasItsIndexesAndKeepsThem() {
    BpfMap map = object.map("array");
    map.put(3, 33);
    assertEquals(10, map.entries().size());
    assertEquals(33, ((Number) map.get(3).orElseThrow()).intValue());
    assertEquals(Optional.empty(), map.get(10));
    var beyond = assertThrows(SyscallException.class, () -> map.put(10, 1));
    assertEquals("put into map 'array': no such index (it has 0 to 9)", beyond.getMessage());
    var kept = assertThrows(UnsupportedFeatureException.class, () -> map.remove(3));
    assertEquals(
        "remove from map 'array': a map of type array keeps all its entries"
            + " (put zeros in place of a value)",
        kept.getMessage());
  }

  @Test
  void aMappedArrayIsReadFromMemory() {
    BpfMap map = object.map("mapped");
    map.put(42, 7);
    var entries = map.entries();
    assertEquals(100, entries.size());
    assertEquals(7, ((Number) java.util.Objects.requireNonNull(entries.get(42L))).intValue());
  }

  @Test
  void perCpuValuesAreOneForEachPossibleProcessor() {
    int cpus = Libbpf.libbpf_num_possible_cpus();
    BpfMap map = object.map("per_cpu");
    List<Integer> each =
        java.util.stream.IntStream.range(0, cpus).map(c -> 100 + c).boxed().toList();
    map.put(1, each);
    assertEquals(each, ints(map.get(1).orElseThrow()));
    map.put(2, 5);
    assertEquals(java.util.Collections.nCopies(cpus, 5), ints(map.get(2).orElseThrow()));
    assertEquals(each, ints(java.util.Objects.requireNonNull(map.entries().get(1L))));
    BpfMap array = object.map("per_cpu_array");
    array.put(2, each);
    assertEquals(each, ints(java.util.Objects.requireNonNull(array.entries().get(2L))));
  }

  private static List<Integer> ints(Object list) {
    List<Integer> numbers = new java.util.ArrayList<>();
    for (Object n : assertInstanceOf(List.class, list)) {
      numbers.add(assertInstanceOf(Number.class, n).intValue());
    }
    return numbers;
  }

  @Test
  void theTriesLongCursorFits() {
    BpfMap map = object.map("trie");
    for (int i = 0; i < 50; i++) {
      byte[] key = new byte[20];
      key[0] = 32;
      key[4] = 10;
      key[7] = (byte) i;
      map.put(key, i);
    }
    assertEquals(50, map.entries().size());
  }

  @Test
  void bytesWithoutATypeStayBytes() {
    BpfMap map = object.map("bare");
    map.put("01 02 03 04", "aabbcc");
    assertEquals("aabbcc", map.get("01020304").orElseThrow().toString().replace(" ", ""));
    assertEquals(map.get("0x01020304"), map.get(new byte[] {1, 2, 3, 4}));
    var wrong = assertThrows(IllegalArgumentException.class, () -> map.put(1, 2));
    assertTrue(String.valueOf(wrong.getMessage()).contains("expected 4 bytes"), wrong::getMessage);
  }

  @Test
  void aQueueIsNotEmptiedByLooking() {
    assertThrows(UnsupportedFeatureException.class, () -> object.map("queue").entries());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hash", "lru"})
  void batchesAndKeyByKeyAgree(String name) {
    BpfMap map = object.map(name);
    for (int i = 0; i < 200; i++) {
      map.put(name.equals("hash") ? who(i, "p" + i) : i, (long) i);
    }
    var walked = new java.util.HashSet<Long>();
    var batched = new java.util.HashSet<Long>();
    assertTrue(Ways.read(map, Ways.plain(map), collect(walked)).isComplete());
    assertTrue(map.held().reading().read(collect(batched), Long.MAX_VALUE).isComplete());
    assertEquals(walked, batched);
    assertTrue(batched.size() >= 200, () -> "" + batched.size());
    map.entries().keySet().forEach(map::remove);
  }

  @Test
  void aTableHasTheMembersAsColumns() {
    BpfMap map = object.map("hash");
    map.put(who(12, "a"), 3L);
    Snapshot snapshot = map.snapshot();
    assertEquals(List.of("pid", "comm", "value"), snapshot.table().columnNames());
    assertEquals(1, snapshot.rows());
    assertEquals("a", snapshot.table().stringColumn("comm").get(0));
    assertTrue(snapshot.completeness().isComplete());
    assertTrue(snapshot.toString().startsWith("maps.hash: 1 entry, read in "), snapshot::toString);
    map.remove(who(12, "a"));
    assertEquals(0, map.table().rowCount());
    BpfMap perCpu = object.map("per_cpu_array");
    assertEquals(3 * Libbpf.libbpf_num_possible_cpus(), perCpu.table().rowCount());
    assertEquals(10, object.map("array").snapshot(3).rows());
    assertEquals("u32", object.map("array").key().name());
  }

  /** Whatever the kind, and whether or not the kernel takes many at a time. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HASH",
        "LRU_HASH",
        "PERCPU_HASH",
        "LRU_PERCPU_HASH",
        "LPM_TRIE",
        "ARRAY",
        "PERCPU_ARRAY"
      })
  void manyAreWrittenAndRemovedAtOnce(String kind) {
    String text =
        """
        struct what { u32 a; u8 b; u64 c; };
        struct prefix { u32 length; u8 address[4]; };
        struct { __uint(type, BPF_MAP_TYPE_%s); __uint(max_entries, 200000);
                 __uint(map_flags, %s); __type(key, %s); __type(value, struct what); } many
            SEC(".maps");
        """
            .formatted(
                kind,
                kind.equals("LPM_TRIE") ? "BPF_F_NO_PREALLOC" : "0",
                kind.equals("LPM_TRIE") ? "struct prefix" : "u32");
    try (BpfObject own = Cell.load("many", text)) {
      BpfMap map = own.map("many");
      Map<Object, Object> entries = new java.util.LinkedHashMap<>();
      for (int i = 0; i < 70_000; i++) {
        entries.put(
            kind.equals("LPM_TRIE")
                ? "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255) + "/32"
                : (Object) i,
            Map.of("a", i, "b", i % 256, "c", 3L * i));
      }
      assertEquals(70_000, map.putAll(entries));
      Object last = kind.equals("LPM_TRIE") ? "10.1.17.111/32" : (Object) 69_999;
      Object first = map.get(last).orElseThrow();
      Object value = first instanceof List<?> each ? each.getLast() : first;
      assertEquals(Map.of("a", 69_999L, "b", 69_999L % 256, "c", 3L * 69_999), value);
      if (kind.endsWith("ARRAY")) {
        assertThrows(UnsupportedFeatureException.class, map::clear);
        assertThrows(UnsupportedFeatureException.class, () -> map.removeAll(List.of(1)));
        return;
      }
      assertEquals(70_000, map.snapshot().entries());
      List<Object> half = entries.keySet().stream().filter(k -> k.hashCode() % 2 == 0).toList();
      assertEquals(half.size(), map.removeAll(half));
      assertEquals(0, map.removeAll(half), "gone already");
      assertEquals(70_000 - half.size(), map.clear());
      assertEquals(0, map.clear());
      assertEquals(0, map.snapshot().entries());
    }
  }

  @Test
  void manyThatDoNotFitSayHowFarTheyCame() {
    BpfMap map = object.map("small");
    map.clear();
    Map<Object, Object> six = new java.util.LinkedHashMap<>();
    for (int i = 0; i < 6; i++) {
      six.put(i, i);
    }
    var full = assertThrows(SyscallException.class, () -> map.putAll(six));
    assertEquals(
        "put into map 'small': it is full (max_entries is 4; remove entries, or make it larger);"
            + " 4 entries were put before that of key '4'",
        full.getMessage());
    assertEquals(4, map.clear());
    six.put(3, "three");
    var wrong = assertThrows(IllegalArgumentException.class, () -> map.putAll(six));
    assertTrue(String.valueOf(wrong.getMessage()).contains("three"), wrong::getMessage);
    assertEquals(0, map.snapshot().entries(), "nothing is written of what has a mistake");
    assertEquals(0, map.putAll(Map.of()));
    var queue = assertThrows(UnsupportedFeatureException.class, object.map("queue")::clear);
    assertTrue(String.valueOf(queue.getMessage()).contains("pop()"), queue::getMessage);
  }

  private static EntrySink collect(java.util.Set<Long> into) {
    return (keys, values, stride, count) -> {
      for (int i = 0; i < count; i++) {
        into.add(values.get(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, i * stride));
      }
    };
  }
}
