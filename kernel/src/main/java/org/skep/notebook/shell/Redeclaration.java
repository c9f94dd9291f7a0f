package org.skep.notebook.shell;

import java.util.List;
import java.util.regex.Pattern;
import jdk.jshell.Diag;
import jdk.jshell.PersistentSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.VarSnippet;
import org.jspecify.annotations.Nullable;

/**
 * Looks at declarations of a name that is taken, before JShell does: JShell drops the old one even
 * where it rejects the new one, and a mistyped line would cost the variable that it was to replace.
 */
final class Redeclaration {
  private Redeclaration() {}

  /** The first snippet of the piece that declares a taken name and would be rejected, or null. */
  static @Nullable Snippet rejected(ShellSession session, Piece piece) {
    boolean likely =
        session
            .shell
            .snippets()
            .filter(s -> session.shell.status(s).isActive())
            .anyMatch(s -> s instanceof PersistentSnippet old && declares(piece, old.name()));
    if (!likely) {
      return null;
    }
    List<Snippet> snippets = session.analysis.sourceToSnippets(piece.source());
    return snippets.stream().filter(s -> wouldBeRejected(session, s)).findFirst().orElse(null);
  }

  /** Whether it may, by a word before the name: a look at the text, as most pieces need no more. */
  private static boolean declares(Piece piece, String name) {
    return piece.source().contains(name)
        && Pattern.compile("[\\w$>\\]]\\s+" + Pattern.quote(name) + "\\b")
            .matcher(piece.source())
            .find();
  }

  private static boolean wouldBeRejected(ShellSession session, Snippet snippet) {
    var errors = session.shell.diagnostics(snippet).filter(d -> d.isError());
    return switch (snippet) {
      case VarSnippet _ -> errors.findAny().isPresent();
      default ->
          errors.anyMatch(d -> !LaterErrors.isAboutAnUnknownName(d) && !isAboutOldSubtypes(d));
    };
  }

  /**
   * A sealed type names types that still extend its old self: JShell compiles them anew with it.
   */
  private static boolean isAboutOldSubtypes(Diag diagnostic) {
    return switch (diagnostic.getCode()) {
      case "compiler.err.invalid.permits.clause", "compiler.err.cant.inherit.from.sealed" -> true;
      default -> false;
    };
  }
}
