package org.skep.bpf.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for the key and value of one call, kept for each thread: an arena for each call would cost
 * as much as half a look-up. A value that is written can be the user's own code, which may use a
 * map in turn: the inner call gets memory of its own.
 */
final class ScratchBuffer {
  private static final ThreadLocal<ScratchBuffer> OF_THREAD =
      ThreadLocal.withInitial(ScratchBuffer::new);

  private MemorySegment key = MemorySegment.NULL;
  private MemorySegment value = MemorySegment.NULL;
  private boolean taken;

  private ScratchBuffer() {}

  /** Gives room for a key of zeros and for a value, to be given back in a {@code finally}. */
  static ScratchBuffer take(long keyBytes, long valueBytes) {
    ScratchBuffer mine = OF_THREAD.get();
    ScratchBuffer free = mine.taken ? new ScratchBuffer() : mine;
    free.taken = true;
    free.key = enough(free.key, keyBytes);
    free.value = enough(free.value, valueBytes);
    return free;
  }

  private static MemorySegment enough(MemorySegment memory, long bytes) {
    return memory.byteSize() >= bytes && memory.byteSize() > 0
        ? memory
        : Arena.ofAuto().allocate(Math.max(64, Long.highestOneBit(bytes) * 2), 8);
  }

  void give() {
    taken = false;
  }

  /** At least as many bytes as asked for. */
  MemorySegment key() {
    return key;
  }

  /** At least as many bytes as asked for. */
  MemorySegment value() {
    return value;
  }
}
