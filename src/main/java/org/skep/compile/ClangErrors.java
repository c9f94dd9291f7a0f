package org.skep.compile;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.skep.CompileException.Diagnostic;
import org.skep.CompileException.Severity;

/** What fallbacks look for in the errors of clang. */
final class ClangErrors {
  /** Errors that a type which is missing, or is not the one that was meant, may cause. */
  static final Pattern TYPE_TROUBLE =
      Pattern.compile(
          "unknown type name .*|incomplete .*|.* incomplete type .*|use of undeclared identifier .*"
              + "|no member named .*|call to undeclared .*|redefinition of .*|field has incomplete.*"
              + "|expected .*|typedef redefinition .*|must use 'struct' tag .*|conflicting types .*");

  private ClangErrors() {}

  /** What the first group of a pattern matched in errors. */
  static Set<String> words(List<Diagnostic> diagnostics, Pattern pattern) {
    var words = new TreeSet<String>();
    for (Diagnostic each : diagnostics) {
      var matcher = pattern.matcher(each.message());
      if (each.severity() == Severity.ERROR && matcher.find()) {
        words.add(matcher.group(1));
      }
    }
    return words;
  }
}
