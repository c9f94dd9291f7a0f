package org.skep.notebook.ebpf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.VerifierException;
import org.skep.bpf.AttachOutcome;
import org.skep.bpf.BpfMap;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.LoadOutcome;
import org.skep.notebook.display.Displays;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.display.Renderer;
import org.skep.notebook.ebpf.Html.Tone;

/**
 * What became of a cell of C: its programs and where they are attached, its maps, and the notes.
 */
public final class SummaryView implements Renderer {
  private static final List<String> PROGRAM_HEAD =
      List.of("program", "hook", "state", "instructions", "verified in");
  private static final List<String> MAP_HEAD = List.of("map", "type", "key", "value", "entries");

  /** What became of a program, in a word or a sentence, and how good that is. */
  record State(Tone tone, String text) {}

  @Override
  public Optional<MimeBundle> render(Object value, Displays displays) {
    return value instanceof Experiment experiment
        ? Optional.of(MimeBundle.html(html(experiment), text(experiment)))
        : Optional.empty();
  }

  static String text(Experiment experiment) {
    var text = new StringBuilder(experiment.object().name() + ": " + headline(experiment) + "\n");
    if (!experiment.object().programs().isEmpty()) {
      var rows = new ArrayList<List<String>>(List.of(PROGRAM_HEAD));
      experiment.object().programs().forEach(p -> rows.add(row(p)));
      text.append(Text.columns(rows, "  "));
    }
    if (!experiment.object().maps().isEmpty()) {
      var rows = new ArrayList<List<String>>(List.of(MAP_HEAD));
      experiment.object().maps().forEach(m -> rows.add(row(m)));
      text.append(Text.columns(rows, "  "));
    }
    experiment.notes().forEach(n -> text.append("  note: ").append(n).append('\n'));
    if (DiagnosticsView.worthShowing(experiment.warnings())) {
      text.append(new DiagnosticsView(experiment.source()).text(experiment.warnings()));
    }
    for (BpfProgram program : experiment.object().programs()) {
      refusal(program)
          .ifPresent(why -> text.append(VerifierView.text(why, experiment.source())).append('\n'));
    }
    return text.toString().stripTrailing();
  }

  private static String html(Experiment experiment) {
    var html = new StringBuilder("<div class=\"skep-summary\"><div><b>");
    html.append(Html.escape(experiment.object().name()))
        .append("</b> ")
        .append(Html.toned(Tone.QUIET, Html.escape(headline(experiment))))
        .append("</div>");
    if (!experiment.object().programs().isEmpty()) {
      html.append(
          Html.table(
              PROGRAM_HEAD,
              experiment.object().programs().stream().map(SummaryView::htmlRow).toList()));
    }
    if (!experiment.object().maps().isEmpty()) {
      html.append(
          Html.table(
              MAP_HEAD,
              experiment.object().maps().stream()
                  .map(m -> row(m).stream().map(Html::escape).toList())
                  .toList()));
    }
    html.append(
        Html.list(
            experiment.notes().stream().map(n -> Html.toned(Tone.QUIET, Html.escape(n))).toList()));
    if (DiagnosticsView.worthShowing(experiment.warnings())) {
      html.append(new DiagnosticsView(experiment.source()).html(experiment.warnings()));
    }
    for (BpfProgram program : experiment.object().programs()) {
      refusal(program).ifPresent(why -> html.append(VerifierView.html(why, experiment.source())));
    }
    return html.append("</div>").toString();
  }

  /** {@code 1 of 2 programs attached; compiled in 57 ms, loaded in 1.6 ms, attached in 0.4 ms}. */
  private static String headline(Experiment experiment) {
    var programs = experiment.object().programs();
    long attached =
        programs.stream()
            .filter(
                p -> p.attachment().filter(AttachOutcome.Attached.class::isInstance).isPresent())
            .count();
    var timing = experiment.timing();
    return (attached == programs.size()
            ? Text.count(attached, "program")
            : attached + " of " + Text.count(programs.size(), "program"))
        + " attached; "
        + (timing.cached() ? "compiled before" : "compiled in " + Text.time(timing.compile()))
        + ", loaded in "
        + Text.time(timing.load())
        + (attached == 0 ? "" : ", attached in " + Text.time(timing.attach()));
  }

  private static List<String> row(BpfProgram program) {
    int instructions = 0;
    Duration verification = Duration.ZERO;
    if (program.loaded() instanceof LoadOutcome.Loaded loaded) {
      instructions = loaded.instructions();
      verification = loaded.verification();
    }
    return List.of(
        program.name(),
        program.section(),
        state(program).text(),
        instructions == 0 ? "" : Text.number(instructions),
        verification.isZero() ? "" : Text.time(verification));
  }

  private static List<String> htmlRow(BpfProgram program) {
    var row = new ArrayList<>(row(program).stream().map(Html::escape).toList());
    row.set(1, Html.code(program.section()));
    row.set(2, Html.toned(state(program).tone(), row.get(2)));
    return row;
  }

  static State state(BpfProgram program) {
    return switch (program.loaded()) {
      case LoadOutcome.Refused(var why) ->
          new State(Tone.BAD, "refused: " + String.valueOf(why.getMessage()));
      case LoadOutcome.Skipped(String reason) -> new State(Tone.QUIET, "not loaded: " + reason);
      case LoadOutcome.Loaded _ ->
          switch (program.attachment().orElse(null)) {
            case null -> new State(Tone.QUIET, "loaded");
            case AttachOutcome.Attached(var link) ->
                link.isClosed()
                    ? new State(Tone.QUIET, "detached")
                    : new State(Tone.GOOD, "attached");
            case AttachOutcome.NotAttached(String reason) ->
                new State(Tone.BAD, "not attached: " + reason);
            case AttachOutcome.NeedsTarget(String what) ->
                new State(Tone.CARE, "loaded; needs " + what);
          };
    };
  }

  static List<String> row(BpfMap map) {
    return List.of(map.name(), map.type().toString(), "", "", Text.number(map.maxEntries()));
  }

  private static Optional<VerifierException> refusal(BpfProgram program) {
    return program.loaded() instanceof LoadOutcome.Refused(VerifierException why)
        ? Optional.of(why)
        : Optional.empty();
  }
}
