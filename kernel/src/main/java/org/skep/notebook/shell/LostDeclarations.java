package org.skep.notebook.shell;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.VarSnippet;

/**
 * What earlier cells declared and one cell took away by declaring something anew, which JShell does
 * without a word: variables that lost their value as their type was declared again, and types and
 * methods that do not fit what they use any more. What the cell declares again is none of them.
 */
final class LostDeclarations {
  /** The names, and whether the variable is still there. */
  private final Map<String, Boolean> lost = new LinkedHashMap<>();

  /** Types and methods that are not defined any more, and why, by their identifiers in JShell. */
  private final Map<String, String> misfits = new LinkedHashMap<>();

  /** Looks at what became of a snippet because of another one. */
  void note(JShell shell, SnippetEvent event) {
    if (event.causeSnippet() == null || !event.previousStatus().isActive()) {
      return;
    }
    boolean isThere = event.status().isDefined();
    switch (event.snippet()) {
      case VarSnippet variable
          when event.causeSnippet().kind() == Snippet.Kind.TYPE_DECL
              && (event.isSignatureChange() || !isThere) ->
          lost.put(variable.name(), isThere);
      case VarSnippet _ -> {}
      case DeclarationSnippet declared when isThere || !event.status().isActive() ->
          misfits.remove(declared.id());
      case DeclarationSnippet declared ->
          misfits.put(
              declared.id(),
              "'" + declared.name() + "' cannot be used: " + misfit(shell, declared));
      default -> {}
    }
  }

  /** Why a declaration cannot be compiled. */
  static String misfit(JShell shell, DeclarationSnippet snippet) {
    String missing = shell.unresolvedDependencies(snippet).collect(Collectors.joining(", "));
    return missing.isEmpty()
        ? "it does not fit what was declared since"
            + shell
                .diagnostics(snippet)
                .filter(Diag::isError)
                .findFirst()
                .map(d -> ": " + d.getMessage(Locale.getDefault()))
                .orElse("")
        : "it uses what is not declared: " + missing;
  }

  /** A variable had to be dropped for its type to be declared. */
  void gone(VarSnippet variable) {
    lost.put(variable.name(), false);
  }

  /** The cell declares a snippet itself. */
  void forget(Snippet snippet) {
    misfits.remove(snippet.id());
    if (snippet instanceof VarSnippet variable) {
      lost.remove(variable.name());
    }
  }

  /** Says so where the cell says other things. */
  void tell() {
    lost.forEach(
        (name, isThere) ->
            System.err.println(
                "note: variable '"
                    + name
                    + (isThere ? "' is empty again" : "' is gone")
                    + ", as its type was declared again"));
    misfits.values().forEach(why -> System.err.println("note: " + why));
  }
}
