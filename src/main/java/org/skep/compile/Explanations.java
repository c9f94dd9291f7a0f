package org.skep.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.CompileException.Diagnostic;
import org.skep.CompileException.Severity;

/** Says in plain words what clang's message means for a BPF program, where clang cannot know. */
final class Explanations {
  private record Rule(Pattern pattern, UnaryOperator<String> words) {
    static Rule of(String regex, String words) {
      var pattern = Pattern.compile(regex);
      return new Rule(pattern, m -> pattern.matcher(m).replaceFirst(words));
    }
  }

  private static final List<Rule> RULES =
      List.of(
          Rule.of(
              ".*Looks like the BPF stack limit is exceeded.*",
              "the stack of a BPF program is 512 bytes, and this function needs more: keep large"
                  + " variables in a per-CPU array map"),
          Rule.of(
              ".* too many arguments$",
              "a BPF function takes five arguments at most: pass a pointer to a struct instead"),
          Rule.of(
              ".*[Ii]nvalid usage of the XADD return value.*",
              "the result of an atomic operation needs a newer BPF instruction set: compile with"
                  + " -mcpu=v3"));

  private static final Pattern REDEFINED = Pattern.compile("redefinition of '(\\w+)'.*");

  private Explanations() {}

  static String explain(String message) {
    for (Rule rule : RULES) {
      Matcher matcher = rule.pattern().matcher(message);
      if (matcher.find()) {
        return rule.words().apply(message);
      }
    }
    return message;
  }

  /**
   * Adds to a redefinition that the first definition is the kernel's: the user never wrote it, and
   * would look for it in vain.
   */
  static List<Diagnostic> nameTheKernel(List<Diagnostic> diagnostics) {
    var result = new ArrayList<>(diagnostics);
    for (int i = 0; i + 1 < result.size(); i++) {
      var error = result.get(i);
      var note = result.get(i + 1);
      var matcher = REDEFINED.matcher(error.message());
      if (error.severity() == Severity.ERROR
          && matcher.matches()
          && note.message().startsWith("previous definition")
          && note.file().endsWith("vmlinux.h")) {
        result.set(
            i,
            error.withMessage(
                error.message()
                    + ": '"
                    + matcher.group(1)
                    + "' is a type of the kernel, which vmlinux.h defines: rename yours"));
      }
    }
    return List.copyOf(result);
  }
}
