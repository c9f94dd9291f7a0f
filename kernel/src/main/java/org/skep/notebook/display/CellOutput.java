package org.skep.notebook.display;

import org.jspecify.annotations.Nullable;

/** What a cell shows, and how it asks. Safe for use by many threads, also after the cell ended. */
public interface CellOutput {
  /**
   * Appends to the cell's standard output or error. Front ends understand ANSI colours in it.
   *
   * @param error whether it is standard error
   */
  void stream(boolean error, String text);

  /**
   * Shows a bundle below what the cell has shown so far.
   *
   * @param displayId where given, {@link #updateDisplay} can replace the bundle later
   */
  void display(MimeBundle bundle, @Nullable String displayId);

  /** Replaces every bundle shown under this id, in whatever cell it is. */
  void updateDisplay(MimeBundle bundle, String displayId);

  /**
   * Removes what the cell has shown so far.
   *
   * @param wait whether to remove it only when there is something new to show, which avoids flicker
   */
  void clear(boolean wait);

  /**
   * Asks the person in front of the notebook for a line and waits for it.
   *
   * @param password whether the front end should hide what is typed
   * @return the line, without its end
   * @throws InterruptedException when the cell is interrupted meanwhile
   * @throws IllegalStateException where the front end cannot be asked
   */
  String input(String prompt, boolean password) throws InterruptedException;
}
