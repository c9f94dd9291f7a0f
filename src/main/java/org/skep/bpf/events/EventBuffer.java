package org.skep.bpf.events;

import java.util.List;
import org.skep.bpf.decode.EventSink;

/** A ring or the perf buffers of a map, while one thread reads it. */
public interface EventBuffer extends AutoCloseable {
  /**
   * Hands over the records that are there now, and lets the buffer have their place again. Ends,
   * however fast programs write.
   *
   * @param limit the most records
   * @param last whether this is the last look, so that nothing is held back for the sake of order
   * @return how many there were
   */
  long drain(EventSink sink, long limit, boolean last);

  /** How full the buffer was found, the fullest of several, from 0 to 1. */
  double fill();

  /** The bytes of one buffer. */
  long byteSize();

  /** How many of the records handed over were there when the reading began. */
  long before();

  /** How many records that were there when the reading began were not handed over. */
  long skipped();

  /** How many records the buffer itself says that it lost so far; -1 where it does not say. */
  long lost();

  /** How many records came after one with a later time; 0 where there is one order only. */
  long disordered();

  /** The descriptors that can be read when there is something. */
  List<Integer> descriptors();

  @Override
  void close();
}
