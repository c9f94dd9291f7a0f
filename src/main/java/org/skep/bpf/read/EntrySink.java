package org.skep.bpf.read;

import java.lang.foreign.MemorySegment;

/** Takes the entries of a map as they are read, many at a time. */
public interface EntrySink {
  /**
   * Takes entries. The memory is used again afterwards.
   *
   * @param keys one key after the other, without gaps
   * @param values one value after the other, {@code valueStride} bytes apart; a per-CPU value is
   *     one for each possible CPU, each at a multiple of 8 bytes
   * @param count how many
   */
  void take(MemorySegment keys, MemorySegment values, long valueStride, int count);
}
