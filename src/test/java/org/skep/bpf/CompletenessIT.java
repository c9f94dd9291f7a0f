package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.SyscallException;
import org.skep.bpf.read.Completeness;
import org.skep.bpf.read.Snapshot;

/** What a reading says of itself while others write. */
@Tag("privileged")
@Timeout(60)
class CompletenessIT {
  private static final int STAYING = 2_000;

  private static String hash(int entries) {
    return """
    struct {
      __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, %d);
      __type(key, u32); __type(value, u32);
    } entries SEC(".maps");
    """
        .formatted(entries);
  }

  /** Keys that stay are read once, whatever comes and goes beside them. */
  @Test
  void batchesReadWhatStaysOnce() throws InterruptedException {
    whileOthersComeAndGo(
        map -> {
          Set<Integer> seen = new HashSet<>();
          Completeness said =
              map.held()
                  .reading()
                  .read(
                      (keys, values, stride, count) -> {
                        for (int i = 0; i < count; i++) {
                          int key = keys.getAtIndex(ValueLayout.JAVA_INT, i);
                          assertTrue(seen.add(key) || key >= STAYING, () -> key + " came twice");
                        }
                      },
                      Long.MAX_VALUE);
          assertTrue(said.isComplete());
          assertEquals(STAYING, seen.stream().filter(k -> k < STAYING).count());
        });
  }

  /** The kernel begins anew behind a walk whose key is removed: the walk ends, and says so. */
  @Test
  void aWalkEndsAndTellsWhatItMissed() throws InterruptedException {
    AtomicBoolean told = new AtomicBoolean();
    whileOthersComeAndGo(
        map -> {
          Set<Integer> seen = new HashSet<>();
          Completeness said =
              Ways.read(
                  map,
                  Ways.plain(map),
                  (keys, values, stride, count) -> {
                    for (int i = 0; i < count; i++) {
                      int key = keys.getAtIndex(ValueLayout.JAVA_INT, i);
                      assertTrue(seen.add(key), () -> key + " came twice");
                    }
                  });
          if (!said.isComplete()) {
            told.set(true);
            assertTrue(said.toString().startsWith("incomplete: "), said::toString);
          } else {
            assertEquals(STAYING, seen.stream().filter(k -> k < STAYING).count());
          }
        });
    assertTrue(told.get(), "no walk met a removed key: the test shows nothing");
  }

  private static void whileOthersComeAndGo(java.util.function.Consumer<BpfMap> reading)
      throws InterruptedException {
    try (BpfObject object = Cell.load("busy", hash(20_000))) {
      BpfMap map = object.map("entries");
      for (int i = 0; i < STAYING; i++) {
        map.put(i, i);
      }
      AtomicBoolean enough = new AtomicBoolean();
      AtomicReference<Throwable> wrong = new AtomicReference<>();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (!enough.get()) {
                        for (int i = 0; i < 500; i++) {
                          map.put(STAYING + i, i);
                        }
                        for (int i = 0; i < 500; i++) {
                          map.remove(STAYING + i);
                        }
                      }
                    } catch (Throwable e) {
                      wrong.set(e);
                    }
                  });
      try {
        for (int round = 0; round < 40; round++) {
          reading.accept(map);
        }
      } finally {
        enough.set(true);
        writer.join();
      }
      assertEquals(null, wrong.get());
    }
  }

  @Test
  void aReadingStopsAtItsLimit() {
    try (BpfObject object = Cell.load("limit", hash(100_000))) {
      BpfMap map = object.map("entries");
      for (int i = 0; i < 70_000; i++) {
        map.put(i, i);
      }
      Snapshot snapshot = map.snapshot(10);
      assertTrue(snapshot.completeness().stoppedAtLimit());
      assertTrue(snapshot.rows() < 70_000, () -> "" + snapshot.rows());
      assertFalse(map.snapshot().completeness().stoppedAtLimit());
      assertEquals(70_000, map.snapshot().entries());
    }
  }

  /** Of 64 keys in 64 buckets some share one: a batch of one entry has no room for them. */
  @Test
  void aBucketLargerThanTheBatchIsReadWithMoreRoom() {
    try (BpfObject object = Cell.load("small", hash(64))) {
      BpfMap map = object.map("entries");
      for (int i = 0; i < 64; i++) {
        map.put(i, i);
      }
      Set<Integer> seen = new HashSet<>();
      Completeness said =
          Ways.read(
              map,
              Ways.batches(map, 1),
              (keys, values, stride, count) -> {
                for (int i = 0; i < count; i++) {
                  seen.add(keys.getAtIndex(ValueLayout.JAVA_INT, i));
                }
              });
      assertTrue(said.isComplete());
      assertEquals(64, seen.size());
    }
  }

  @Test
  void aMapWithoutASizeIsRefusedWithTheRemedy() {
    var why = assertThrows(SyscallException.class, () -> Cell.load("sizeless", hash(0)));
    assertEquals(
        "create map 'entries': max_entries is 0 (say __uint(max_entries, N) in its definition, or"
            + " set it before loading: --size entries=N)",
        why.getMessage());
  }
}
