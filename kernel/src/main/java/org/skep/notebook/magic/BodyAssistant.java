package org.skep.notebook.magic;

import java.util.Optional;
import org.skep.notebook.display.MimeBundle;

/** Completes and explains what is typed in the body of a cell magic. */
public interface BodyAssistant {
  /**
   * What could stand at the cursor.
   *
   * @param argumentText the first line of the cell after the name, as it stands there
   * @param cursor in UTF-16 units, from the start of the body
   * @return positions count from the start of the body
   */
  ArgumentCompletions complete(String argumentText, String body, int cursor, MagicContext context)
      throws InterruptedException;

  /**
   * What stands at the cursor, explained.
   *
   * @param cursor in UTF-16 units, from the start of the body
   */
  default Optional<MimeBundle> inspect(
      String argumentText, String body, int cursor, MagicContext context)
      throws InterruptedException {
    return Optional.empty();
  }
}
