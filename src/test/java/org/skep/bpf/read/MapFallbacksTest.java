package org.skep.bpf.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skep.SyscallException;
import org.skep.bpf.base.Lifetime;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.BtfCodec;
import org.skep.bpf.map.EntryAccess;
import org.skep.internal.ffi.Errno;
import org.skep.table.ValueType;

/** What reading and writing do where Linux refuses a call, answers in part or starts again. */
class MapFallbacksTest {
  /** What a reading gave: each key with its value, none twice. */
  private static Map<Integer, Integer> rows(EntryReader way, Completeness[] said) {
    Map<Integer, Integer> rows = new LinkedHashMap<>();
    said[0] =
        way.read(
            (keys, values, stride, count) -> {
              for (int i = 0; i < count; i++) {
                byte[] key = keys.asSlice(8L * i, 8).toArray(ValueLayout.JAVA_BYTE);
                int value = values.get(ValueLayout.JAVA_INT_UNALIGNED, i * stride);
                Integer before = rows.put(FakeMap.number(key), value);
                assertEquals(null, before, () -> FakeMap.number(key) + " came twice");
              }
            },
            Long.MAX_VALUE);
    return rows;
  }

  private static Map<Integer, Integer> complete(EntryReader way) {
    Completeness[] said = new Completeness[1];
    Map<Integer, Integer> rows = rows(way, said);
    assertEquals("complete", said[0].toString());
    return rows;
  }

  private static Set<Integer> numbers(int count) {
    return new HashSet<>(IntStream.range(0, count).boxed().toList());
  }

  private static BatchReader batches(FakeMap map, int room) {
    return new BatchReader(map.descriptor(), new KeyWalk(map.descriptor()), room);
  }

  @Test
  void aTrieThatLosesTheKeyAtWhichEachBatchEndedIsReadOnce() {
    for (int room : new int[] {1, 7, 64}) {
      var map = new FakeMap(BpfMapType.LPM_TRIE, 1_000).fill(500);
      Set<Integer> staying = numbers(500);
      map.afterCall =
          key -> {
            if (map.batchCalls < 20) {
              map.entries.remove(key);
              staying.remove(FakeMap.number(key));
            }
          };
      Set<Integer> got = complete(new TrieReader(batches(map, room))).keySet();
      assertTrue(got.containsAll(staying), () -> room + ": missed of " + staying);
      assertTrue(map.batchCalls > 2);
    }
  }

  /** A node that is replaced beside the path of the kernel's walk hides what is behind it. */
  @Test
  void whatOneWalkThroughATrieLeavesOutTheNextOneAdds() {
    var map =
        new FakeMap(BpfMapType.LPM_TRIE, 1_000) {
          @Override
          byte @Nullable [] after(byte @Nullable [] key) {
            byte[] next = super.after(key);
            boolean skips = batchCalls == 1 && next != null && number(next) == 100;
            return skips ? key(300) : next;
          }
        };
    map.fill(500);
    assertEquals(numbers(500), complete(new TrieReader(batches(map, 1_000))).keySet());
  }

  @Test
  void aTrieThatChangesInEveryWalkIsNotCalledComplete() {
    var map = new FakeMap(BpfMapType.LPM_TRIE, 1_000).fill(100);
    int[] next = {100};
    map.afterCall = key -> map.entries.put(FakeMap.key(next[0]), next[0]++);
    Completeness[] said = new Completeness[1];
    Map<Integer, Integer> rows = rows(new TrieReader(batches(map, 1_000)), said);
    assertTrue(rows.keySet().containsAll(numbers(100)));
    assertEquals(
        "incomplete: keys may be missing, as new ones came in each walk", said[0].toString());
  }

  @Test
  void theOrderOfATrieIsThatOfItsPrefixes() {
    // what bpftool showed of a trie with these keys
    List<String> walked =
        List.of(
            "0.0.0.0/9", "10.0.0.0/24", "10.0.0.0/16", "10.1.0.0/16", "10.0.0.0/8", "0.0.0.0/0");
    List<byte[]> keys = new ArrayList<>();
    for (String text : walked) {
      String[] parts = text.split("[./]");
      byte[] key = {Byte.parseByte(parts[4]), 0, 0, 0, 0, 0, 0, 0};
      for (int i = 0; i < 4; i++) {
        key[4 + i] = (byte) Integer.parseInt(parts[i]);
      }
      keys.add(key);
    }
    List<byte[]> sorted = new ArrayList<>(keys);
    java.util.Collections.shuffle(sorted, new Random(4));
    var order = new TrieOrder(8);
    sorted.sort((a, b) -> order.compare(MemorySegment.ofArray(a), 0, MemorySegment.ofArray(b), 0));
    for (int i = 0; i < keys.size(); i++) {
      assertArrayEquals(keys.get(i), sorted.get(i), walked.get(i));
    }
  }

  @Test
  void anArrayOfMapsWithEmptySlotsIsReadWhereEachStopsABatch() {
    var map = new FakeMap(BpfMapType.ARRAY_OF_MAPS, 64);
    Set<Integer> filled = Set.of(0, 1, 5, 6, 7, 40, 62);
    filled.forEach(i -> map.entries.put(FakeMap.key(i), i));
    assertEquals(filled, complete(batches(map, 4)).keySet());
    map.entries.clear();
    assertEquals(Set.of(), complete(batches(map, 4)).keySet());
  }

  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      names = {"ENOTSUPP", "EINVAL", "EOPNOTSUPP"})
  void withoutBatchesAMapIsReadKeyByKey(Errno none) {
    for (BpfMapType type : List.of(BpfMapType.HASH, BpfMapType.LPM_TRIE)) {
      var map = new FakeMap(type, 1_000).fill(200);
      map.batchErrors = number -> -none.number();
      EntryReader way =
          type == BpfMapType.HASH ? batches(map, 16) : new TrieReader(batches(map, 16));
      assertEquals(numbers(200), complete(way).keySet());
      assertEquals(1, map.batchCalls);
    }
  }

  @Test
  void aBucketThatDoesNotFitIsReadWithMoreRoom() {
    var map = new FakeMap(BpfMapType.HASH, 1_000).fill(200);
    map.batchErrors = number -> number < 5 ? -Errno.ENOSPC.number() : 0;
    assertEquals(numbers(200), complete(batches(map, 16)).keySet());
    map.batchErrors = number -> -Errno.ENOSPC.number();
    var refused = assertThrows(SyscallException.class, () -> complete(batches(map, 16)));
    assertEquals("ENOSPC", Errno.nameOf(refused.errno()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      names = {"EBUSY", "EAGAIN", "EDEADLK", "ETIMEDOUT"})
  void aCallThatIsRefusedForAMomentIsMadeAgain(Errno busy) {
    var map = new FakeMap(BpfMapType.HASH, 1_000).fill(200);
    map.batchErrors = number -> number % 3 == 0 ? 0 : -busy.number();
    assertEquals(numbers(200), complete(batches(map, 16)).keySet());
    map.batchErrors = number -> -busy.number();
    var refused = assertThrows(SyscallException.class, () -> complete(batches(map, 16)));
    assertEquals(busy.number(), refused.errno());
  }

  @Test
  void everyOtherErrorOfAReadingIsTold() {
    for (Errno errno : List.of(Errno.EPERM, Errno.ENOMEM, Errno.EFAULT, Errno.EBADF)) {
      var map = new FakeMap(BpfMapType.HASH, 1_000).fill(200);
      map.batchErrors = number -> number == 3 ? -errno.number() : 0;
      var refused = assertThrows(SyscallException.class, () -> complete(batches(map, 16)));
      assertEquals(errno.number(), refused.errno());
      map.singleErrors = number -> number == 50 ? -errno.number() : 0;
      refused = assertThrows(SyscallException.class, () -> complete(new KeyWalk(map.descriptor())));
      assertEquals(errno.number(), refused.errno());
      var queue =
          new FakeMap(BpfMapType.QUEUE, 1) {
            @Override
            public int lookup(int fd, MemorySegment key, MemorySegment value) {
              return -errno.number();
            }
          };
      refused =
          assertThrows(SyscallException.class, () -> complete(new HeadReader(queue.descriptor())));
      assertEquals(errno.number(), refused.errno());
    }
  }

  /** A call that neither goes on nor ends would be made for ever. */
  @Test
  void aReadingThatDoesNotComeForwardEnds() {
    var map =
        new FakeMap(BpfMapType.HASH, 1_000) {
          @Override
          public int lookupBatch(
              int fd,
              MemorySegment in,
              MemorySegment out,
              MemorySegment keys,
              MemorySegment values,
              MemorySegment count) {
            count.set(ValueLayout.JAVA_INT, 0, 0);
            return 0;
          }
        };
    Completeness[] said = new Completeness[1];
    assertEquals(Map.of(), rows(batches(map, 16), said));
    assertTrue(said[0].stoppedAtLimit());
  }

  @Test
  void aWalkWhoseKeyIsRemovedHasEachKeyOnce() {
    var map = new FakeMap(BpfMapType.HASH, 1_000).fill(200);
    Set<Integer> staying = numbers(200);
    map.afterCall =
        key -> {
          if (map.singleCalls % 97 == 0 && map.singleCalls < 1_000) {
            map.entries.remove(key);
            staying.remove(FakeMap.number(key));
          }
        };
    Completeness[] said = new Completeness[1];
    assertTrue(rows(new KeyWalk(map.descriptor()), said).keySet().containsAll(staying));
    assertTrue(said[0].seenTwice() > 0, () -> said[0].toString());
    assertFalse(said[0].unsure(), () -> said[0].toString());
  }

  /** As for a cgroup storage, whose walk ends at a key that is gone. */
  @Test
  void aWalkThatTheKernelEndsEarlyIsWalkedAgain() {
    var map =
        new FakeMap(BpfMapType.CGROUP_STORAGE, 1_000) {
          @Override
          byte @Nullable [] after(byte @Nullable [] key) {
            return key != null && !entries.containsKey(key) ? null : super.after(key);
          }
        };
    map.fill(50);
    map.afterCall =
        key -> {
          if (map.singleCalls == 30) {
            map.entries.remove(key);
          }
        };
    Set<Integer> got = complete(new KeyWalk(map.descriptor())).keySet();
    assertTrue(got.size() >= 49, got::toString);
  }

  @Test
  void anArrayThatCannotBeMappedIsReadInBatches() {
    var map = new FakeMap(BpfMapType.ARRAY, 50).fill(50);
    EntryReader way =
        new MappedReader(
            map.descriptor().shape(),
            () -> {
              throw new SyscallException("map", Errno.ENOTSUPP.number(), "not supported");
            },
            batches(map, 16));
    assertEquals(numbers(50), complete(way).keySet());
  }

  // writing

  private static ManyEntries many(FakeMap map) {
    return new ManyEntries(access(map));
  }

  private static EntryAccess access(FakeMap map) {
    var lifetime = new Lifetime("object 'fake'", "run its cell again", () -> {});
    return new EntryAccess(
        map.descriptor(),
        lifetime,
        BtfCodec.of(ValueType.ofBytes(8)),
        BtfCodec.of(ValueType.ofBytes(4)));
  }

  private static Map<Object, Object> toPut(int count) {
    Map<Object, Object> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      entries.put(FakeMap.key(i), new byte[] {(byte) i, 0, 0, 0});
    }
    return entries;
  }

  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      names = {"ENOTSUPP", "EINVAL", "EOPNOTSUPP"})
  void withoutBatchesEntriesAreWrittenAndRemovedOneByOne(Errno none) {
    for (int count : new int[] {2, 3, 100}) {
      var map = new FakeMap(BpfMapType.HASH, 1_000);
      map.batchErrors = number -> -none.number();
      EntryAccess access = access(map);
      assertEquals(count, many(map).put(toPut(count), access::put));
      assertEquals(count, map.entries.size());
      assertEquals(1, map.batchCalls);
      List<Object> keys = new ArrayList<>(toPut(count).keySet());
      keys.add(FakeMap.key(777));
      assertEquals(count, many(map).remove(keys, access::remove));
      assertEquals(0, map.entries.size());
      assertEquals(2, map.batchCalls);
    }
  }

  @Test
  void aRefusalBeforeTheFirstEntryCountsNone() {
    var map = new FakeMap(BpfMapType.HASH, 1_000);
    map.batchErrors = number -> -Errno.EPERM.number();
    EntryAccess access = access(map);
    var refused = assertThrows(SyscallException.class, () -> many(map).put(toPut(3), access::put));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("; 0 entries were put before that of key"),
        refused.getMessage());
    assertEquals(0, map.entries.size());
    map.fill(3);
    map.batchErrors = number -> -Errno.EPERM.number();
    assertThrows(SyscallException.class, () -> many(map).remove(toPut(3).keySet(), access::remove));
    assertEquals(3, map.entries.size());
  }

  @Test
  void aRefusalInTheMiddleCountsThoseBefore() {
    var map = new FakeMap(BpfMapType.HASH, 1_000);
    map.batchErrors = number -> -Errno.E2BIG.number();
    map.completedBeforeError = 2;
    EntryAccess access = access(map);
    var refused = assertThrows(SyscallException.class, () -> many(map).put(toPut(3), access::put));
    assertTrue(String.valueOf(refused.getMessage()).contains("it is full"), refused.getMessage());
    assertTrue(
        String.valueOf(refused.getMessage()).contains("; 2 entries were put before that of key"),
        refused.getMessage());
    assertEquals(2, map.entries.size());
  }

  @Test
  void aKeyThatIsNotThereEndsABatchAndNotTheRemoval() {
    var map = new FakeMap(BpfMapType.HASH, 1_000).fill(10);
    map.entries.remove(FakeMap.key(4));
    map.batchErrors = number -> number == 1 ? -Errno.ENOENT.number() : 0;
    map.completedBeforeError = 4;
    assertEquals(9, many(map).remove(toPut(10).keySet(), access(map)::remove));
    assertEquals(0, map.entries.size());
  }

  /** Linux has batches for reading an array of maps, and none for deleting. */
  @Test
  void anArrayOfTwoMapsIsCleared() {
    var map = new FakeMap(BpfMapType.ARRAY_OF_MAPS, 2);
    map.entries.put(FakeMap.key(0), 7);
    map.entries.put(FakeMap.key(1), 8);
    List<byte[]> keys = new ArrayList<>();
    var _ =
        batches(map, 2)
            .read(
                (k, values, stride, count) -> {
                  for (int i = 0; i < count; i++) {
                    keys.add(k.asSlice(8L * i, 8).toArray(ValueLayout.JAVA_BYTE));
                  }
                },
                Long.MAX_VALUE);
    map.batchErrors = number -> -Errno.ENOTSUPP.number();
    assertEquals(2, many(map).remove(keys, access(map)::remove));
    assertEquals(0, map.entries.size());
  }

  @Test
  void everyErrorOfASingleCallHasItsName() {
    var map = new FakeMap(BpfMapType.HASH, 1_000).fill(1);
    EntryAccess access = access(map);
    for (Errno errno : Errno.values()) {
      map.singleErrors = number -> -errno.number();
      List<org.junit.jupiter.api.function.Executable> calls =
          List.of(
              () -> access.put(FakeMap.key(0), new byte[4]),
              () -> {
                var _ = access.get(FakeMap.key(0));
              },
              () -> {
                var _ = access.remove(FakeMap.key(0));
              });
      for (int i = 0; i < calls.size(); i++) {
        if (i > 0 && errno == Errno.ENOENT) {
          continue; // that is an answer
        }
        var refused = assertThrows(SyscallException.class, calls.get(i));
        assertEquals(errno.number(), refused.errno());
        assertTrue(
            String.valueOf(refused.getMessage())
                .matches("(get from|put into|remove from) map 'fake': .+"),
            refused.getMessage());
      }
    }
  }
}
