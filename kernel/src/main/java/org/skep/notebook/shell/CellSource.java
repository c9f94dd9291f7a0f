package org.skep.notebook.shell;

import java.util.List;

/**
 * The text of a cell, by lines.
 *
 * @param executionCount by which traces name it, 0 for what stands before all cells
 * @param code the whole text
 * @param lines its lines
 */
record CellSource(int executionCount, String code, List<String> lines) {

  CellSource(int executionCount, String code) {
    this(executionCount, code, code.lines().toList());
  }

  /** The line, from 1, of an offset in UTF-16 units. */
  int lineAt(int offset) {
    int line = 1;
    int end = Math.min(offset, code.length());
    for (int i = 0; i < end; i++) {
      if (code.charAt(i) == '\n') {
        line++;
      }
    }
    return line;
  }

  /** The offset at which the line of an offset begins. */
  int lineStart(int offset) {
    return code.lastIndexOf('\n', Math.min(offset, code.length()) - 1) + 1;
  }

  /** A line, from 1, or an empty text where there is none. */
  String line(int number) {
    return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
  }
}
