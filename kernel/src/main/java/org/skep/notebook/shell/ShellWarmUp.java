package org.skep.notebook.shell;

import java.util.List;
import java.util.function.Consumer;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;

/** Uses each part of a session once, as the first use is slow, and leaves no trace in it. */
final class ShellWarmUp {
  private ShellWarmUp() {}

  /** What there is to do, in steps, between which a cell may run. */
  static List<Consumer<ShellSession>> steps() {
    return List.of(
        session -> evaluate(session, "1 + 1"),
        session -> evaluate(session, "int warm$ = \"\";"),
        session -> evaluate(session, "int warm$(int n) { return n; }"),
        session -> evaluate(session, "new RuntimeException(\"\").getMessage();"),
        session -> {
          var _ = new JavaCompleter(session).complete("Math.ma", 7);
        },
        session -> {
          var _ = new Inspector(session).inspect("Math.max", 8);
        });
  }

  private static void evaluate(ShellSession session, String code) {
    for (Piece piece : Piece.cut(code, session.analysis)) {
      var source = new CellSource(0, code);
      for (SnippetEvent event : session.shell.eval(piece.source())) {
        Snippet snippet = event.snippet();
        var _ = Problems.of(source, piece, session.shell.diagnostics(snippet));
        var _ = new Traceback(session.classes).of(new IllegalStateException("warm"));
        if (session.shell.status(snippet).isActive()) {
          var _ = session.shell.drop(snippet);
        }
      }
      var _ = session.engine.takeOutcome();
    }
  }
}
