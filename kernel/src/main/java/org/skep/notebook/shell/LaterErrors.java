package org.skep.notebook.shell;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import jdk.jshell.Diag;
import jdk.jshell.PersistentSnippet;
import jdk.jshell.Snippet;

/**
 * The errors of what stands behind a rejected piece of a cell and is not run for it, so that a cell
 * with three errors says three. Left out is what may only follow from the rejection: names that
 * nobody declared, and pieces that use a name which the pieces not run would have declared.
 */
final class LaterErrors {
  private final Session session;
  private final CellSource cell;

  LaterErrors(Session session, CellSource cell) {
    this.session = session;
    this.cell = cell;
  }

  /**
   * @param rejected the piece that was rejected
   * @param later the pieces behind it that have not been evaluated
   */
  List<Problem> of(Piece rejected, List<Piece> later) {
    Set<String> undeclared = new HashSet<>();
    noteNames(session.analysis.sourceToSnippets(rejected.source()), undeclared);
    var problems = new ArrayList<Problem>();
    for (Piece piece : later) {
      List<Snippet> snippets = session.analysis.sourceToSnippets(piece.source());
      if (undeclared.stream().noneMatch(name -> mentions(piece.source(), name))) {
        for (Snippet snippet : snippets) {
          problems.addAll(
              Problems.of(
                  cell,
                  piece,
                  session.shell.diagnostics(snippet).filter(d -> !isAboutAnUnknownName(d))));
        }
      }
      noteNames(snippets, undeclared);
    }
    return problems;
  }

  static boolean isAboutAnUnknownName(Diag diagnostic) {
    return diagnostic.getCode().startsWith("compiler.err.cant.resolve");
  }

  private static void noteNames(List<Snippet> snippets, Set<String> names) {
    for (Snippet snippet : snippets) {
      if (snippet instanceof PersistentSnippet named) {
        names.add(named.name());
      }
    }
  }

  private static boolean mentions(String source, String name) {
    return Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(source).find();
  }
}
