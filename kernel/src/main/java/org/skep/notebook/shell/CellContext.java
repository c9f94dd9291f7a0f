package org.skep.notebook.shell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dresses up the beginning of a cell as one snippet, so that JShell's analysis, which knows single
 * snippets only, sees what earlier lines of the same cell declare. The text ends where the given
 * one ends: places are counted from the end.
 */
final class CellContext {
  /** With this begin names that are not of the cell. */
  static final String OWN = "$cell$";

  private static final String MODIFIERS =
      "(?:(?:@[\\w.]+(?:\\([^)]*\\))?|public|private|protected|static|final|abstract|sealed"
          + "|non-sealed|synchronized|default)\\s+)*";
  private static final Pattern COMMENTS =
      Pattern.compile("\\A(?:\\s+|//[^\\n]*(?:\\n|\\z)|/\\*.*?\\*/)+", Pattern.DOTALL);
  private static final Pattern IMPORT =
      Pattern.compile("import\\s+([\\w.]+)\\.(\\w+|\\*)\\s*;?\\s*", Pattern.DOTALL);
  private static final Pattern TYPE =
      Pattern.compile(
          MODIFIERS + "(?:class|interface|enum|record|@interface)\\s+\\w.*", Pattern.DOTALL);
  private static final Pattern METHOD =
      Pattern.compile(
          "(?<head>"
              + MODIFIERS
              + "(?:<[^(]*>\\s*)?(?!new\\b|return\\b|else\\b|throw\\b|case\\b)[\\w.]+(?:<[^()]*>)?"
              + "(?:\\[\\])*\\s+)\\w+\\s*\\((?<parameters>[^()]*)\\)\\s*(?:throws\\s[\\w.,\\s]+)?"
              + "\\{(?<body>.*)",
          Pattern.DOTALL);
  private static final Pattern VARIABLE =
      Pattern.compile(
          "(?:final\\s+)?(?!return\\b|throw\\b|new\\b)[\\w.]+(?:<[^()=;]*>)?(?:\\[\\])*\\s+\\w+"
              + "(?:\\[\\])*\\s*[=;,].*",
          Pattern.DOTALL);
  private static final Pattern TYPE_NAME = Pattern.compile("(?<![\\w.$])[A-Z]\\w*(?![\\w(]|\\z)");

  /** What stands before the members, as JShell looks at the first one to tell what the text is. */
  private static final String FIRST = "void " + OWN + "first() {}\n";

  /** Not static, as JShell leaves out the local variables of what is static. */
  private static final String CELL = "void " + OWN + "cell() throws Throwable {\n";

  private final List<String> members = new ArrayList<>();
  private final List<String> variables = new ArrayList<>();
  private final Map<String, String> importedTypes = new HashMap<>();
  private final Set<String> importedPackages = new LinkedHashSet<>();
  private final ClassLoader loader;

  private CellContext(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * The beginning of a cell as one snippet.
   *
   * @param pieces the cell up to the place of interest, which is the end of the last piece
   * @param last the text of the last piece, up to the place of interest
   */
  static String dress(List<Piece> pieces, String last, ClassLoader loader) {
    var context = new CellContext(loader);
    for (Piece piece : pieces.subList(0, Math.max(0, pieces.size() - 1))) {
      context.add(COMMENTS.matcher(piece.source()).replaceFirst(""));
    }
    return context.around(last);
  }

  private void add(String source) {
    Matcher anImport = IMPORT.matcher(source);
    if (anImport.matches()) {
      if (anImport.group(2).equals("*")) {
        importedPackages.add(anImport.group(1));
      } else {
        importedTypes.put(anImport.group(2), anImport.group(1) + "." + anImport.group(2));
      }
    } else if (TYPE.matcher(source).matches() || METHOD.matcher(source).matches()) {
      members.add(source);
    } else if (VARIABLE.matcher(source).matches()) {
      variables.add(source);
    }
  }

  private String around(String last) {
    String text = COMMENTS.matcher(last).replaceFirst("");
    if (text.startsWith("import")) {
      return last;
    }
    Matcher method = METHOD.matcher(text);
    if (method.matches()) {
      return qualify(members("") + opened(method));
    }
    if (TYPE.matcher(text).matches()) {
      return qualify(members("") + inBlock(asStatic(text)));
    }
    return qualify(members(CELL) + inBlock(String.join("\n", variables) + "\n" + last));
  }

  private String members(String more) {
    var text = new StringBuilder(FIRST);
    members.forEach(member -> text.append(asStatic(member)).append('\n'));
    return text.append(more).toString();
  }

  /** JShell does not see the parameters of a method that is being written; it sees variables. */
  private static String opened(Matcher method) {
    var text = new StringBuilder(method.group("head")).append(OWN + "cell() throws Throwable {");
    int depth = 0;
    for (char c : method.group("parameters").replace("...", "[]").toCharArray()) {
      depth += c == '<' ? 1 : c == '>' ? -1 : 0;
      text.append(c == ',' && depth == 0 ? ';' : c);
    }
    return inBlock(text.append(";\n").append(method.group("body")).toString());
  }

  /** JShell sees the variables of the blocks around a statement, not those of its own block. */
  private static String inBlock(String text) {
    int statement = OpenStatement.start(text);
    return text.substring(0, statement) + "{" + text.substring(statement);
  }

  private static String asStatic(String member) {
    return member.matches("(?s)" + MODIFIERS + "static\\s.*") ? member : "static " + member;
  }

  /** Writes imported types with their package, as no import can stand inside of a snippet. */
  private String qualify(String text) {
    if (importedTypes.isEmpty() && importedPackages.isEmpty()) {
      return text;
    }
    return TYPE_NAME
        .matcher(text)
        .replaceAll(
            name ->
                Matcher.quoteReplacement(
                    importedTypes.computeIfAbsent(name.group(), this::qualified)));
  }

  private String qualified(String name) {
    for (String inPackage : importedPackages) {
      String path = inPackage.replace('.', '/') + "/" + name + ".class";
      if (loader.getResource(path) != null) {
        return inPackage + "." + name;
      }
    }
    return name;
  }
}
