package org.skep.bpf.events;

/**
 * How long events may gather until the next look: long enough that a look has many of them, as a
 * look alone costs as much as thousands of events, and short enough that the buffer does not fill
 * up if they suddenly come many times as fast. In nanoseconds.
 */
final class PollInterval {
  /** The time between two looks while there are no events, where none wakes. */
  static final long IDLE = 10_000_000;

  private static final long SHORTEST = 1_000_000;
  private static final long LONG = 20_000_000;
  private static final long LONGEST = 40_000_000;
  private static final double LOWEST = 0.01;
  private static final double LOW = 0.05;
  private static final double HIGH = 0.2;
  private static final double URGENT = 0.5;

  private long pause = SHORTEST;

  /** The time until the next look after one that found the buffer so full. */
  long after(double fill) {
    if (fill > HIGH) {
      pause = Math.max(SHORTEST, pause / 2);
    } else if (fill < LOW) {
      pause = Math.max(pause, Math.min(fill < LOWEST ? LONGEST : LONG, 2 * pause));
    }
    return fill > URGENT ? 0 : pause;
  }
}
