package org.skep.notebook.ebpf.state;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.AttachOutcome;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.attach.LinkState;
import org.skep.bpf.load.LoadOutcome;
import org.skep.notebook.ebpf.state.Markup.Tone;

/**
 * What became of a program, as the kernel answers when this is made: asked once for all that is
 * shown of it.
 *
 * @param tone how good that is
 * @param word the short of it
 * @param reason why; empty where there is nothing to explain
 * @param isAttached to all of its attach targets, or to some
 * @param targets what it is attached to beside what its section says, such as {@code " → eth0"}
 */
public record ProgramState(
    BpfProgram program, Tone tone, String word, String reason, boolean isAttached, String targets) {
  private static final int MOST_TARGETS = 4;

  private record Outcome(Tone tone, String word, String reason) {
    Outcome(Tone tone, String word) {
      this(tone, word, "");
    }
  }

  /** Of each program of an object. */
  public static List<ProgramState> of(BpfObject object) {
    return object.programs().stream().map(ProgramState::of).toList();
  }

  public static ProgramState of(BpfProgram program) {
    var attachment = program.attachment().orElse(null);
    Outcome outcome =
        switch (program.loaded()) {
          case LoadOutcome.Refused(var why) ->
              new Outcome(Tone.BAD, "rejected", String.valueOf(why.getMessage()));
          case LoadOutcome.Skipped(String reason) -> new Outcome(Tone.QUIET, "not loaded", reason);
          case LoadOutcome.Loaded _ -> ofLoaded(program, attachment);
        };
    return new ProgramState(
        program,
        outcome.tone(),
        outcome.word(),
        outcome.reason(),
        attachment instanceof AttachOutcome.Attached
            || attachment instanceof AttachOutcome.PartlyAttached,
        targets(program, attachment));
  }

  private static Outcome ofLoaded(BpfProgram program, @Nullable AttachOutcome attachment) {
    return switch (attachment) {
      case null -> new Outcome(Tone.QUIET, "loaded");
      case AttachOutcome.Attached(var link) ->
          remark(link)
              .map(r -> new Outcome(Tone.CARE, "attached", "'" + program.name() + "': " + r))
              .orElse(new Outcome(Tone.GOOD, "attached"));
      case AttachOutcome.PartlyAttached(var _, String refusal) ->
          new Outcome(Tone.CARE, "partly attached", refusal);
      case AttachOutcome.TargetGone(var link, String reason) ->
          new Outcome(
              Tone.BAD,
              "target gone",
              "'" + program.name() + "' on " + link.describe() + ": " + reason);
      case AttachOutcome.Detached _ -> new Outcome(Tone.QUIET, "detached");
      case AttachOutcome.TailCalled _ -> new Outcome(Tone.GOOD, "tail call");
      case AttachOutcome.NotAttached(String reason) ->
          new Outcome(Tone.BAD, "not attached", reason);
      case AttachOutcome.NeedsTarget(String what, String example) ->
          new Outcome(
              Tone.CARE,
              "loaded",
              "'"
                  + program.name()
                  + "' is not attached: it needs "
                  + what
                  + " (--on "
                  + program.name()
                  + "="
                  + example
                  + ")");
    };
  }

  private static Optional<String> remark(BpfLink link) {
    return link.state() instanceof LinkState.Attached(String remark) && !remark.isEmpty()
        ? Optional.of(remark)
        : Optional.empty();
  }

  private static String targets(BpfProgram program, @Nullable AttachOutcome attachment) {
    if (attachment instanceof AttachOutcome.TailCalled(String place)) {
      return " \u2190 " + place;
    }
    if (program.owner().isClosed()) {
      return "";
    }
    var declared = program.declaredPoint().map(AttachPoint::describe).orElse("");
    var others =
        program.owner().links().stream()
            .filter(l -> l.program().equals(program.name()))
            .map(BpfLink::describe)
            .filter(target -> !target.equals(declared))
            .toList();
    int more = others.size() - MOST_TARGETS;
    return others.isEmpty()
        ? ""
        : " \u2192 "
            + String.join(", ", others.subList(0, Math.min(MOST_TARGETS, others.size())))
            + (more > 0 ? " and " + more + " more" : "");
  }
}
