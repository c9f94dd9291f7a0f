package org.skep.notebook.shell;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import org.jspecify.annotations.Nullable;

/** What a name at a cursor means, by JShell's analysis and the JDK's sources. */
final class Inspector {
  private static final Pattern VARIABLE = Pattern.compile("([\\w.$]+):(.+)");
  private static final int MAX_TEXT = 400;

  /** Of types, as JShell spells them: they say nothing to who calls a method. */
  private static final Pattern ANNOTATION = Pattern.compile("@[\\w.]+ ");

  private final ShellSession session;

  Inspector(ShellSession session) {
    this.session = session;
  }

  /** The declarations that the name at the cursor may mean, or the call that the cursor is in. */
  Optional<Inspection> inspect(String code, int cursor) {
    int end = endOfName(code, cursor);
    List<Documentation> found = documentation(code.substring(0, end), "");
    if (found.isEmpty() && end > 0 && Character.isJavaIdentifierPart(code.charAt(end - 1))) {
      found = documentation(code.substring(0, end), "(");
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Inspection(
            found.stream().map(Inspector::entry).distinct().toList(),
            variableName(code, end).flatMap(this::value)));
  }

  private static int endOfName(String code, int cursor) {
    int end = cursor;
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    return end;
  }

  private List<Documentation> documentation(String before, String more) {
    if (Effort.isTooMuch(before)) {
      return List.of();
    }
    Optional<List<Piece>> cut = Piece.cut(before, session.analysis, new Effort());
    if (cut.isEmpty()) {
      return List.of();
    }
    List<Piece> pieces = cut.get();
    String last = before.substring(pieces.isEmpty() ? 0 : pieces.getLast().start()) + more;
    String text = CellContext.dress(pieces, last, session.loader);
    return session.analysis.documentation(text, text.length(), true);
  }

  private static Inspection.Entry entry(Documentation found) {
    String plain = ANNOTATION.matcher(found.signature()).replaceAll("");
    Matcher variable = VARIABLE.matcher(plain);
    String signature = variable.matches() ? variable.group(2) + " " + variable.group(1) : plain;
    String documentation = found.javadoc();
    return new Inspection.Entry(signature, documentation == null ? "" : documentation);
  }

  private static Optional<String> variableName(String code, int end) {
    int start = end;
    while (start > 0 && Character.isJavaIdentifierPart(code.charAt(start - 1))) {
      start--;
    }
    boolean isMember = start > 0 && code.charAt(start - 1) == '.';
    return start == end || isMember ? Optional.empty() : Optional.of(code.substring(start, end));
  }

  private Optional<String> value(String name) {
    var variables = new Variables(session);
    return variables.find(name).map(v -> describe(variables.value(v)));
  }

  /** A value in a few words, without running the code of a cell. */
  private static String describe(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case String s -> '"' + shorten(s) + '"';
      case Character c -> "'" + c + "'";
      case Boolean b -> b.toString();
      case Number n when isOfTheJdk(n) -> shorten(n.toString());
      case Collection<?> c when isOfTheJdk(c) ->
          c.getClass().getSimpleName() + " of " + c.size() + " elements";
      case Map<?, ?> m when isOfTheJdk(m) ->
          m.getClass().getSimpleName() + " of " + m.size() + " entries";
      case Object o when o.getClass().isArray() ->
          o.getClass().getComponentType().getSimpleName() + "[" + Array.getLength(o) + "]";
      case Object o -> CellClasses.spellAll(o.getClass().getTypeName());
    };
  }

  private static boolean isOfTheJdk(Object value) {
    return value.getClass().getClassLoader() == null;
  }

  private static String shorten(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
