package org.skep.notebook.shell;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.Diag;
import jdk.jshell.PersistentSnippet;
import jdk.jshell.Snippet;
import org.jspecify.annotations.Nullable;

/**
 * Puts into a declaration what a source file would not need, but JShell does: it makes each type a
 * public member of a class of its own.
 *
 * <ul>
 *   <li>A record's own constructor must be as public as the record.
 *   <li>A sealed type must name those who extend it, as they stand in other classes.
 * </ul>
 */
final class Amendments {
  private static final Pattern CONCERNED = Pattern.compile("\\b(record|sealed)\\b");
  private static final Pattern ACCESS = Pattern.compile("(public|protected|private)\\b");
  private static final Pattern COMMENT = Pattern.compile("//[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);
  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|record|interface|enum)\\s+(\\w+)([^{]*)\\{");

  /** More than a declaration needs: each amendment is for one constructor or one type. */
  private static final int MOST = 20;

  private Amendments() {}

  /**
   * The piece as JShell takes it.
   *
   * @param cell all pieces of the cell
   */
  static Piece of(ShellSession session, Piece piece, List<Piece> cell) {
    if (!CONCERNED.matcher(piece.source()).find()) {
      return piece;
    }
    Piece amended = piece;
    for (int i = 0; i < MOST; i++) {
      Piece next = next(session, amended, cell);
      if (next == null) {
        break;
      }
      amended = next;
    }
    return amended;
  }

  private static @Nullable Piece next(ShellSession session, Piece piece, List<Piece> cell) {
    for (Snippet snippet : session.analysis.sourceToSnippets(piece.source())) {
      for (Diag diagnostic : session.shell.diagnostics(snippet).toList()) {
        Piece next =
            switch (diagnostic.getCode()) {
              case "compiler.err.invalid.canonical.constructor.in.record" ->
                  withPublic(piece, (int) diagnostic.getStartPosition());
              case "compiler.err.sealed.class.must.have.subclasses" ->
                  snippet instanceof PersistentSnippet type
                      ? withPermits(piece, type.name(), cell)
                      : null;
              default -> null;
            };
        if (next != null) {
          return next;
        }
      }
    }
    return null;
  }

  private static @Nullable Piece withPublic(Piece piece, int constructor) {
    if (constructor < 0 || ACCESS.matcher(piece.source().substring(constructor)).lookingAt()) {
      return null;
    }
    return piece.insert(constructor, "public ");
  }

  private static @Nullable Piece withPermits(Piece piece, String name, List<Piece> cell) {
    Matcher head =
        Pattern.compile("\\b(?:class|interface)\\s+" + name + "\\b[^{]*(?=\\{)")
            .matcher(piece.source());
    if (!head.find() || head.group().contains("permits")) {
      return null;
    }
    var extendsIt = Pattern.compile("\\b(extends|implements)\\b.*\\b" + name + "\\b");
    String permitted =
        cell.stream()
            .map(other -> TYPE.matcher(COMMENT.matcher(other.source()).replaceAll("")))
            .filter(Matcher::find)
            .filter(type -> extendsIt.matcher(type.group(2).replace('\n', ' ')).find())
            .map(type -> type.group(1))
            .distinct()
            .collect(Collectors.joining(", "));
    return permitted.isEmpty() ? null : piece.insert(head.end(), " permits " + permitted + " ");
  }
}
