package org.skep.bpf;

import java.time.Duration;

/**
 * How long events may gather until the next look: long enough that a look has many of them, short
 * enough that the buffer does not fill up.
 */
final class Pace {
  private static final Duration LONGEST = Duration.ofMillis(20);
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final double LOW = 0.05;
  private static final double HIGH = 0.2;
  private static final double URGENT = 0.5;

  private Duration pause = LONGEST;

  /** The longest time between two looks, also where no event wakes. */
  static Duration longest() {
    return LONGEST;
  }

  /** The time until the next look after one that found the buffer so full. */
  Duration after(double fill) {
    if (fill > HIGH) {
      pause = pause.dividedBy(2).compareTo(SHORTEST) < 0 ? SHORTEST : pause.dividedBy(2);
    } else if (fill < LOW) {
      pause = pause.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : pause.multipliedBy(2);
    }
    return fill > URGENT ? Duration.ZERO : pause;
  }
}
