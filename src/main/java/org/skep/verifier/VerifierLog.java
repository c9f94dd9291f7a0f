package org.skep.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A verifier's log taken apart: the instructions in the order in which they were followed, each
 * with its source line and the state after it, and the words of the refusal.
 */
final class VerifierLog {
  /** A refusal stands at the end; what is needed of the beginning is where values came from. */
  private static final int HEAD_CHARS = 256 << 10;

  private static final int TAIL_CHARS = 2 << 20;

  private static final String REPORT = "Verification failed: ";

  private static final Pattern SOURCE = Pattern.compile("; (.*?)(?: @ (\\S+):(\\d+))?");
  private static final Pattern INSTRUCTION =
      Pattern.compile("(\\d+): (?:\\(([0-9a-f]{2})\\) )?([^;]*?)(?:\\s*; ?(.*))?");
  private static final Pattern STATE = Pattern.compile("(?:\\d+: )?(?:frame\\d+: ?)?(?:R\\d+.*)");
  private static final Pattern BRANCH = Pattern.compile("(?:from )?(\\d+) to (\\d+)(?:[ :].*)?");
  private static final Pattern CHATTER =
      Pattern.compile(
          "processed \\d+ insns.*|subprog \\d+ \\(.*|verification time.*|stack depth.*|mark_precise.*|mark_read.*"
              + "|arg#\\d+ reference type\\('UNKNOWN '\\).*|func#\\d+ @\\d+|Live regs.*"
              + "|Func#\\d+ .* is safe for any args.*|Validating .* func#.*|caller:|callee:"
              + "|returning from callee:|to caller at .*|(?:cur|old) state:.*|last_idx .*"
              + "|parent .*|regs=.*|propagating.*|\\d+: safe|from \\d+ to \\d+: safe"
              + "|-- (?:BEGIN|END) PROG LOAD LOG --|max_states_per_insn.*|caller passes.*");

  /** What a {@link Step} is. */
  enum Kind {
    INSTRUCTION,
    /** From here on another path is followed, which leaves the instruction {@code index}. */
    BRANCH
  }

  /**
   * A step of the verifier.
   *
   * @param index the instruction's number
   * @param code such as {@code r1 = *(u64 *)(r0 +0)}
   * @param state the registers after it, as far as they changed
   */
  record Step(Kind kind, int index, String code, String state, @Nullable SourceLine source) {}

  private final List<Step> steps = new ArrayList<>();
  private final List<String> refusal = new ArrayList<>();
  private @Nullable SourceLine source;

  /** Recent kernels, such as 7.3, explain a refusal once more, in a report below its words. */
  private boolean reported;

  private VerifierLog() {}

  static VerifierLog parse(String log) {
    var parsed = new VerifierLog();
    bounded(log).lines().forEach(parsed::line);
    return parsed;
  }

  /** The instructions and changes of path, in the order of the log. */
  List<Step> steps() {
    return steps;
  }

  /** The instruction at which it was refused. */
  Optional<Step> last() {
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (steps.get(i).kind() == Kind.INSTRUCTION) {
        return Optional.of(steps.get(i));
      }
    }
    return Optional.empty();
  }

  /** The latest step with this instruction. */
  Optional<Step> instruction(int index) {
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (steps.get(i).index() == index && steps.get(i).kind() == Kind.INSTRUCTION) {
        return Optional.of(steps.get(i));
      }
    }
    return Optional.empty();
  }

  /** The verifier's last words, a line each. */
  List<String> refusal() {
    return refusal;
  }

  private static String bounded(String log) {
    return log.length() <= HEAD_CHARS + TAIL_CHARS
        ? log
        : log.substring(0, HEAD_CHARS) + "\n" + log.substring(log.length() - TAIL_CHARS);
  }

  private void line(String line) {
    var text = line.strip();
    // Linux forgets to end the line here.
    int glued = text.indexOf("processed ");
    if (glued > 0 && text.contains(" insns (limit")) {
      text = text.substring(0, glued).strip();
    }
    reported |= text.startsWith(REPORT);
    if (reported || text.isEmpty() || CHATTER.matcher(text).matches()) {
      return;
    }
    var comment = SOURCE.matcher(text);
    if (text.startsWith("; ") && comment.matches()) {
      var file = comment.group(2);
      source =
          new SourceLine(
              file == null ? "" : file,
              file == null ? 0 : Integer.parseInt(comment.group(3)),
              comment.group(1).strip());
      refusal.clear();
      return;
    }
    var branch = BRANCH.matcher(text);
    if (branch.matches()) {
      add(new Step(Kind.BRANCH, Integer.parseInt(branch.group(1)), "", text, source));
      return;
    }
    if (STATE.matcher(text).matches() && !isRefusal(text)) {
      return;
    }
    var instruction = INSTRUCTION.matcher(text);
    if (instruction.matches()) {
      var state = instruction.group(4);
      add(
          new Step(
              Kind.INSTRUCTION,
              Integer.parseInt(instruction.group(1)),
              instruction.group(3).strip(),
              state == null ? "" : state,
              source));
      return;
    }
    refusal.add(text);
  }

  private void add(Step step) {
    refusal.clear();
    steps.add(step);
  }

  /** A state is {@code R1=ctx()} or, of old, {@code R1_w=inv0}; a refusal has a blank there. */
  private static boolean isRefusal(String text) {
    int at = text.startsWith("R") ? 1 : 0;
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      at++;
    }
    return text.startsWith("R") && at > 1 && at < text.length() && text.charAt(at) == ' ';
  }
}
