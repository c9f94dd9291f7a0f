package org.skep.notebook.shell;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import jdk.jshell.Diag;
import jdk.jshell.ErroneousSnippet;
import jdk.jshell.ImportSnippet;
import jdk.jshell.PersistentSnippet;
import jdk.jshell.Snippet;

/**
 * The errors of what stands behind a rejected piece of a cell and is not run for it, so that a cell
 * with three errors says three. Left out is what may only follow from the rejection: pieces that
 * use a name which the pieces not run would have declared, and unknown names behind what may
 * declare any number of them.
 */
final class LaterErrors {
  /** Besides imports: magics, which may load what others declare. */
  private static final Pattern MAGIC = Pattern.compile("(?i)(line|cell)magic\\s*\\(");

  private final ShellSession session;
  private final CellSource cell;

  LaterErrors(ShellSession session, CellSource cell) {
    this.session = session;
    this.cell = cell;
  }

  /**
   * @param rejected the piece that was rejected
   * @param later the pieces behind it that have not been evaluated
   */
  List<Problem> of(Piece rejected, List<Piece> later) {
    Set<String> undeclared = new HashSet<>();
    List<Snippet> first = session.analysis.sourceToSnippets(rejected.source());
    noteNames(first, undeclared);
    boolean anyName = maySupplyAnyName(rejected, first);
    var problems = new ArrayList<Problem>();
    for (Piece piece : later) {
      List<Snippet> snippets = session.analysis.sourceToSnippets(piece.source());
      if (undeclared.stream().noneMatch(name -> mentions(piece.source(), name))) {
        boolean withNames = !anyName;
        for (Snippet snippet : snippets) {
          problems.addAll(
              Problems.of(
                  cell,
                  piece,
                  session
                      .shell
                      .diagnostics(snippet)
                      .filter(d -> withNames || !isAboutAnUnknownName(d))));
        }
      }
      noteNames(snippets, undeclared);
      anyName |= maySupplyAnyName(piece, snippets);
    }
    return problems;
  }

  private static boolean maySupplyAnyName(Piece piece, List<Snippet> snippets) {
    return snippets.stream().anyMatch(LaterErrors::mayDeclare)
        || MAGIC.matcher(piece.source()).find();
  }

  /** An import, or what may be meant as a declaration and cannot be read as one. */
  private static boolean mayDeclare(Snippet snippet) {
    return switch (snippet) {
      case ImportSnippet _ -> true;
      case ErroneousSnippet wrong ->
          wrong.probableKind() != Snippet.Kind.EXPRESSION
              && wrong.probableKind() != Snippet.Kind.STATEMENT;
      default -> false;
    };
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

  static boolean mentions(String source, String name) {
    return Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(source).find();
  }
}
