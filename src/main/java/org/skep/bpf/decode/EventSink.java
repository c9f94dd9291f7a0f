package org.skep.bpf.decode;

import java.lang.foreign.MemorySegment;

/** Takes records out of the memory of a buffer, before the buffer may write there again. */
@FunctionalInterface
public interface EventSink {
  /**
   * Takes records of the same length.
   *
   * @param offset of the first in {@code bytes}
   * @param stride from each to the next
   * @param length the bytes of each; up to 7 more than were sent, where the buffer rounds up
   */
  void take(MemorySegment bytes, long offset, long stride, int length, int count);
}
