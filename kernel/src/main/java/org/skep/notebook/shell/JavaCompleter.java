package org.skep.notebook.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.SourceVersion;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.Suggestion;

/** What may stand at a cursor, by JShell's analysis of the snippet that the cursor is in. */
final class JavaCompleter {
  /** Signatures are looked up, at some milliseconds each, for no more methods than this. */
  private static final int SIGNATURES = 2;

  private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z0-9_]+");

  private final ShellSession session;

  JavaCompleter(ShellSession session) {
    this.session = session;
  }

  /** The completions at the cursor. */
  JavaCompletions complete(String code, int cursor) {
    String before = code.substring(0, cursor);
    if (Literals.endsWithin(before) || Effort.isTooMuch(before)) {
      return JavaCompletions.none(cursor);
    }
    Optional<List<Piece>> cut = Piece.cut(before, session.analysis, new Effort());
    if (cut.isEmpty()) {
      return JavaCompletions.none(cursor);
    }
    List<Piece> pieces = cut.get();
    String last = before.substring(pieces.isEmpty() ? 0 : pieces.getLast().start());
    String text = CellContext.dress(pieces, last, session.loader);
    int[] anchor = {text.length()};
    List<Suggestion> found =
        session.analysis.completionSuggestions(text, text.length(), anchor).stream()
            .filter(JavaCompleter::isOfTheUser)
            .toList();
    int start = cursor - (text.length() - Math.clamp(anchor[0], 0, text.length()));
    Set<String> packages = PackageNames.after(last);
    if (!packages.isEmpty()) {
      start = cursor - (last.length() - 1 - Math.max(last.lastIndexOf('.'), last.lastIndexOf(' ')));
    }
    if (start < 0 || (found.isEmpty() && packages.isEmpty())) {
      return JavaCompletions.none(cursor);
    }
    boolean isImport = last.strip().startsWith("import");
    Map<String, String> signatures = signatures(found, text.substring(0, anchor[0]));
    Map<String, JavaCompletions.Item> items = new TreeMap<>();
    packages.forEach(p -> items.put(p, new JavaCompletions.Item(p, "module", "")));
    for (Suggestion suggestion : found) {
      String item = suggestion.continuation();
      item = item.endsWith(".") ? item.substring(0, item.length() - 1) : item; // a package
      items.putIfAbsent(
          item,
          new JavaCompletions.Item(
              item, kind(item, isImport), signatures.getOrDefault(name(item), "")));
    }
    return new JavaCompletions(start, cursor, List.copyOf(items.values()));
  }

  private static boolean isOfTheUser(Suggestion suggestion) {
    String text = suggestion.continuation();
    return !text.startsWith(CellContext.OWN) && !text.startsWith("$JShell$");
  }

  private static String kind(String item, boolean isImport) {
    if (item.endsWith("(") || item.endsWith("()")) {
      return "function";
    }
    if (SourceVersion.isKeyword(item)) {
      return "keyword";
    }
    if (Character.isUpperCase(item.charAt(0)) && !CONSTANT.matcher(item).matches()) {
      return "class";
    }
    return isImport ? "module" : "instance";
  }

  private static String name(String item) {
    int end = item.indexOf('(');
    return end < 0 ? "" : item.substring(0, end);
  }

  /** The signatures of methods, by name, where there are few. */
  private Map<String, String> signatures(List<Suggestion> found, String before) {
    List<String> names =
        found.stream()
            .map(s -> name(s.continuation()))
            .filter(n -> !n.isEmpty())
            .distinct()
            .toList();
    var signatures = new LinkedHashMap<String, String>();
    if (names.size() <= SIGNATURES) {
      for (String name : names) {
        String call = before + name + "(";
        signatures.put(
            name,
            session.analysis.documentation(call, call.length(), false).stream()
                .map(Documentation::signature)
                .collect(Collectors.joining("\n")));
      }
    }
    return signatures;
  }
}
