package org.skep.notebook.magic;

import org.jspecify.annotations.Nullable;

/** What {@code %name arguments} does. */
@FunctionalInterface
public interface LineMagic {
  /**
   * Runs on the thread of the cells.
   *
   * @return the value of the magic, shown where it ends a cell and assigned where it stands after
   *     {@code =}; null where there is nothing to show
   * @throws MagicException for the caller's own mistakes
   */
  @Nullable Object run(Arguments arguments, MagicContext context) throws Exception;
}
