package org.skep.notebook.shell;

/** Thrown by the woven checks into the code of a cell that is to stop. */
final class CellStopped extends Error {
  private static final long serialVersionUID = 1L;

  CellStopped() {
    super("the cell was interrupted", null, false, false);
  }
}
