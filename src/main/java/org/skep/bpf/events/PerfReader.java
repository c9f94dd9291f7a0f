package org.skep.bpf.events;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Takes the records out of the memory of a perf buffer: a page with the positions of writer and
 * reader, and the data. A record that reaches the end of the data goes on at its start, and is
 * copied. For one thread.
 */
final class PerfReader {
  private static final long HEAD = 1024;
  private static final long TAIL = 1032;
  private static final int HEADER = 8;
  private static final int SAMPLE = 9;
  private static final int LOST = 2;

  /** Between the start of a sample's record and its bytes: header, time, and their number. */
  private static final int SAMPLE_HEADER = HEADER + Long.BYTES + Integer.BYTES;

  /** The largest record: its size is a number of 16 bits. */
  private static final int LARGEST = 1 << 16;

  private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final String map;
  private final MemorySegment page;
  private final MemorySegment data;
  private final long byteSize;
  private final MemorySegment copy = MemorySegment.ofArray(new long[LARGEST / Long.BYTES]);
  private long position;
  private long end;
  private long lost;

  /** The sample that is at hand: where its bytes are, how many, and its time. */
  MemorySegment bytes;

  long offset;
  int length;
  long time;

  /** Where its record begins. */
  private long start;

  /**
   * @param page with the positions
   * @param data the records
   * @param byteSize of the data; a power of two
   */
  PerfReader(String map, MemorySegment page, MemorySegment data, long byteSize) {
    this.map = map;
    this.page = page;
    this.data = data;
    this.byteSize = byteSize;
    this.bytes = data;
  }

  /** Looks at what is there now; how full the buffer is, from 0 to 1. */
  double look() {
    position = (long) POSITION.get(page, TAIL);
    end = (long) POSITION.getAcquire(page, HEAD);
    start = position;
    return (double) (end - position) / byteSize;
  }

  /**
   * Makes the next sample of those that were there at the last look the one at hand.
   *
   * @return whether there is one
   */
  boolean next() {
    while (position < end) {
      long at = position % byteSize;
      int size = Short.toUnsignedInt(data.get(SHORT, at + 6));
      if (size < HEADER || size > end - position) {
        throw torn(size, end - position);
      }
      start = position;
      int type = data.get(INT, at);
      MemorySegment from = data;
      if (at + size > byteSize) {
        long first = byteSize - at;
        MemorySegment.copy(data, at, copy, 0, first);
        MemorySegment.copy(data, 0, copy, first, size - first);
        from = copy;
        at = 0;
      }
      position += size;
      if (type == LOST) {
        lost += from.get(LONG, at + HEADER + Long.BYTES);
      } else if (type == SAMPLE) {
        length = from.get(INT, at + SAMPLE_HEADER - Integer.BYTES);
        if (length < 0 || length > size - SAMPLE_HEADER) {
          throw torn(length, size - SAMPLE_HEADER);
        }
        time = from.get(LONG, at + HEADER);
        bytes = from;
        offset = at + SAMPLE_HEADER;
        return true;
      }
    }
    start = position;
    return false;
  }

  private IllegalStateException torn(int size, long there) {
    return new IllegalStateException(
        "read perf buffer '"
            + map
            + "': expected a record of up to "
            + there
            + " bytes but was "
            + size);
  }

  /** How many bytes were read and not given back. */
  long kept() {
    return start - (long) POSITION.get(page, TAIL);
  }

  /** Lets the writer have the place of what was read, but not that of the sample at hand. */
  void release() {
    POSITION.setRelease(page, TAIL, start);
  }

  /** How many samples found no place, as far as records among them say. */
  long lost() {
    return lost;
  }
}
