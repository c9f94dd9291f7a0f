package org.skep.notebook.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * A part of a cell that JShell takes at once: a snippet, or what is no snippet.
 *
 * @param start where it begins in the cell
 * @param source its text as JShell wants it, with a semicolon added where one is missing
 * @param completeness what JShell's parser says of it
 * @param insertions what of the text is not the cell's, in the order in which it was put in
 */
record Piece(int start, String source, Completeness completeness, List<Insertion> insertions) {
  private static final Pattern IMPORT =
      Pattern.compile(
          "(?s)(?:\\s|//[^\\n]*+\\n|/\\*.*?\\*/)*+(import\\s[^/;\"']*;)(?:\\s|//[^\\n]*+|/\\*.*?\\*/)*+");

  /**
   * What was put into a text.
   *
   * @param at where, in the text as it was before
   * @param length how many characters
   */
  record Insertion(int at, int length) {}

  Piece(int start, String source, Completeness completeness) {
    this(start, source, completeness, List.of());
  }

  /** Cuts a cell. Comments and blanks belong to what follows them. */
  static List<Piece> cut(String code, SourceCodeAnalysis analysis) {
    return cut(code, analysis, () -> false).orElseThrow();
  }

  /** Cuts a cell for a question about it; empty where that takes longer than the question may. */
  static Optional<List<Piece>> cut(String code, SourceCodeAnalysis analysis, Effort effort) {
    return cut(code, analysis, effort::isSpent);
  }

  private static Optional<List<Piece>> cut(
      String code, SourceCodeAnalysis analysis, BooleanSupplier isToEnd) {
    var pieces = new ArrayList<Piece>();
    String rest = code;
    int start = 0;
    while (!rest.isBlank()) {
      if (isToEnd.getAsBoolean()) {
        return Optional.empty();
      }
      CompletionInfo info = analysis.analyzeCompletion(rest);
      if (info.completeness() == Completeness.EMPTY) {
        break;
      }
      String source = info.source();
      if (source == null || !source.strip().equals(";")) {
        String text = source == null ? rest : onOneLine(source);
        pieces.add(new Piece(start, text, info.completeness()));
      }
      if (!info.completeness().isComplete()) {
        break;
      }
      String remaining = info.remaining();
      start += rest.length() - remaining.length();
      rest = remaining;
    }
    return Optional.of(pieces);
  }

  /**
   * An import without comments and line ends, of the same length; other text as it is. JShell puts
   * imports before the code of every snippet: a line end in one moves that code, which makes it
   * another class to JShell, and a variable loses its value with its class.
   */
  private static String onOneLine(String source) {
    Matcher statement = IMPORT.matcher(source);
    if (!statement.matches()) {
      return source;
    }
    return " ".repeat(statement.start(1))
        + statement.group(1).replaceAll("[\\n\\r\\t]", " ")
        + " ".repeat(source.length() - statement.end(1));
  }

  /** Whether the parser takes it for a whole snippet, or might if nothing followed. */
  boolean isComplete() {
    return completeness.isComplete() || completeness == Completeness.CONSIDERED_INCOMPLETE;
  }

  /** The piece with words put in that its author did not have to write. */
  Piece insert(int at, String words) {
    var all = new ArrayList<>(insertions);
    all.add(new Insertion(at, words.length()));
    String text = source.substring(0, at) + words + source.substring(at);
    return new Piece(start, text, completeness, List.copyOf(all));
  }

  /** Where a position of the source stands in the cell. */
  int inCell(int position) {
    int at = position;
    for (Insertion put : insertions.reversed()) {
      at = at <= put.at() ? at : Math.max(put.at(), at - put.length());
    }
    return start + at;
  }
}
