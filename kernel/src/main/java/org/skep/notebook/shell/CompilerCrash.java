package org.skep.notebook.shell;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.MethodSnippet;
import jdk.jshell.PersistentSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.TypeDeclSnippet;
import jdk.jshell.VarSnippet;

/**
 * What to do where javac crashes on a declaration: it does so where it compiles a type together
 * with what was made for an older type of that name. So that is put away: first variables, which
 * lose their values by such a declaration anyway, then what else names the type, which is declared
 * again behind it. Of one piece of a cell.
 */
final class CompilerCrash {
  private final ShellSession now;
  private final LostDeclarations lost;

  /** The types that there were before the piece, by their names. */
  private final Map<String, String> before;

  private final List<Snippet> aside = new ArrayList<>();
  private boolean variablesGone;
  private boolean othersGone;

  CompilerCrash(ShellSession now, LostDeclarations lost) {
    this.now = now;
    this.lost = lost;
    this.before =
        now.shell
            .types()
            .collect(Collectors.toMap(TypeDeclSnippet::name, Snippet::source, (a, b) -> b));
  }

  /**
   * Puts away what may be in javac's way.
   *
   * @return whether there was anything, and the piece is worth another attempt
   */
  boolean makeWay(Piece piece) {
    Set<String> types = declared(piece);
    if (!variablesGone) {
      variablesGone = true;
      List<VarSnippet> variables =
          now.shell
              .variables()
              .filter(v -> types.stream().anyMatch(t -> LaterErrors.mentions(v.typeName(), t)))
              .toList();
      variables.forEach(this::drop);
      if (!variables.isEmpty()) {
        return true;
      }
    }
    if (othersGone) {
      return false;
    }
    othersGone = true;
    List<PersistentSnippet> others = naming(types);
    for (PersistentSnippet other : others) {
      if (!(other instanceof VarSnippet)) {
        aside.add(other);
      }
      drop(other);
    }
    return !others.isEmpty();
  }

  private Set<String> declared(Piece piece) {
    return now.analysis.sourceToSnippets(piece.source()).stream()
        .filter(s -> s instanceof TypeDeclSnippet)
        .map(s -> ((TypeDeclSnippet) s).name())
        .collect(Collectors.toSet());
  }

  /** What names these types, or what names them, in the order in which it was declared. */
  private List<PersistentSnippet> naming(Set<String> types) {
    Set<String> names = new LinkedHashSet<>(types);
    Set<PersistentSnippet> found = new LinkedHashSet<>();
    List<PersistentSnippet> all =
        Stream.of(now.shell.types(), now.shell.methods(), now.shell.variables())
            .flatMap(s -> s)
            .map(s -> (PersistentSnippet) s)
            .filter(s -> !types.contains(s.name()))
            .toList();
    int size = -1;
    while (size < found.size()) {
      size = found.size();
      for (PersistentSnippet snippet : all) {
        if (names.stream().anyMatch(n -> LaterErrors.mentions(snippet.source(), n))) {
          found.add(snippet);
          names.add(snippet.name());
        }
      }
    }
    return all.stream().filter(found::contains).toList();
  }

  private void drop(PersistentSnippet snippet) {
    now.shell.drop(snippet).forEach(e -> lost.note(now.shell, e));
    if (snippet instanceof VarSnippet variable) {
      lost.gone(variable);
      now.classes.forget(variable);
    }
  }

  /** Declares again what was put away, as far as it fits. */
  void restoreOthers() {
    for (Snippet old : aside) {
      for (SnippetEvent event : CompilerErrors.hear(() -> now.shell.eval(old.source())).value()) {
        if (event.causeSnippet() == null && event.status().isActive()) {
          now.classes.move(old, event.snippet());
        } else if (event.causeSnippet() == null && old instanceof PersistentSnippet named) {
          System.err.println(
              "note: "
                  + (old instanceof MethodSnippet ? "method '" : "type '")
                  + named.name()
                  + "' is gone, as it does not fit what was declared again");
        }
      }
      var _ = now.engine.takeOutcome();
    }
    aside.clear();
  }

  /**
   * Goes back to the types that there were.
   *
   * @return what to say of the piece
   */
  String giveUp(Piece piece, String exception) {
    Set<String> types = declared(piece);
    now.shell
        .types()
        .filter(t -> types.contains(t.name()))
        .toList()
        .forEach(t -> now.shell.drop(t).forEach(e -> lost.note(now.shell, e)));
    List<String> kept = new ArrayList<>();
    for (String type : types) {
      String old = before.get(type);
      if (old != null && CompilerErrors.hear(() -> now.shell.eval(old)).crash().isEmpty()) {
        kept.add("'" + type + "'");
      }
      var _ = now.engine.takeOutcome();
    }
    restoreOthers();
    return "javac "
        + Runtime.version().feature()
        + " crashed on this, which is a fault of javac: "
        + exception
        + (kept.isEmpty()
            ? " (write it in another way)"
            : "; " + String.join(", ", kept) + " stays as it was (use another name, or %reset)");
  }
}
