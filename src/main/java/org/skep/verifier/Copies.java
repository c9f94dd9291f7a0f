package org.skep.verifier;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.skep.verifier.VerifierLog.Kind;
import org.skep.verifier.VerifierLog.Step;

/**
 * Finds tests that clang moved to a copy: the copy is shifted or added to, and then compared, and
 * what the verifier learns of it says nothing about the register that is used.
 */
final class Copies {
  private static final Pattern WRITES = Pattern.compile("[rw](\\d+) \\S*= .*");
  private static final Pattern SHIFTS = Pattern.compile("[rw](\\d+) (?:<<|>>|s>>|[+-])= .*");
  private static final Pattern MOVES = Pattern.compile("[rw](\\d+) = (?:\\(s\\d+\\))?[rw](\\d+)");

  /** A signed comparison of a copy leaves a number unbounded on one side, as it stands. */
  private static final Pattern TESTS = Pattern.compile("if [rw](\\d+) (?!s[<>]).*");

  private Copies() {}

  /**
   * The line of the last test of a changed copy of a register.
   *
   * @param register such as {@code r4}, or {@code r4@7} for its value before step 7
   */
  static Optional<SourceLine> testOf(String register, List<Step> steps) {
    int at = register.indexOf('@');
    String wanted = register.substring(1, at < 0 ? register.length() : at);
    int end = at < 0 ? steps.size() - 1 : Integer.parseInt(register.substring(at + 1));
    // registers that hold a copy, and whether it was changed
    Map<String, Boolean> copies = new HashMap<>();
    @Nullable SourceLine tested = null;
    for (Step step : steps.subList(0, Math.max(0, end))) {
      if (step.kind() != Kind.INSTRUCTION) {
        continue;
      }
      var code = step.code();
      var tests = TESTS.matcher(code);
      var writes = WRITES.matcher(code);
      if (tests.matches()) {
        if (Boolean.TRUE.equals(copies.get(tests.group(1)))) {
          tested = step.source();
        } else if (tests.group(1).equals(wanted)) {
          tested = null; // it is tested itself
        }
      } else if (code.startsWith("call ")) {
        List.of("0", "1", "2", "3", "4", "5").forEach(copies::remove);
      } else if (writes.matches()) {
        String to = writes.group(1);
        var moves = MOVES.matcher(code);
        if (to.equals(wanted)) {
          copies.clear();
          tested = null;
        } else if (moves.matches() && moves.group(2).equals(wanted)) {
          copies.put(to, false);
        } else if (copies.containsKey(to) && SHIFTS.matcher(code).matches()) {
          copies.put(to, true);
        } else {
          copies.remove(to);
        }
      }
    }
    return Optional.ofNullable(tested);
  }
}
