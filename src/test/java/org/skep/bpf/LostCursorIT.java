package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.MapFd;
import org.skep.bpf.read.BatchReader;
import org.skep.bpf.read.Completeness;
import org.skep.bpf.read.EntryReader;
import org.skep.bpf.read.ForEachReader;
import org.skep.bpf.read.KeyWalk;
import org.skep.bpf.read.MapReading;
import org.skep.bpf.read.TrieReader;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.MapSyscalls;

/** Readings of the running Linux whose key is removed at each step. */
@Tag("privileged")
@Tag("options")
@Timeout(120)
class LostCursorIT {
  private static final int KEYS = 300;

  private static final String MAPS =
      """
      struct prefix { u32 bits; u32 data; };
      #define MAP(NAME, TYPE, KEY, VALUE, FLAGS) struct { __uint(type, BPF_MAP_TYPE_##TYPE); \\
        __uint(max_entries, 100000); __uint(map_flags, FLAGS); __type(key, KEY); __type(value, VALUE); \\
      } NAME SEC(".maps")
      MAP(hash, HASH, u32, u64, 0);
      MAP(lru_hash, LRU_HASH, u32, u64, 0);
      MAP(percpu_hash, PERCPU_HASH, u32, u64, 0);
      MAP(lru_percpu_hash, LRU_PERCPU_HASH, u32, u64, 0);
      MAP(trie, LPM_TRIE, struct prefix, u64, BPF_F_NO_PREALLOC);
      MAP(devmap_hash, DEVMAP_HASH, u32, u32, 0);
      struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);
        __type(key, u32); __type(value, u64); } inner SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 1000); __type(key, u32);
        __array(values, struct inner); } hash_of_maps SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 1000); __type(key, u32);
        __array(values, struct inner); } array_of_maps SEC(".maps");
      struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __type(key, u32);
        __array(values, struct inner); } two SEC(".maps");
      """;

  private static BpfObject object;

  @BeforeAll
  static void load() {
    object = Cell.load("lost", MAPS);
  }

  @AfterAll
  static void close() {
    object.close();
  }

  private static byte[] key(BpfMap map, int number) {
    byte[] key = new byte[map.held().shape().keyBytes()];
    MemorySegment memory = MemorySegment.ofArray(key);
    if (key.length == 8) {
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, 0, 32);
    }
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, key.length - 4L, number);
    return key;
  }

  private static void fill(BpfMap map, int count) {
    boolean ofMaps = map.type().holdsMaps();
    Object value =
        ofMaps ? object.map("inner") : map.type() == BpfMapType.DEVMAP_HASH ? "lo" : (Object) 7L;
    if (ofMaps || map.type() == BpfMapType.DEVMAP_HASH) {
      for (int i = 0; i < count; i++) {
        map.put(key(map, i), value);
      }
      return;
    }
    Map<Object, Object> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      entries.put(key(map, i), value);
    }
    assertEquals(count, map.putAll(entries));
  }

  /** Deletes the key at which each call ended, some hundred times. */
  private static final class Losing implements MapSyscalls {
    private final int keyBytes;
    private final int most;
    final Set<Integer> lost = new HashSet<>();

    Losing(BpfMap map, int most) {
      this.keyBytes = map.held().shape().keyBytes();
      this.most = most;
    }

    private void lose(int fd, MemorySegment key) {
      if (lost.size() < most && LibbpfSyscall.bpf_map_delete_elem(fd, key) == 0) {
        lost.add(key.get(ValueLayout.JAVA_INT_UNALIGNED, keyBytes - 4L));
      }
    }

    @Override
    public int lookup(int fd, MemorySegment key, MemorySegment value) {
      int result = MapSyscalls.LINUX.lookup(fd, key, value);
      if (result == 0 && key.get(ValueLayout.JAVA_INT_UNALIGNED, keyBytes - 4L) % 7 == 3) {
        lose(fd, key);
      }
      return result;
    }

    @Override
    public int lookupBatch(
        int fd,
        MemorySegment in,
        MemorySegment out,
        MemorySegment keys,
        MemorySegment values,
        MemorySegment count) {
      int result = MapSyscalls.LINUX.lookupBatch(fd, in, out, keys, values, count);
      int got = count.get(ValueLayout.JAVA_INT, 0);
      if ((result == 0 || result == -2) && got > 0) {
        lose(fd, keys.asSlice((got - 1L) * keyBytes, keyBytes));
      }
      return result;
    }
  }

  private static Completeness read(BpfMap map, EntryReader way, Set<Integer> got) {
    int keyBytes = map.held().shape().keyBytes();
    return Ways.read(
        map,
        way,
        (keys, values, stride, count) -> {
          for (int i = 0; i < count; i++) {
            int number = keys.get(ValueLayout.JAVA_INT_UNALIGNED, (i + 1L) * keyBytes - 4);
            assertTrue(got.add(number), () -> map.name() + ": " + number + " came twice");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hash",
        "lru_hash",
        "percpu_hash",
        "lru_percpu_hash",
        "trie",
        "devmap_hash",
        "hash_of_maps",
        "array_of_maps"
      })
  void everyKeyThatStaysIsReadOnce(String name) {
    BpfMap map = object.map(name);
    for (String way : List.of("usual", "batches of 16", "key by key")) {
      if (way.startsWith("batches") && !map.type().hasBatch()) {
        continue;
      }
      fill(map, KEYS);
      Losing losing = new Losing(map, 10);
      int fd = map.held().descriptor().fd();
      MapFd lossy = new MapFd(name, fd, map.held().shape(), losing);
      KeyWalk plain = new KeyWalk(lossy);
      BatchReader batches = new BatchReader(lossy, plain, 16);
      EntryReader reader =
          switch (way) {
            case "usual" -> MapReading.reader(map.held().context(), lossy);
            case "key by key" -> plain;
            default -> map.type() == BpfMapType.LPM_TRIE ? new TrieReader(batches) : batches;
          };
      Set<Integer> got = new HashSet<>();
      Completeness said = read(map, reader, got);
      for (int i = 0; i < KEYS; i++) {
        int number = i;
        assertTrue(
            got.contains(i) || losing.lost.contains(i),
            () -> name + " " + way + ": key " + number + " stayed and is missing, " + said);
      }
      assertEquals(
          0, said.vanished() + (said.unsure() ? 1 : 0), () -> name + " " + way + ": " + said);
      assertTrue(
          way.equals("key by key") || said.isComplete() || !map.type().hasBatch(), said::toString);
      assertTrue(reader instanceof ForEachReader || !losing.lost.isEmpty(), way);
    }
    assertTrue(map.clear() > 0);
    assertEquals(0, map.snapshot().entries());
  }

  /** The kernel starts again at the first key: 135,535 rows without the check. */
  @Test
  void aLargeTrieIsReadOnce() {
    BpfMap map = object.map("trie");
    fill(map, 70_000);
    Losing losing = new Losing(map, 1);
    MapFd lossy = new MapFd("trie", map.held().descriptor().fd(), map.held().shape(), losing);
    Set<Integer> got = new HashSet<>();
    Completeness said = read(map, MapReading.reader(map.held().context(), lossy), got);
    assertEquals("complete", said.toString());
    assertEquals(70_000, got.size());
    assertEquals(1, losing.lost.size());
    assertEquals(69_999, map.snapshot().rows());
    assertEquals(69_999, map.clear());
  }

  @Test
  void anArrayOfTwoMapsIsCleared() {
    BpfMap two = object.map("two");
    two.put(0, object.map("inner"));
    two.put(1, object.map("inner"));
    assertEquals(2, two.snapshot().entries());
    assertEquals(2, two.clear());
    assertEquals(0, two.snapshot().entries());
    assertEquals("complete", two.snapshot().completeness().toString());
  }

  @Test
  void aFrozenMapTellsThatNothingWasPut() {
    try (BpfObject frozen = Cell.load("frozen", MAPS)) {
      BpfMap map = frozen.map("hash").freeze();
      var refused =
          org.junit.jupiter.api.Assertions.assertThrows(
              org.skep.SyscallException.class, () -> map.putAll(Map.of(1, 1, 2, 2)));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("; 0 entries were put"),
          refused.getMessage());
      assertEquals(0, map.snapshot().entries());
    }
  }
}
