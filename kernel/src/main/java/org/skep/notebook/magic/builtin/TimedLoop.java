package org.skep.notebook.magic.builtin;

import org.jspecify.annotations.Nullable;

/**
 * A loop around code whose time is taken. It is compiled together with the code, so that no call
 * stands between them. What the code gives goes through {@code keep}, and each turn asks {@link
 * #goesOn}: so the JVM can neither leave the code out nor move it out of the loop.
 */
@FunctionalInterface
public interface TimedLoop {
  /** Runs the code so many times. */
  void run(long count) throws Exception;

  /** Whether to take another turn. */
  static boolean goesOn() {
    return Sink.open;
  }

  static void keep(long value) {
    if (value == Sink.one && value == Sink.two) {
      Sink.object = value;
    }
  }

  static void keep(double value) {
    keep(Double.doubleToRawLongBits(value));
  }

  static void keep(boolean value) {
    keep(value ? 5L : 6L);
  }

  @SuppressWarnings("ReferenceEquality") // an equals of the value's would be timed as well
  static void keep(@Nullable Object value) {
    if (value == Sink.object) {
      Sink.object = new Object();
    }
  }

  /** Volatile, so that each read counts; the two numbers differ, which the JVM cannot know. */
  final class Sink {
    static volatile boolean open = true;
    static volatile long one = 0x5eed;
    static volatile long two = 0x5eee;
    static volatile @Nullable Object object = new Object();

    private Sink() {}
  }
}
