package org.skep.notebook.shell;

import java.util.LinkedHashMap;
import java.util.Map;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.VarSnippet;

/**
 * The variables that lost their value in one cell because their type was declared anew, which
 * JShell does without a word. A variable that the cell declares again is none of them.
 */
final class LostVariables {
  /** The names, and whether the variable is still there. */
  private final Map<String, Boolean> lost = new LinkedHashMap<>();

  /** Looks at what became of a snippet because of another one. */
  void note(SnippetEvent event) {
    if (event.snippet() instanceof VarSnippet variable
        && event.causeSnippet() != null
        && event.causeSnippet().kind() == Snippet.Kind.TYPE_DECL
        && event.previousStatus().isActive()
        && (event.isSignatureChange() || !event.status().isActive())) {
      lost.put(variable.name(), event.status().isActive());
    }
  }

  /** A variable had to be dropped for its type to be declared. */
  void gone(VarSnippet variable) {
    lost.put(variable.name(), false);
  }

  /** The cell declares a snippet itself. */
  void forget(Snippet snippet) {
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
  }
}
