package org.skep.notebook.shell;

import java.util.List;
import java.util.Optional;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;
import org.skep.notebook.shell.SourceCompleteness.Status;

/** Tells once whether a text could be run, by JShell's parser and then by javac's. */
final class CompletenessCheck {
  private static final String STEP = "    ";

  private static final SourceCompleteness UNKNOWN = new SourceCompleteness(Status.UNKNOWN, "");

  private final ShellSession session;
  private final Effort effort = new Effort();

  CompletenessCheck(ShellSession session) {
    this.session = session;
  }

  /** The answer for a text. */
  SourceCompleteness check(String code) {
    Optional<List<Piece>> cut = Piece.cut(code, session.analysis, effort);
    if (cut.isEmpty()) {
      return UNKNOWN;
    }
    List<Piece> pieces = cut.get();
    // one parse of all tells which are worth one of their own
    List<Piece> suspects = pieces.size() > 1 ? SyntaxCheck.suspects(pieces) : pieces;
    for (Piece piece : pieces) {
      if (effort.isSpent()) {
        return UNKNOWN;
      }
      switch (piece.completeness()) {
        case DEFINITELY_INCOMPLETE -> {
          return new SourceCompleteness(Status.INCOMPLETE, indent(code));
        }
        case CONSIDERED_INCOMPLETE -> {
          return isClosedByBlankLine(code)
              ? new SourceCompleteness(Status.COMPLETE, "")
              : new SourceCompleteness(Status.INCOMPLETE, indent(code));
        }
        case UNKNOWN -> {
          return new SourceCompleteness(isWrong(piece) ? Status.INVALID : Status.UNKNOWN, "");
        }
        case COMPLETE, COMPLETE_WITH_SEMI, EMPTY -> {
          if (suspects.contains(piece) && isWrong(piece)) {
            return new SourceCompleteness(Status.INVALID, "");
          }
        }
      }
    }
    boolean isOpenComment =
        session.analysis.analyzeCompletion(code).completeness()
            == SourceCodeAnalysis.Completeness.DEFINITELY_INCOMPLETE;
    return isOpenComment
        ? new SourceCompleteness(Status.INCOMPLETE, "")
        : new SourceCompleteness(Status.COMPLETE, "");
  }

  private boolean isWrong(Piece piece) {
    for (Snippet snippet : session.analysis.sourceToSnippets(piece.source())) {
      if (session.shell.diagnostics(snippet).anyMatch(SyntaxCheck::isSyntax)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isClosedByBlankLine(String code) {
    int end = code.lastIndexOf('\n');
    return end >= 0 && code.substring(end).isBlank();
  }

  /** That of the last line with text, and a step more where that line opens something. */
  private static String indent(String code) {
    String last = code.lines().filter(line -> !line.isBlank()).reduce("", (a, b) -> b);
    String own = last.substring(0, last.length() - last.stripLeading().length());
    String text = last.strip();
    boolean opens =
        text.endsWith("{")
            || text.endsWith("(")
            || text.endsWith("[")
            || text.endsWith("->")
            || text.endsWith(":");
    return opens ? own + STEP : own;
  }
}
