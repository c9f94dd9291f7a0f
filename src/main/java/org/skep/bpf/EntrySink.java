package org.skep.bpf;

import java.lang.foreign.MemorySegment;

/** Takes the entries of a map as they are read, many at a time. */
interface EntrySink {
  /**
   * Takes entries. The memory is used again afterwards.
   *
   * @param keys one key after the other, without gaps
   * @param values one value after the other, {@code valueStride} bytes apart; a per-CPU value is
   *     one for each possible processor, each at a multiple of 8 bytes
   * @param count how many
   */
  void take(MemorySegment keys, MemorySegment values, long valueStride, int count);

  /** How many entries all columns take while they are in the processor's cache. */
  int PIECE = 4_096;

  /** Takes entries as {@link #take} does, a piece at a time. */
  default void takeInPieces(
      MemorySegment keys, int keyBytes, MemorySegment values, long valueStride, int count) {
    for (int first = 0; first < count; first += PIECE) {
      take(
          keys.asSlice((long) first * keyBytes),
          values.asSlice(first * valueStride),
          valueStride,
          Math.min(PIECE, count - first));
    }
  }
}
