package org.skep.notebook;

import org.skep.notebook.display.CurrentCell;
import org.skep.notebook.wire.Comms;

/** What a cell can reach of its notebook beside the functions that it calls by name. */
public interface Notebook {

  /**
   * Returns the notebook of the calling thread's cell.
   *
   * @throws IllegalStateException outside of any cell
   */
  static Notebook current() {
    return CurrentCell.notebook(Notebook.class)
        .orElseThrow(() -> new IllegalStateException("no notebook runs here"));
  }

  /** Returns the conversations with code in the page, for widgets. */
  Comms comms();
}
