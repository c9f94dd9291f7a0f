package org.skep.table;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;

/**
 * The clock that programs of the running Linux read, as the time of day. Java's own nanoseconds are
 * those of the same clock; time in which the machine slept does not count.
 */
public final class BootClock {
  /** By less the two clocks seem to move between two looks at them. */
  private static final long SAME_NANOS = 1_000_000;

  private static final AtomicReference<Instant> BOOT = new AtomicReference<>(Instant.EPOCH);

  private BootClock() {}

  /**
   * How nanoseconds of that clock become a time, by what both clocks say now. As long as the time
   * of day is not set again, each look gives the same: a moment that is read twice is one time, and
   * two moments are as far apart as their nanoseconds.
   */
  public static LongFunction<Instant> now() {
    Instant looked = Instant.now().minusNanos(System.nanoTime());
    Instant boot =
        BOOT.updateAndGet(
            known -> known.until(looked).abs().toNanos() < SAME_NANOS ? known : looked);
    return boot::plusNanos;
  }
}
