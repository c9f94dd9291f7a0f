package org.skep.notebook.magic;

import org.jspecify.annotations.Nullable;

/** What a cell that begins with {@code %%name arguments} does. */
@FunctionalInterface
public interface CellMagic {
  /**
   * Runs on the thread of the cells.
   *
   * @param body the lines after the first, as they stand in the cell; line 1 of it is line {@code
   *     arguments.line() + 1} of the cell
   * @return the value of the cell, or null where there is nothing to show
   * @throws MagicException for the caller's own mistakes
   */
  @Nullable Object run(Arguments arguments, String body, MagicContext context) throws Exception;
}
