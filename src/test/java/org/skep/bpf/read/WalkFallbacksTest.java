package org.skep.bpf.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.SyscallException;
import org.skep.bpf.map.BpfMapType;
import org.skep.internal.ffi.Errno;

/** Where walks through a map end, and what they then say of their completeness. */
class WalkFallbacksTest {
  private final Set<Integer> keys = new HashSet<>();

  private Completeness read(EntryReader way, long limit) {
    keys.clear();
    return way.read(
        (k, values, stride, count) -> {
          for (int i = 0; i < count; i++) {
            int key = FakeMap.number(k.asSlice(8L * i, 8).toArray(ValueLayout.JAVA_BYTE));
            assertTrue(keys.add(key), () -> key + " came twice");
            assertEquals(key, values.get(ValueLayout.JAVA_INT_UNALIGNED, i * stride));
          }
        },
        limit);
  }

  private Completeness read(EntryReader way) {
    return read(way, Long.MAX_VALUE);
  }

  private static Set<Integer> numbers(int count) {
    return new HashSet<>(IntStream.range(0, count).boxed().toList());
  }

  private static BatchReader batches(FakeMap map, int room) {
    return new BatchReader(map.descriptor(), new KeyWalk(map.descriptor()), room);
  }

  // in batches

  /** What a Linux without batches says at once means something else in the middle. */
  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      names = {"ENOTSUPP", "EINVAL", "EOPNOTSUPP", "EPERM"})
  void anErrorInTheMiddleIsToldAndNothingReadTwice(Errno errno) {
    var map = new FakeMap(BpfMapType.HASH, 1_000).fill(200);
    map.batchErrors = number -> number == 3 ? -errno.number() : 0;
    var refused = assertThrows(SyscallException.class, () -> read(batches(map, 16)));
    assertEquals(errno.number(), refused.errno());
    assertEquals(numbers(32), keys);
  }

  /** An older Linux may give entries together with an error. */
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16})
  void theEndMayComeWithEntriesOrAlone(int behind) {
    var map = new FakeMap(BpfMapType.HASH, 1_000).fill(48 + behind);
    assertEquals("complete", read(batches(map, 16)).toString());
    assertEquals(numbers(48 + behind), keys);
  }

  @Test
  void batchesStopAtTheirLimit() {
    var map = new FakeMap(BpfMapType.HASH, 1_000).fill(200);
    Completeness said = read(batches(map, 16), 40);
    assertTrue(said.stoppedAtLimit());
    assertEquals(numbers(48), keys, "whole batches");
  }

  /** A walk that begins again and again has no end. */
  @Test
  void aWalkThatGivesMoreThanThereCanBeIsStopped() {
    var map =
        new FakeMap(BpfMapType.HASH, 1_000) {
          @Override
          byte[] after(byte @Nullable [] key) {
            return key(key == null ? 0 : number(key) + 1);
          }
        };
    for (int i = 0; i < 200_000; i++) {
      map.entries.put(FakeMap.key(i), i);
    }
    Completeness said = read(batches(map, 1_000));
    assertTrue(said.stoppedAtLimit(), said::toString);
    assertTrue(keys.size() >= 4_000 && keys.size() < 80_000, () -> "" + keys.size());
  }

  /**
   * Linux before 6.14 stops at a slot that it cannot read; what is behind is read by single calls.
   */
  @Test
  void theErrorsOfSingleStepsAreTold() {
    for (int call = 1; call <= 4; call++) {
      var map = new FakeMap(BpfMapType.ARRAY_OF_MAPS, 8);
      map.entries.put(FakeMap.key(2), 2);
      map.entries.put(FakeMap.key(6), 6);
      int failing = call;
      map.singleErrors = number -> number == failing ? -Errno.ENOMEM.number() : 0;
      var refused = assertThrows(SyscallException.class, () -> read(batches(map, 4)));
      assertEquals(Errno.ENOMEM.number(), refused.errno());
    }
  }

  /** The walk through an array of maps whose last slots are empty ends by a step. */
  @Test
  void anArrayThatEndsWithEmptySlotsEnds() {
    for (int filled : new int[] {0, 3, 7}) {
      var map = new FakeMap(BpfMapType.ARRAY_OF_MAPS, 8);
      map.entries.put(FakeMap.key(filled), filled);
      assertEquals("complete", read(batches(map, 4)).toString());
      assertEquals(Set.of(filled), keys);
    }
  }

  // key by key

  @Test
  void aKeyWalkStopsAtItsLimitAndOnlyThen() {
    var map = new FakeMap(BpfMapType.HASH, 1_000).fill(200);
    Completeness said = read(new KeyWalk(map.descriptor()), 40);
    assertTrue(said.stoppedAtLimit());
    assertEquals(numbers(40), keys);
    assertEquals("complete", read(new KeyWalk(map.descriptor()), 200).toString());
    assertEquals(numbers(200), keys);
  }

  @Test
  void keysThatVanishBeforeTheirValueIsReadAreCounted() {
    var map = new FakeMap(BpfMapType.HASH, 1_000).fill(50);
    Set<Integer> gone = Set.of(7, 20, 49);
    map.afterCall =
        key -> {
          if (gone.contains(FakeMap.number(key))) {
            map.entries.remove(key);
          }
        };
    Completeness said = read(new KeyWalk(map.descriptor()));
    Set<Integer> staying = numbers(50);
    staying.removeAll(gone);
    assertEquals(staying, keys);
    assertEquals(3, said.vanished(), said::toString);
  }

  /** An empty slot is not a key that has vanished. */
  @Test
  void emptySlotsAreLeftOut() {
    var map = new FakeMap(BpfMapType.ARRAY_OF_MAPS, 64);
    Set<Integer> filled = Set.of(0, 5, 63);
    filled.forEach(i -> map.entries.put(FakeMap.key(i), i));
    assertEquals("complete", read(new KeyWalk(map.descriptor())).toString());
    assertEquals(filled, keys);
  }

  /** A kernel that gives the same key for ever, and one that gives ever new ones. */
  @Test
  void aKeyWalkWithoutAnEndIsStopped() {
    IntConsumer walk =
        modulus -> {
          var map =
              new FakeMap(BpfMapType.HASH, 1_000) {
                @Override
                byte[] after(byte @Nullable [] key) {
                  return key(key == null ? 0 : (number(key) + 1) % modulus);
                }
              };
          for (int i = 0; i < Math.min(modulus, 100_000); i++) {
            map.entries.put(FakeMap.key(i), i);
          }
          Completeness said = read(new KeyWalk(map.descriptor()));
          assertTrue(said.stoppedAtLimit(), said::toString);
          assertEquals(Math.min(modulus, 4 * 1_000 + 1_024), keys.size());
        };
    walk.accept(1);
    walk.accept(3);
    walk.accept(1_000_000);
  }

  /** Each walk finds a key that those before it passed by. */
  @Test
  void aMapThatChangesInEveryWalkIsNotCalledComplete() {
    var map = new FakeMap(BpfMapType.HASH, 1_000).fill(20);
    int[] next = {20};
    map.afterCall =
        key -> {
          if (FakeMap.number(key) == 10) {
            map.entries.put(FakeMap.key(next[0]), next[0]++);
          }
        };
    Completeness said = read(new KeyWalk(map.descriptor()));
    assertTrue(keys.containsAll(numbers(20)));
    assertTrue(said.unsure() || keys.size() == next[0], said::toString);
  }

  /** The keys of an array are always there: one walk is enough. */
  @Test
  void anArrayIsWalkedOnce() {
    var map = new FakeMap(BpfMapType.ARRAY, 50).fill(50);
    assertEquals("complete", read(new KeyWalk(map.descriptor())).toString());
    assertEquals(
        101, map.singleCalls, "50 keys, 50 values, and whether the last key was still there");
    var hash = new FakeMap(BpfMapType.HASH, 50).fill(50);
    assertEquals("complete", read(new KeyWalk(hash.descriptor())).toString());
    assertEquals(152, hash.singleCalls, "a hash is walked again, its values are not read again");
  }

  @Test
  void aLookupThatFailsAtTheEndOfAWalkIsNoEnd() {
    var map =
        new FakeMap(BpfMapType.CGROUP_STORAGE, 1_000) {
          @Override
          public int lookup(int fd, MemorySegment key, MemorySegment value) {
            return FakeMap.number(key.asSlice(0, 8).toArray(ValueLayout.JAVA_BYTE)) == 9
                ? -Errno.EPERM.number()
                : super.lookup(fd, key, value);
          }
        };
    map.fill(10);
    var refused = assertThrows(SyscallException.class, () -> read(new KeyWalk(map.descriptor())));
    assertEquals(Errno.EPERM.number(), refused.errno());
  }
}
