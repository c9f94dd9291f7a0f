package org.skep.bpf.read;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Memory to read a map into. New memory costs more than the reading itself, so one set is kept for
 * the next reading of any map; a second reading at the same time gets its own.
 */
final class ReadBuffers {
  /** Sets above this are not kept. */
  private static final long KEPT = 16 << 20;

  private static final AtomicReference<@Nullable ReadBuffers> SPARE = new AtomicReference<>();

  private final MemorySegment keys;
  private final MemorySegment values;

  private ReadBuffers(long keyBytes, long valueBytes) {
    Arena arena = Arena.ofAuto();
    this.keys = arena.allocate(Math.max(8, keyBytes), 8);
    this.values = arena.allocate(Math.max(8, valueBytes), 8);
  }

  static ReadBuffers take(long keyBytes, long valueBytes) {
    ReadBuffers spare = SPARE.getAndSet(null);
    return spare != null
            && spare.keys.byteSize() >= keyBytes
            && spare.values.byteSize() >= valueBytes
        ? spare
        : new ReadBuffers(keyBytes, valueBytes);
  }

  /** Gives them back; they must not be touched afterwards. */
  void give() {
    if (keys.byteSize() + values.byteSize() <= KEPT) {
      SPARE.set(this);
    }
  }

  MemorySegment keys() {
    return keys;
  }

  MemorySegment values() {
    return values;
  }
}
