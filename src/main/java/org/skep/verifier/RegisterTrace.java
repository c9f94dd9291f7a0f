package org.skep.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.skep.verifier.Finding.Origin;
import org.skep.verifier.VerifierLog.Kind;
import org.skep.verifier.VerifierLog.Step;

/**
 * What a rule may ask about the place of a refusal: the instruction, its line, what a register
 * holds and where that came from.
 */
final class RegisterTrace {
  private static final Pattern SMALL =
      Pattern.compile("\\b(?:smax|smax32|smax_value|s32_max_value)=(?:smax32=)?(\\d{1,9})\\b(?!x)");
  private static final Pattern NOT_NEGATIVE = Pattern.compile("\\b(?:smin\\w*=\\d|umax|u32_max)");
  private static final Pattern CALL =
      Pattern.compile("call (?:pc[+-]\\d+|(?:kernel-function )?([\\w.]+)(?:#.*)?)");
  private static final Pattern MOVE = Pattern.compile("([rw]\\d+) = (?:\\(s\\d+\\))?([rw]\\d+)");
  private static final Pattern RELOAD =
      Pattern.compile("([rw]\\d+) = \\*\\([us]\\d+ \\*\\)\\(r10 ([+-]\\d+)\\)");
  private static final Pattern SPILL =
      Pattern.compile("\\*\\([us]\\d+ \\*\\)\\(r10 ([+-]\\d+)\\) = ([rw]\\d+)");
  private static final Pattern LOAD =
      Pattern.compile("([rw]\\d+) = \\*\\([us]\\d+ \\*\\)\\(([rw]\\d+) ([+-]\\d+)\\)");
  private static final Pattern CONSTANT =
      Pattern.compile("([rw]\\d+) = (-?(?:0x)?[0-9a-f]+)(?: ll)?");
  private static final Pattern ASSIGNED =
      Pattern.compile("(?:^|[\\s*(])(\\w+)\\s*=(?!=)\\s*([^;]*)");
  private static final Pattern CALLS = Pattern.compile("\\b(?!sizeof|offsetof)[a-z_]\\w*\\(");
  private static final Pattern CONVERTS =
      Pattern.compile("\\b(?:bpf_|__bpf_|__builtin_)?(?:ntoh|hton|be|le|bswap|cpu_to)\\w*\\(");
  private static final Pattern ADDED = Pattern.compile("(r\\d+) \\+= (r\\d+)");
  private static final Pattern ENTERS_CALLBACK = Pattern.compile("call .*: frame\\d+:.*");
  private static final Pattern ADDRESS = Pattern.compile("=map_value\\(map=([\\w.]+)");
  private static final Pattern MAP = Pattern.compile("=map_ptr\\(map=(\\w+)");
  private static final List<String> NO_VARIABLES = List.of("const", "volatile");

  /** Where a backward search stands: the step, and the register or stack slot it follows. */
  private record Trail(int step, String value) {}

  private final VerifierLog log;
  private final List<Step> steps;
  private final String text;

  /**
   * @param text the program's; empty where it is not known
   */
  RegisterTrace(VerifierLog log, String text) {
    this.log = log;
    this.steps = log.steps();
    this.text = text;
  }

  /** The definition of a map, where the text has it. */
  Optional<String> definition(String map) {
    return MapRules.definition(text, map);
  }

  /** The map into whose values a register points, or that it is. */
  Optional<String> mapOf(String register) {
    var found = Pattern.compile("map=(\\w+)").matcher(known(register));
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  /** The line of the refused instruction. */
  Optional<SourceLine> line() {
    return log.last().flatMap(s -> Optional.ofNullable(s.source()));
  }

  /** The line that tested a changed copy of a register, which is not tested itself. */
  Optional<SourceLine> testOfCopy(String register) {
    return Copies.testOf(register, steps);
  }

  /** The instruction that was refused; empty where there was none. */
  String code() {
    return log.last().map(Step::code).orElse("");
  }

  /** The line of an instruction, where the log tells. */
  Optional<SourceLine> lineOf(int instruction) {
    return log.instruction(instruction).flatMap(s -> Optional.ofNullable(s.source()));
  }

  /** The function that an instruction calls. */
  Optional<String> callAt(int instruction) {
    return log.instruction(instruction).flatMap(s -> calledBy(s.code()));
  }

  /** Whether a function was called that libbpf did not find, and replaced by a call of nothing. */
  boolean callsUnresolved() {
    return steps.stream()
        .anyMatch(s -> s.code().equals("call #0") || s.code().startsWith("call unknown"));
  }

  /** The function that the refused instruction calls, as {@code bpf_map_lookup_elem()}. */
  String called() {
    return calledBy(code()).orElse("the function");
  }

  /** The name of the variable that a register seems to hold, quoted; else the words given. */
  String variable(String register, String otherwise) {
    return trace(register)
        .map(t -> steps.get(t.step()))
        .flatMap(RegisterTrace::assigned)
        .map(v -> "'" + v + "'")
        .orElse(otherwise);
  }

  /** The same without quotes, for code. */
  String variableInCode(String register) {
    var name = variable(register, "'p'");
    return name.substring(1, name.length() - 1);
  }

  /** The function whose result a register holds. */
  Optional<String> madeBy(String register) {
    return trace(register).flatMap(t -> calledBy(steps.get(t.step()).code()));
  }

  /** Where a register's value came from. */
  Optional<Origin> origin(String register) {
    return trace(register)
        .map(
            t -> {
              var step = steps.get(t.step());
              return new Origin(words(step), Optional.ofNullable(step.source()));
            });
  }

  /** The call that made the verifier forget what a register pointed to, where one did. */
  Optional<String> invalidatedBy(String register) {
    var value = register;
    Optional<String> call = Optional.empty();
    for (int i = steps.size() - 2; i >= 0; i--) {
      var step = steps.get(i);
      var move = MOVE.matcher(step.code());
      if (move.matches() && same(move.group(1), value)) {
        value = "r" + move.group(2).substring(1);
      } else if (isPointer(step.state(), value)) {
        return call;
      } else if (setsRegister(step.code(), value)
          || ENTERS_CALLBACK.matcher(step.code()).matches()) {
        return Optional.empty();
      } else {
        var called = calledBy(step.code());
        call = called.isPresent() ? called : call;
      }
    }
    return Optional.empty();
  }

  private static boolean isPointer(String state, String register) {
    return Pattern.compile("\\bR" + register.substring(1) + "(?:_w)?=(?!scalar|inv)[a-z]\\w*")
        .matcher(state)
        .find();
  }

  /**
   * The register that was last added to a pointer, for the other questions: its value is that
   * before the addition.
   */
  Optional<String> addedTo(String register) {
    var value = register;
    for (int i = steps.size() - 2; i >= 0; i--) {
      var code = steps.get(i).code();
      var move = MOVE.matcher(code);
      var added = ADDED.matcher(code);
      if (added.matches() && added.group(1).equals(value)) {
        return Optional.of(added.group(2) + "@" + i);
      }
      if (move.matches() && same(move.group(1), value)) {
        value = "r" + move.group(2).substring(1);
      } else if (steps.get(i).kind() == Kind.BRANCH
          || makes(code, value)
          || ENTERS_CALLBACK.matcher(code).matches()) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Whether a register's value was found to be small, and may still be negative. */
  boolean isBoundedAboveOnly(String register) {
    var trail = trace(register);
    if (trail.isEmpty() || !trail.get().value().startsWith("r")) {
      return false;
    }
    var state =
        Pattern.compile(
            "\\bR" + trail.get().value().substring(1) + "(?:_w)?=(?:scalar|inv)\\(([^)]*)\\)");
    return steps.subList(trail.get().step(), steps.size()).stream()
        .map(step -> state.matcher(step.state().isEmpty() ? step.code() : step.state()))
        .anyMatch(
            m ->
                m.find()
                    && SMALL.matcher(m.group(1)).find()
                    && !NOT_NEGATIVE.matcher(m.group(1)).find());
  }

  /** What the verifier last said that a register holds, such as {@code scalar(umax=3)}. */
  String known(String register) {
    var pattern = Pattern.compile("\\bR" + register.substring(1) + "(?:_w)?=(\\S+)");
    for (int i = steps.size() - 2; i >= 0; i--) {
      var step = steps.get(i);
      var found = pattern.matcher(step.state().isEmpty() ? step.code() : step.state());
      if (found.find()) {
        return found.group(1);
      }
      if (setsRegister(step.code(), register)) {
        return "";
      }
    }
    return "";
  }

  /**
   * Follows a register back to the instruction that made its value.
   *
   * @param register such as {@code r2}, or {@code r2@7} for its value before step 7
   */
  private Optional<Trail> trace(String register) {
    int at = register.indexOf('@');
    var value = at < 0 ? register : register.substring(0, at);
    int last = at < 0 ? steps.size() - 2 : Integer.parseInt(register.substring(at + 1)) - 1;
    for (int i = last; i >= 0; i--) {
      var step = steps.get(i);
      if (step.kind() == Kind.BRANCH) {
        // The path came from that instruction; what lies between was another path.
        int from = i;
        while (from >= 0 && !isAt(from, step.index())) {
          from--;
        }
        i = from;
        continue;
      }
      var code = step.code();
      if (ENTERS_CALLBACK.matcher(code).matches()) {
        return Optional.empty();
      }
      var move = MOVE.matcher(code);
      var reload = RELOAD.matcher(code);
      var spill = SPILL.matcher(code);
      if (move.matches() && same(move.group(1), value)) {
        value = "r" + move.group(2).substring(1);
      } else if (reload.matches() && same(reload.group(1), value)) {
        value = reload.group(2);
      } else if (spill.matches() && spill.group(1).equals(value)) {
        value = "r" + spill.group(2).substring(1);
      } else if (makes(code, value)) {
        return Optional.of(new Trail(i, value));
      }
    }
    return Optional.empty();
  }

  private boolean isAt(int step, int index) {
    return steps.get(step).kind() == Kind.INSTRUCTION && steps.get(step).index() == index;
  }

  private static boolean makes(String code, String value) {
    if (code.startsWith("call ")) {
      return value.equals("r0");
    }
    var load = LOAD.matcher(code);
    var constant = CONSTANT.matcher(code);
    return (load.matches() && same(load.group(1), value))
        || (constant.matches() && same(constant.group(1), value));
  }

  private static boolean setsRegister(String code, String register) {
    return code.startsWith(register + " = ") || (code.startsWith("call ") && register.equals("r0"));
  }

  private static boolean same(String register, String value) {
    return value.startsWith("r") && register.substring(1).equals(value.substring(1));
  }

  private static String words(Step step) {
    var called = calledBy(step.code());
    if (called.isPresent()) {
      return "returned by " + called.get();
    }
    var map = MAP.matcher(step.state());
    if (map.find()) {
      return "the map '" + map.group(1) + "'";
    }
    var address = ADDRESS.matcher(step.state());
    if (address.find()) {
      return address.group(1).contains(".")
          ? "the global variables"
          : "the value of the map '" + address.group(1) + "'";
    }
    var constant = CONSTANT.matcher(step.code());
    return constant.matches() ? "the constant " + constant.group(2) : "read from memory";
  }

  private static Optional<String> calledBy(String code) {
    var call = CALL.matcher(code);
    if (!call.matches()) {
      return Optional.empty();
    }
    return Optional.of(call.group(1) == null ? "a function of the program" : call.group(1) + "()");
  }

  /**
   * The variable to which the line of a step assigns what the step made. Of a line with several
   * assignments, or with a call that the step only prepares, it is not known.
   */
  private static Optional<String> assigned(Step step) {
    var line = step.source();
    boolean address = ADDRESS.matcher(step.state()).find() && !step.code().startsWith("call ");
    if (line == null || address) {
      return Optional.empty();
    }
    var call = CALL.matcher(step.code());
    var function = call.matches() ? call.group(1) : null;
    var names = new ArrayList<String>();
    for (var found = ASSIGNED.matcher(line.text()); found.find(); ) {
      var value = found.group(2);
      boolean makes =
          call.matches()
              ? function == null || value.contains(function + "(")
              : !CALLS.matcher(CONVERTS.matcher(value).replaceAll("(")).find();
      if (makes && !NO_VARIABLES.contains(found.group(1))) {
        names.add(found.group(1));
      }
    }
    return names.size() == 1 || (function != null && !names.isEmpty())
        ? Optional.of(names.getFirst())
        : Optional.empty();
  }
}
