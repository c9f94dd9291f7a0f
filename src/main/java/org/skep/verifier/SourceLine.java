package org.skep.verifier;

/**
 * A line of the program's text, as the verifier's log names it.
 *
 * @param file the name of the cell or file; empty where the log does not say, as before Linux 6.8
 * @param line from 1; 0 where neither the log nor the text tells
 * @param text the line, without the blanks around it
 */
public record SourceLine(String file, int line, String text) {
  /** {@code opens:8: *value += 1;}. */
  @Override
  public String toString() {
    return (file.isEmpty() ? "" : file + ":") + (line > 0 ? line + ": " : "") + text;
  }
}
