package org.skep.notebook.wire;

import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a cell may send. It remains valid when the cell has ended: what a thread of the cell sends
 * later appears under the same cell. All methods may be called from any thread and keep the order
 * of the calls. Of a silent cell, only {@link #input} does anything.
 *
 * <p>The methods that send wait while the front end is far behind, so that a cell which prints in a
 * loop cannot fill the memory; an interrupt ends the wait (and stays set), nothing is lost.
 */
public interface CellChannel {

  /** Where a stream's text belongs. */
  enum Stream {
    /** Ordinary output. */
    STDOUT,
    /** Errors and warnings. */
    STDERR
  }

  /** Sends output; texts that follow each other closely travel in one message. */
  void stream(Stream stream, String text);

  /**
   * Shows something.
   *
   * @param displayId a name by which {@link #updateDisplay} can replace it, or null
   */
  void display(MimeData content, @Nullable String displayId);

  /** Replaces what was shown under {@code displayId}, in every place. */
  void updateDisplay(MimeData content, String displayId);

  /**
   * Removes what the cell has shown.
   *
   * @param wait whether to wait with it until the next output, which avoids flicker
   */
  void clearOutput(boolean wait);

  /** Shows the value of the cell. */
  void executeResult(MimeData content);

  /**
   * Adds an instruction to the front end that takes effect when the cell has ended, such as {@code
   * {"source": "set_next_input", "text": ...}} or {@code {"source": "page", "data": ...}}.
   */
  void addPayload(JsonObject payload);

  /**
   * Asks the user for a line.
   *
   * @param password whether what is typed must not be seen
   * @throws InterruptedException if the thread was interrupted; the next call works again
   * @throws IllegalStateException if the front end does not allow this cell to ask
   */
  String input(String prompt, boolean password) throws InterruptedException;
}
