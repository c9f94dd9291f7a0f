package org.skep.bpf.events;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.skep.bpf.decode.EventSink;

/**
 * Takes the records out of the memory of a BPF ring buffer. A record begins with a word of its
 * length, in which one bit says that it is still being written and one that it was given up, and
 * takes a multiple of 8 bytes. For one thread.
 */
final class RingReader {
  private static final int HEADER = 8;
  private static final int DISCARDED = 1 << 30;
  private static final int LENGTH = DISCARDED - 1;

  /** The place of read records is given back after so many bytes, or an eighth of the ring. */
  private static final long GIVE_BACK = 1 << 20;

  /** Records in a run: their bytes should stay in the CPU's second cache. */
  private static final int MOST_IN_RUN = 1_024;

  private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

  private final String map;
  private final MemorySegment reader;
  private final MemorySegment writers;
  private final MemorySegment data;
  private final long byteSize;
  private final boolean skipsBuffered;

  /** Where the writers were when the reading began. */
  private final long start;

  private double fill;
  private long buffered;

  /**
   * @param reader the page with the reader's position
   * @param writers the page with the writers' position
   * @param data the records, twice one after the other, so that none ends at the end of memory
   * @param byteSize of the records' memory, once; a power of two
   * @param skipsBuffered whether records that are there now are counted, and not handed over
   */
  RingReader(
      String map,
      MemorySegment reader,
      MemorySegment writers,
      MemorySegment data,
      long byteSize,
      boolean skipsBuffered) {
    this.map = map;
    this.reader = reader;
    this.writers = writers;
    this.data = data;
    this.byteSize = byteSize;
    this.skipsBuffered = skipsBuffered;
    this.start = (long) POSITION.getAcquire(writers, 0L);
  }

  /**
   * Hands over the records that are there now, and lets the ring have their place again. A run of
   * records whose taker throws stays in the ring.
   *
   * @return how many
   */
  long drain(EventSink sink, long limit) {
    long position = (long) POSITION.get(reader, 0L);
    long end = (long) POSITION.getAcquire(writers, 0L);
    fill = (double) (end - position) / byteSize;
    long taken = 0;
    long given = position;
    long giveBack = Math.min(GIVE_BACK, byteSize / 8);
    try {
      while (position < end && taken < limit) {
        long at = position & byteSize - 1;
        int word = (int) WORD.getAcquire(data, at);
        if (word < 0) {
          break;
        }
        int length = word & LENGTH;
        long stride = length + HEADER + 7L & -8L;
        requireWhole(stride, end - position);
        if ((word & DISCARDED) != 0) {
          position += stride;
          continue;
        }
        boolean early = position < start;
        long room = (early ? Math.min(start, end) : end) - position;
        int most = (int) Math.min(Math.min(MOST_IN_RUN, limit - taken), Math.max(1, room / stride));
        int count = 1;
        while (count < most && (int) WORD.getAcquire(data, at + count * stride) == word) {
          count++;
        }
        if (!early || !skipsBuffered) {
          sink.take(data, at + HEADER, stride, length, count);
          taken += count;
        }
        buffered += early ? count : 0;
        position += count * stride;
        if (position - given >= giveBack) {
          POSITION.setRelease(reader, 0L, position);
          given = position;
        }
      }
    } finally {
      POSITION.setRelease(reader, 0L, position);
    }
    return taken;
  }

  private void requireWhole(long stride, long there) {
    if (stride > there) {
      throw new IllegalStateException(
          "read ring '"
              + map
              + "': expected a record of "
              + stride
              + " bytes but only "
              + there
              + " bytes were written");
    }
  }

  /** How full the ring was at the last look, from 0 to 1. */
  double fill() {
    return fill;
  }

  /** How many of the records so far were there when the reading began. */
  long buffered() {
    return buffered;
  }
}
