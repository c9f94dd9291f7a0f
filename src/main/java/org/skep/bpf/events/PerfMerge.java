package org.skep.bpf.events;

import java.util.ArrayList;
import java.util.List;
import org.skep.bpf.decode.EventSink;

/**
 * Takes the samples of several perf buffers in the order of their time stamps. The latest are left
 * for the next look, when those of other CPUs that are earlier are there too; unless a buffer is
 * half full. For one thread.
 */
final class PerfMerge {
  /** Between the time stamp of a record and the moment from which it can be read. */
  private static final long WRITING_NANOS = 2_000_000;

  /** One CPU's buffer, and whether there is a sample at its head. */
  private static final class Head {
    final PerfReader reader;
    boolean there;

    Head(PerfReader reader) {
      this.reader = reader;
    }

    void advance() {
      there = reader.next();
    }
  }

  private final List<Head> heads = new ArrayList<>();
  private final long byteSize;
  private double fill;
  private long latest = Long.MIN_VALUE;
  private long disordered;

  /**
   * @param byteSize of each buffer
   */
  PerfMerge(List<PerfReader> readers, long byteSize) {
    readers.forEach(reader -> heads.add(new Head(reader)));
    this.byteSize = byteSize;
  }

  /**
   * Hands over the samples that are there, and lets the buffers have their place again. A sample
   * whose taker throws stays in its buffer.
   *
   * @param now the time of the samples' clock, in nanoseconds
   * @param last whether nothing is held back for the sake of order
   */
  long drain(EventSink sink, long limit, long now, boolean last) {
    long settled = now - WRITING_NANOS;
    fill = 0;
    for (Head head : heads) {
      fill = Math.max(fill, head.reader.look());
      head.advance();
    }
    boolean all = last || fill > 0.5;
    long taken = 0;
    try {
      while (taken < limit) {
        Head first = null;
        for (Head head : heads) {
          if (head.there && (first == null || head.reader.time < first.reader.time)) {
            first = head;
          }
        }
        if (first == null || (!all && first.reader.time > settled)) {
          break;
        }
        PerfReader reader = first.reader;
        sink.take(reader.bytes, reader.offset, 0, reader.length, 1);
        disordered += reader.time < latest ? 1 : 0;
        latest = Math.max(latest, reader.time);
        taken++;
        first.advance();
        if (first.there && reader.kept() >= byteSize / 8) {
          reader.release();
        }
      }
    } finally {
      heads.forEach(head -> head.reader.release());
    }
    return taken;
  }

  /** How full the fullest buffer was at the last look, from 0 to 1. */
  double fill() {
    return fill;
  }

  /** How many samples came after one with a later time. */
  long disordered() {
    return disordered;
  }
}
