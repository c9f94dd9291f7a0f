package org.skep.notebook.shell;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import jdk.jshell.Diag;

/** JShell's diagnostics, moved from their snippet to their place in the cell. */
final class Problems {
  private Problems() {}

  /** The errors among the diagnostics, in the order of the text. */
  static List<Problem> of(CellSource cell, Piece piece, Stream<Diag> diagnostics) {
    return diagnostics
        .filter(Diag::isError)
        .map(d -> problem(cell, piece, d))
        .distinct()
        .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
        .toList();
  }

  private static Problem problem(CellSource cell, Piece piece, Diag diagnostic) {
    long from = diagnostic.getPosition();
    long to = diagnostic.getEndPosition();
    if (diagnostic.getStartPosition() >= 0 && isOneLine(cell, piece, diagnostic)) {
      from = diagnostic.getStartPosition();
    }
    if (from < 0 || from > piece.source().length()) { // in what JShell wrote around the snippet
      from = firstText(piece);
      to = from;
    }
    return at(
        cell,
        piece.inCell((int) from),
        piece.inCell((int) Math.max(from, to)),
        message(diagnostic));
  }

  private static boolean isOneLine(CellSource cell, Piece piece, Diag diagnostic) {
    return cell.lineAt(piece.inCell((int) diagnostic.getStartPosition()))
        == cell.lineAt(piece.inCell((int) diagnostic.getPosition()));
  }

  /** A problem at the given offsets of the cell. */
  static Problem at(CellSource cell, int from, int to, String message) {
    int begin = Math.clamp(from, 0, cell.code().length());
    int line = cell.lineAt(begin);
    int lineStart = cell.lineStart(begin);
    String text = cell.line(line);
    int column = begin - lineStart;
    int length = Math.max(1, Math.min(to - begin, text.length() - column));
    return new Problem(line, column + 1, length, text, message);
  }

  /** Where the piece's own text begins, behind blanks and line ends. */
  static int firstText(Piece piece) {
    int i = 0;
    while (i < piece.source().length() && Character.isWhitespace(piece.source().charAt(i))) {
      i++;
    }
    return i;
  }

  /** javac's words, without the lines that name JShell's own wrapper. */
  private static String message(Diag diagnostic) {
    return diagnostic
        .getMessage(Locale.getDefault())
        .lines()
        .map(String::stripTrailing)
        .filter(line -> !line.strip().equals("location: class"))
        .reduce((a, b) -> a + "\n" + b)
        .orElse("");
  }
}
