package org.skep.compile;

import java.util.Collection;
import java.util.regex.Pattern;

/**
 * Gives names of a generated {@code vmlinux.h} the suffix {@code ___vm}, so that a text may have
 * them: of structs, unions, enums, enumerators, typedefs and functions. Members keep their names,
 * by which a program's accesses are relocated, and relocation takes no notice of the suffix of a
 * type.
 */
final class RenamedTypes {
  static final String SUFFIX = "___vm";

  private RenamedTypes() {}

  static String rename(String header, Collection<String> names) {
    var any = "(" + String.join("|", names.stream().map(Pattern::quote).toList()) + ")\\b";
    var text = header;
    text = replace(text, "\\b(struct|union|enum) " + any, "$1 $2" + SUFFIX);
    // An enumerator stands on a line of its own, with its value.
    text = replace(text, "(?m)^(\\t+)" + any + "(?= = |,$|$)", "$1$2" + SUFFIX);
    // The name of a typedef: behind its type, or behind the members.
    text =
        replace(text, "(?m)^((?:typedef .*[ *(])|\\} )" + any + "(?=;|\\[|\\))", "$1$2" + SUFFIX);
    // Its use: before the name that it gives a type to.
    text =
        replace(
            text,
            "(?m)(^\\t+|^typedef |[(] ?|, |const |volatile )" + any + "(?= [*\\w(]|,|\\))",
            "$1$2" + SUFFIX);
    return replace(text, "(?m)^(extern .*[ *])" + any + "(?=\\()", "$1$2" + SUFFIX);
  }

  private static String replace(String text, String pattern, String by) {
    return Pattern.compile(pattern).matcher(text).replaceAll(by);
  }
}
