package org.skep.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that may stand at a place of a C text.
 *
 * @param text what to insert
 * @param signature the whole of it, with parameters: {@code bpf_map_lookup_elem(void *map, const
 *     void *key)}
 * @param type the C type of the value; empty where it has none
 * @param kind what it is
 */
public record CCompletion(String text, String signature, String type, Kind kind) {
  /** What a {@link CCompletion} is. */
  public enum Kind {
    FUNCTION,
    VALUE,
    TYPE,
    MACRO,
    KEYWORD
  }

  private static final Pattern LINE = Pattern.compile("COMPLETION: (.+?)(?: : (.*))?");
  private static final Pattern RESULT = Pattern.compile("^\\[#(.*?)#\\]");
  private static final Pattern FUNCTION_POINTER = Pattern.compile("(.*?) ?\\(\\*\\)\\((.*)\\)");
  private static final Pattern MARKS = Pattern.compile("<#|#>|\\{#|#\\}|\\[#|#\\]");

  /** Reads what clang prints, a candidate a line. */
  static List<CCompletion> parse(String output) {
    var found = new ArrayList<CCompletion>();
    output
        .lines()
        .forEach(
            line -> {
              var matcher = LINE.matcher(line);
              if (matcher.matches() && !matcher.group(1).equals("Pattern")) {
                found.add(of(matcher.group(1), matcher.group(2)));
              }
            });
    return found;
  }

  private static CCompletion of(String name, @Nullable String details) {
    var text = name.replaceAll(" \\((Hidden|Inaccessible|InBase).*\\)$", "");
    if (details == null) {
      return new CCompletion(text, text, "", Kind.TYPE);
    }
    var result = RESULT.matcher(details);
    var type = result.find() ? result.group(1) : "";
    var signature = MARKS.matcher(result.replaceFirst("")).replaceAll("");
    var pointer = FUNCTION_POINTER.matcher(type);
    if (signature.equals(text) && text.startsWith("bpf_") && pointer.matches()) {
      // A helper is a constant pointer to a function in libbpf's headers.
      type = pointer.group(1);
      signature = text + "(" + pointer.group(2) + ")";
    }
    boolean called = signature.startsWith(text + "(");
    Kind kind;
    if (!type.isEmpty()) {
      kind = called ? Kind.FUNCTION : Kind.VALUE;
    } else if (called || text.equals(text.toUpperCase(Locale.ROOT))) {
      kind = Kind.MACRO;
    } else {
      kind = Kind.TYPE;
    }
    return new CCompletion(text, signature, type, kind);
  }
}
