package org.skep.table;

import java.time.Instant;
import java.util.function.LongFunction;

/**
 * The clock that programs of the running Linux read, as the time of day. Java's own nanoseconds are
 * those of the same clock; time in which the machine slept does not count.
 */
final class BootClock {
  private BootClock() {}

  /** How nanoseconds of that clock become a time, by what both clocks say now. */
  static LongFunction<Instant> now() {
    Instant boot = Instant.now().minusNanos(System.nanoTime());
    return boot::plusNanos;
  }
}
