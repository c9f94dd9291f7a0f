package org.skep.bpf.base;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What an opening has taken so far. Closed before it is {@link #done}, it releases all of it, the
 * last first, whatever becomes of each. For one thread.
 */
public final class ResourceStack implements AutoCloseable {
  /** Releases something, without a checked exception. */
  @FunctionalInterface
  public interface Release extends AutoCloseable {
    @Override
    void close();
  }

  private final Deque<Release> taken = new ArrayDeque<>();

  /** Remembers how to release what was just taken. */
  public void add(Release release) {
    taken.push(release);
  }

  /** Leaves everything to its new owner. */
  public void done() {
    taken.clear();
  }

  /** Throws what the first release that fails throws, with those of later ones as suppressed. */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!taken.isEmpty()) {
      try {
        taken.pop().close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else if (!failure.equals(e)) {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
