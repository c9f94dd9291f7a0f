package org.skep.notebook.wire;

import org.jspecify.annotations.Nullable;

/** Where the kernel reports what no cell is to blame for, such as a message it had to drop. */
@FunctionalInterface
public interface Log {

  /**
   * Reports an event; never throws.
   *
   * @param what one line
   * @param why its cause, or null
   */
  void report(String what, @Nullable Throwable why);
}
