package org.skep.compile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.skep.compile.CSource.Kind;
import org.skep.compile.CSource.Piece;

/**
 * Constants of the installed headers of Linux ({@code ETH_P_IP}, {@code TC_ACT_OK}, {@code
 * ENOENT}), which types made of BTF lack, as most of them are macros. A text is given those that it
 * uses, so that the others stay free for its own names.
 */
final class Constants {
  private static final Pattern DEFINE =
      Pattern.compile("#define (\\w+)(\\([^)]*\\))? (.*\\S)\\s*", Pattern.DOTALL);
  private static final Pattern CONSTANT = Pattern.compile("[A-Z]\\w*|s6_addr\\w*|__NR_\\w+");
  private static final Pattern WORD = Pattern.compile("\\b[A-Za-z_]\\w*");
  private static final Pattern ENUM =
      Pattern.compile("\\benum\\b[^{};()]*\\{([^{}]*)\\}", Pattern.DOTALL);
  private static final Pattern DEFINES = Pattern.compile("#\\s*define\\s+(\\w+).*", Pattern.DOTALL);
  private static final Set<String> BEFORE_VALUES =
      Set.of("return", "case", "else", "do", "goto", "sizeof", "typeof", "__typeof__");

  private final Map<String, Macro> macros = new LinkedHashMap<>();

  /**
   * A macro.
   *
   * @param parameters with their parentheses; empty where there are none
   */
  private record Macro(String parameters, String body) {}

  private Constants() {}

  /**
   * Those of headers.
   *
   * @param defines what the preprocessor knows at their end ({@code -dM})
   * @param preprocessed their text, in which the enums are
   * @param own names that are taken besides those that look like constants
   * @param present names that the types of the running Linux have
   */
  static Constants of(
      String defines, String preprocessed, Set<String> own, Collection<String> present) {
    var constants = new Constants();
    defines
        .lines()
        .map(DEFINE::matcher)
        .filter(m -> m.matches() && (own.contains(m.group(1)) || isConstant(m.group(1))))
        .filter(m -> !m.group(3).equals(m.group(1)))
        .forEach(
            m ->
                constants.macros.put(
                    m.group(1), new Macro(Optional.ofNullable(m.group(2)).orElse(""), m.group(3))));
    constants.addEnums(preprocessed);
    present.forEach(constants.macros::remove);
    return constants;
  }

  /** An enumerator is the one before plus 1, or what stands behind its equals sign. */
  private void addEnums(String preprocessed) {
    var matcher = ENUM.matcher(preprocessed);
    while (matcher.find()) {
      String last = "0";
      int after = 0;
      for (String each : matcher.group(1).split(",")) {
        int equals = each.indexOf('=');
        String name = (equals < 0 ? each : each.substring(0, equals)).strip();
        if (!CONSTANT.matcher(name).matches()) {
          break;
        }
        if (equals >= 0) {
          last = each.substring(equals + 1).strip();
          after = 0;
        }
        macros.putIfAbsent(
            name, new Macro("", "((" + last + ")" + (after == 0 ? "" : " + " + after) + ")"));
        after++;
      }
    }
  }

  private static boolean isConstant(String name) {
    return CONSTANT.matcher(name).matches();
  }

  /** Those that were written with {@link #toText()}. */
  static Constants read(String text) {
    var constants = new Constants();
    text.lines()
        .map(DEFINE::matcher)
        .filter(java.util.regex.Matcher::matches)
        .forEach(
            m ->
                constants.macros.put(
                    m.group(1), new Macro(Optional.ofNullable(m.group(2)).orElse(""), m.group(3))));
    return constants;
  }

  /** All of them, a line each. */
  String toText() {
    return define(macros.keySet());
  }

  boolean has(String name) {
    return macros.containsKey(name);
  }

  /** Those that begin with a word; none where it is shorter than two letters. */
  List<String> startingWith(String word) {
    return word.length() < 2
        ? List.of()
        : macros.keySet().stream().filter(n -> n.startsWith(word)).toList();
  }

  /** The definitions of constants, and of those that these are made of. */
  String define(Collection<String> names) {
    var wanted = new TreeSet<String>();
    var open = new ArrayDeque<>(names);
    while (!open.isEmpty()) {
      var name = open.remove();
      var macro = macros.get(name);
      if (macro != null && wanted.add(name)) {
        WORD.matcher(macro.body()).results().forEach(word -> open.add(word.group()));
      }
    }
    var text = new StringBuilder();
    for (String name : wanted) {
      var macro = macros.getOrDefault(name, new Macro("", ""));
      text.append("#ifndef ").append(name).append("\n#define ").append(name);
      text.append(macro.parameters()).append(' ').append(macro.body()).append("\n#endif\n");
    }
    return text.toString();
  }

  /** The constants that a source uses and does not declare itself. */
  Set<String> usedIn(BpfSource source) {
    var texts = new ArrayList<String>(List.of(source.text()));
    source.headers().forEach(h -> texts.add(h.text()));
    var used = new TreeSet<String>();
    var declared = new TreeSet<String>();
    for (String text : texts) {
      look(CSource.pieces(text), used, declared);
    }
    used.removeAll(declared);
    return used;
  }

  private void look(List<Piece> pieces, Set<String> used, Set<String> declared) {
    for (int i = 0; i < pieces.size(); i++) {
      var piece = pieces.get(i);
      if (piece.kind() == Kind.DIRECTIVE) {
        var defines = DEFINES.matcher(piece.text());
        if (defines.matches()) {
          declared.add(defines.group(1));
        }
        WORD.matcher(piece.text())
            .results()
            .map(w -> w.group())
            .filter(this::has)
            .forEach(used::add);
      } else if (piece.kind() == Kind.WORD && has(piece.text())) {
        (declares(pieces, i) ? declared : used).add(piece.text());
      }
    }
  }

  /** Whether a word is a name that the text gives: of a variable, function, member, enumerator. */
  private static boolean declares(List<Piece> pieces, int word) {
    var before = word == 0 ? "" : pieces.get(word - 1).text();
    var after = word + 1 < pieces.size() ? pieces.get(word + 1).text() : "";
    boolean compared =
        after.equals("=") && word + 2 < pieces.size() && pieces.get(word + 2).is("=");
    boolean afterType =
        word > 0 && pieces.get(word - 1).kind() == Kind.WORD && !BEFORE_VALUES.contains(before);
    boolean afterPointer =
        word > 1
            && before.equals("*")
            && pieces.get(word - 2).kind() == Kind.WORD
            && (after.equals("(") || after.equals(";"))
            && (word == 2 || !pieces.get(word - 3).is("="));
    return (after.equals("=") && !compared)
        || before.equals(".")
        || (before.equals(">") && word > 1 && pieces.get(word - 2).is("-"))
        || afterType
        || afterPointer;
  }
}
