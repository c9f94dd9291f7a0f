package org.skep.notebook.shell;

/**
 * A compile error, at its place in the cell.
 *
 * @param line the line of the cell, from 1
 * @param column the first column marked, from 1, in UTF-16 units
 * @param length the number of columns marked on that line, at least 1
 * @param sourceLine the whole line of the cell
 * @param message what is wrong, in javac's words; may have several lines
 */
public record Problem(int line, int column, int length, String sourceLine, String message) {

  /** The caret line that belongs below {@link #sourceLine()}: blanks, then {@code ^}. */
  public String carets() {
    var text = new StringBuilder();
    for (int i = 0; i < column - 1; i++) {
      text.append(i < sourceLine.length() && sourceLine.charAt(i) == '\t' ? '\t' : ' ');
    }
    return text.append("^".repeat(length)).toString();
  }

  /** Place, message, source line and carets, as {@code Cell In[3], line 4: ...}. */
  public String describe(int executionCount) {
    return "Cell In["
        + executionCount
        + "], line "
        + line
        + ": "
        + message
        + "\n    "
        + sourceLine
        + "\n    "
        + carets();
  }
}
