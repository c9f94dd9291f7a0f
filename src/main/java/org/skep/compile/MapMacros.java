package org.skep.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.compile.CSource.Kind;
import org.skep.compile.CSource.Piece;

/**
 * Replaces a macro of the text that stands as the initialiser of an old map by what it means, and
 * rewrites macros that define whole maps.
 */
final class MapMacros {
  private static final Pattern DEFINE =
      Pattern.compile("#\\s*define\\s+(\\w+)(\\([^)]*\\))?\\s*(.*)", Pattern.DOTALL);

  /**
   * A macro.
   *
   * @param parameters their names; empty where it has none
   */
  private record Macro(List<String> parameters, String body) {}

  private MapMacros() {}

  /** The text, with as many lines, and macros that define old maps defining new ones. */
  static OldMaps.Rewritten definitions(String text) {
    var result = new StringBuilder();
    var names = new ArrayList<String>();
    int done = 0;
    for (Piece piece : CSource.pieces(text)) {
      if (piece.kind() != Kind.DIRECTIVE) {
        continue;
      }
      var define = DEFINE.matcher(piece.text().replaceAll("\\\\\\r?\\n", " "));
      if (define.matches() && define.group(3).contains("maps")) {
        var rewritten = OldMaps.rewriteBody(define.group(3).strip().replaceAll(";$", ""), text);
        if (rewritten.isPresent()) {
          String head = define.group(1) + (define.group(2) == null ? "" : define.group(2));
          String end = define.group(3).strip().endsWith(";") ? ";" : "";
          result.append(text, done, piece.start());
          result.append("#define " + head + " " + rewritten.get().text() + end);
          result.append("\n".repeat((int) piece.text().chars().filter(c -> c == '\n').count()));
          names.add(define.group(1));
          done = piece.end();
        }
      }
    }
    return new OldMaps.Rewritten(result.append(text.substring(done)).toString(), names);
  }

  /** The text, with as many lines, and such initialisers written out. */
  static String expand(String text) {
    List<Piece> pieces =
        CSource.pieces(text).stream().filter(p -> p.kind() != Kind.COMMENT).toList();
    var macros = macros(pieces);
    if (macros.isEmpty()) {
      return text;
    }
    var result = new StringBuilder();
    int done = 0;
    for (int i = 0; i < pieces.size(); i++) {
      if (pieces.get(i).kind() == Kind.STRING && pieces.get(i).unquoted().matches("maps(/.*)?")) {
        int use = initialiser(pieces, i);
        var macro = use < 0 ? null : macros.get(pieces.get(use).text());
        if (macro != null) {
          int end = macro.parameters().isEmpty() ? use : closing(pieces, use + 1);
          int from = pieces.get(use).start();
          int to = pieces.get(end).end();
          result.append(text, done, from);
          result.append(
              body(
                  macro,
                  macro.parameters().isEmpty()
                      ? List.of()
                      : arguments(text, pieces, use + 1, end)));
          result.append(
              "\n".repeat((int) text.substring(from, to).chars().filter(c -> c == '\n').count()));
          done = to;
          i = end;
        }
      }
    }
    return result.append(text.substring(done)).toString();
  }

  /** Those whose body is an initialiser. */
  private static Map<String, Macro> macros(List<Piece> pieces) {
    var macros = new HashMap<String, Macro>();
    for (Piece piece : pieces) {
      if (piece.kind() == Kind.DIRECTIVE) {
        var define = DEFINE.matcher(piece.text().replaceAll("\\\\\\r?\\n", " "));
        if (define.matches() && define.group(3).startsWith("{")) {
          var parameters = new ArrayList<String>();
          if (define.group(2) != null) {
            for (String each : define.group(2).replaceAll("[()]", "").split(",")) {
              parameters.add(each.strip());
            }
          }
          macros.put(define.group(1), new Macro(parameters, define.group(3)));
        }
      }
    }
    return macros;
  }

  /**
   * The word behind the equals sign of the definition that names this section; -1 if there is none.
   */
  private static int initialiser(List<Piece> pieces, int section) {
    for (int i = section; i + 1 < pieces.size() && !pieces.get(i).is(";"); i++) {
      if (pieces.get(i).is("=")) {
        return pieces.get(i + 1).kind() == Kind.WORD ? i + 1 : -1;
      }
    }
    return -1;
  }

  private static int closing(List<Piece> pieces, int open) {
    int depth = 0;
    for (int i = open; i < pieces.size(); i++) {
      if (pieces.get(i).is("(")) {
        depth++;
      } else if (pieces.get(i).is(")") && --depth == 0) {
        return i;
      }
    }
    return pieces.size() - 1;
  }

  private static List<String> arguments(String text, List<Piece> pieces, int open, int close) {
    var arguments = new ArrayList<String>();
    int depth = 0;
    int begun = pieces.get(open).end();
    for (int i = open + 1; i <= close; i++) {
      var piece = pieces.get(i);
      if (depth == 0 && (piece.is(",") || i == close)) {
        arguments.add(text.substring(begun, piece.start()).strip());
        begun = piece.end();
      }
      depth += piece.is("(") ? 1 : piece.is(")") ? -1 : 0;
    }
    return arguments;
  }

  private static String body(Macro macro, List<String> arguments) {
    var body = macro.body();
    for (int i = 0; i < Math.min(arguments.size(), macro.parameters().size()); i++) {
      // A member may have the name of a parameter: only the value is replaced.
      body =
          body.replaceAll(
              "(?<![.\\w])" + Pattern.quote(macro.parameters().get(i)) + "\\b",
              Matcher.quoteReplacement(arguments.get(i)));
    }
    return body;
  }
}
