package org.skep.notebook.magic;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Calls code that a cell has made as part of the running cell, so that interrupting the cell stops
 * it: what a magic calls by itself is no code of the cell.
 */
public final class CellCalls {
  private static final Map<Long, Callable<?>> WAITING = new ConcurrentHashMap<>();
  private static final AtomicLong LAST = new AtomicLong();

  private CellCalls() {}

  /** Calls the code from within the cell and returns what it gives. */
  static @Nullable Object call(MagicContext context, Callable<?> code) throws Exception {
    long number = LAST.incrementAndGet();
    WAITING.put(number, code);
    try {
      return context.evaluate(CellCalls.class.getName() + ".take(" + number + "L)");
    } finally {
      WAITING.remove(number);
    }
  }

  /** For the line of Java that {@link #call} makes. */
  public static @Nullable Object take(long number) throws Exception {
    Callable<?> code = WAITING.remove(number);
    return code == null ? null : code.call();
  }
}
