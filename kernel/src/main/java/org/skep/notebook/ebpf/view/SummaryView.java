package org.skep.notebook.ebpf.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.skep.Note;
import org.skep.VerifierException;
import org.skep.bpf.BpfMap;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.load.LoadOutcome;
import org.skep.notebook.display.Displays;
import org.skep.notebook.display.Html;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.display.Renderer;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.ebpf.state.HumanText;
import org.skep.notebook.ebpf.state.MapList;
import org.skep.notebook.ebpf.state.Markup;
import org.skep.notebook.ebpf.state.Markup.Tone;
import org.skep.notebook.ebpf.state.ProgramState;
import org.skep.text.Count;

/**
 * What became of a cell of C: its programs and where they are attached, its maps, and the notes.
 */
public final class SummaryView implements Renderer {
  private static final List<String> PROGRAM_HEAD =
      List.of("program", "hook", "state", "instructions", "verified in");
  private static final int MOST_REASONS = 12;
  private static final List<String> MAP_HEAD = List.of("map", "type", "key", "value", "size");

  @Override
  public Optional<MimeBundle> render(Object value, Displays displays) {
    return switch (value) {
      case Experiment experiment -> {
        var states = ProgramState.of(experiment.object());
        yield Optional.of(MimeBundle.html(html(experiment, states), text(experiment, states)));
      }
      case BpfObject object -> {
        var states = ProgramState.of(object);
        yield Optional.of(MimeBundle.html(html(object, states), text(object, states)));
      }
      default -> Optional.empty();
    };
  }

  public static String text(Experiment experiment) {
    return text(experiment, ProgramState.of(experiment.object()));
  }

  private static String text(Experiment experiment, List<ProgramState> states) {
    var text = new StringBuilder(experiment.object().name() + ": ");
    text.append(headline(experiment, states)).append('\n');
    text.append(parts(experiment.object(), states));
    experiment.notes().stream()
        .sorted(Comparator.comparing(Note::level))
        .forEach(n -> text.append("  ").append(word(n)).append(": ").append(n).append('\n'));
    if (DiagnosticsView.worthShowing(experiment.warnings())) {
      text.append(new DiagnosticsView(experiment.source()).text(experiment.warnings()));
    }
    refusals(experiment.object())
        .forEach(
            why ->
                text.append(VerifierView.ofLoaded(why, experiment.source()).text()).append('\n'));
    return text.toString().stripTrailing();
  }

  private static String text(BpfObject object, List<ProgramState> states) {
    return (object.name() + ": " + headline(object) + "\n" + parts(object, states)).stripTrailing();
  }

  private static String parts(BpfObject object, List<ProgramState> states) {
    var text = new StringBuilder();
    if (!states.isEmpty()) {
      var rows = new ArrayList<List<String>>(List.of(PROGRAM_HEAD));
      states.forEach(p -> rows.add(row(p)));
      text.append(HumanText.columns(rows, "  "));
      reasons(object, states).forEach(r -> text.append("    ").append(r).append('\n'));
    }
    if (!MapList.of(object).isEmpty()) {
      var rows = new ArrayList<List<String>>(List.of(MAP_HEAD));
      MapList.of(object).forEach(m -> rows.add(row(m)));
      text.append(HumanText.columns(rows, "  "));
    }
    return text.toString();
  }

  private static String html(Experiment experiment, List<ProgramState> states) {
    var html =
        new StringBuilder(htmlParts(experiment.object(), states, headline(experiment, states)));
    notes(experiment, true).forEach(n -> html.append(Html.warning(Markup.escape(n.text()))));
    html.append(
        Markup.list(
            notes(experiment, false)
                .map(n -> Markup.toned(Tone.QUIET, Markup.escape(n.text())))
                .toList()));
    if (DiagnosticsView.worthShowing(experiment.warnings())) {
      html.append(new DiagnosticsView(experiment.source()).html(experiment.warnings()));
    }
    refusals(experiment.object())
        .forEach(why -> html.append(VerifierView.ofLoaded(why, experiment.source()).html()));
    return "<div class=\"skep-summary\">" + html + "</div>";
  }

  private static String word(Note note) {
    return note.level() == Note.Level.WARNING ? "warning" : "note";
  }

  /** The notes that are warnings, or the others. */
  private static Stream<Note> notes(Experiment experiment, boolean warnings) {
    return experiment.notes().stream().filter(n -> (n.level() == Note.Level.WARNING) == warnings);
  }

  private static String html(BpfObject object, List<ProgramState> states) {
    return "<div class=\"skep-summary\">" + htmlParts(object, states, headline(object)) + "</div>";
  }

  private static String htmlParts(BpfObject object, List<ProgramState> states, String headline) {
    var html =
        new StringBuilder("<div><b>")
            .append(Markup.escape(object.name()))
            .append("</b> ")
            .append(Markup.toned(Tone.QUIET, Markup.escape(headline)))
            .append("</div>");
    if (!states.isEmpty()) {
      html.append(Markup.table(PROGRAM_HEAD, states.stream().map(SummaryView::htmlRow).toList()));
      html.append(Markup.list(reasons(object, states).map(Markup::escape).toList()));
    }
    if (!MapList.of(object).isEmpty()) {
      html.append(
          Markup.table(
              MAP_HEAD,
              MapList.of(object).stream()
                  .map(m -> row(m).stream().map(Markup::escape).toList())
                  .toList()));
    }
    return html.toString();
  }

  private static String headline(BpfObject object) {
    return (object.isClosed() ? "closed; loaded " : "loaded ")
        + HumanText.time(Duration.between(object.since(), Instant.now()))
        + " ago";
  }

  /** {@code 1 of 2 programs attached; compiled in 57 ms, loaded in 1.6 ms, attached in 0.4 ms}. */
  private static String headline(Experiment experiment, List<ProgramState> states) {
    long attached = states.stream().filter(ProgramState::isAttached).count();
    var timing = experiment.timing();
    return (attached == states.size()
            ? Count.of(attached, "program")
            : attached + " of " + Count.of(states.size(), "program"))
        + " attached; "
        + (timing.cached() ? "from cache" : "compiled in " + HumanText.time(timing.compile()))
        + ", loaded in "
        + HumanText.time(timing.load())
        + (attached == 0 ? "" : ", attached in " + HumanText.time(timing.attach()));
  }

  private static List<String> row(ProgramState state) {
    int instructions = 0;
    Duration verification = Duration.ZERO;
    var program = state.program();
    if (program.loaded() instanceof LoadOutcome.Loaded loaded) {
      instructions = loaded.instructions();
      verification = loaded.verification();
    }
    return List.of(
        program.name(),
        program.section() + state.targets(),
        state.word(),
        instructions == 0 ? "" : HumanText.number(instructions),
        verification.isZero() ? "" : HumanText.time(verification));
  }

  private static List<String> htmlRow(ProgramState state) {
    var row = new ArrayList<>(row(state).stream().map(Markup::escape).toList());
    row.set(1, Markup.code(state.program().section()) + Markup.escape(state.targets()));
    row.set(2, Markup.toned(state.tone(), row.get(2)));
    return row;
  }

  /** Why programs are not attached; what the verifier refused is told apart, at length. */
  private static Stream<String> reasons(BpfObject object, List<ProgramState> states) {
    List<String> all =
        states.stream()
            .filter(
                p ->
                    !(p.program().loaded() instanceof LoadOutcome.Refused(var why)
                        && why instanceof VerifierException))
            .map(ProgramState::reason)
            .filter(reason -> !reason.isEmpty())
            .toList();
    return all.size() <= MOST_REASONS
        ? all.stream()
        : Stream.concat(
            all.stream().limit(MOST_REASONS),
            Stream.of(
                "and "
                    + (all.size() - MOST_REASONS)
                    + " more ("
                    + object.name()
                    + ".program(\"NAME\").attachment() and .loaded() say why)"));
  }

  static List<String> row(BpfMap map) {
    return List.of(
        map.name(),
        map.type().words(),
        map.key().byteSize() == 0 ? "" : map.key().name(),
        map.value().byteSize() == 0 ? "" : map.value().name(),
        MapList.size(map));
  }

  private static Stream<VerifierException> refusals(BpfObject object) {
    return object.programs().stream()
        .map(BpfProgram::loaded)
        .filter(LoadOutcome.Refused.class::isInstance)
        .map(r -> ((LoadOutcome.Refused) r).why())
        .filter(VerifierException.class::isInstance)
        .map(VerifierException.class::cast);
  }
}
