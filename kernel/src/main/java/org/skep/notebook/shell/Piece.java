package org.skep.notebook.shell;

import java.util.ArrayList;
import java.util.List;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * A part of a cell that JShell takes at once: a snippet, or what is no snippet.
 *
 * @param start where it begins in the cell
 * @param source its text as JShell wants it, with a semicolon added where one is missing
 * @param completeness what JShell's parser says of it
 */
record Piece(int start, String source, Completeness completeness) {

  /** Cuts a cell. Comments and blanks belong to what follows them. */
  static List<Piece> cut(String code, SourceCodeAnalysis analysis) {
    var pieces = new ArrayList<Piece>();
    String rest = code;
    int start = 0;
    while (!rest.isBlank()) {
      CompletionInfo info = analysis.analyzeCompletion(rest);
      if (info.completeness() == Completeness.EMPTY) {
        break;
      }
      String source = info.source();
      if (source == null || !source.strip().equals(";")) {
        pieces.add(new Piece(start, source == null ? rest : source, info.completeness()));
      }
      if (!info.completeness().isComplete()) {
        break;
      }
      String remaining = info.remaining();
      start += rest.length() - remaining.length();
      rest = remaining;
    }
    return pieces;
  }

  /** Whether the parser takes it for a whole snippet, or might if nothing followed. */
  boolean isComplete() {
    return completeness.isComplete() || completeness == Completeness.CONSIDERED_INCOMPLETE;
  }
}
