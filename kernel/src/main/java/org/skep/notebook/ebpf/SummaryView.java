package org.skep.notebook.ebpf;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.skep.Note;
import org.skep.VerifierException;
import org.skep.bpf.AttachOutcome;
import org.skep.bpf.AttachPoint;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfMap;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.LinkState;
import org.skep.bpf.LoadOutcome;
import org.skep.notebook.display.Displays;
import org.skep.notebook.display.Html;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.display.Renderer;
import org.skep.notebook.ebpf.Markup.Tone;

/**
 * What became of a cell of C: its programs and where they are attached, its maps, and the notes.
 */
public final class SummaryView implements Renderer {
  private static final List<String> PROGRAM_HEAD =
      List.of("program", "hook", "state", "instructions", "verified in");
  private static final int MOST_REASONS = 12;
  private static final int MOST_PLACES = 4;
  private static final List<String> MAP_HEAD = List.of("map", "type", "key", "value", "size");

  /**
   * What became of a program.
   *
   * @param tone how good that is
   * @param word the short of it
   * @param reason why; empty where there is nothing to explain
   */
  record State(Tone tone, String word, String reason) {
    State(Tone tone, String word) {
      this(tone, word, "");
    }
  }

  @Override
  public Optional<MimeBundle> render(Object value, Displays displays) {
    return switch (value) {
      case Experiment experiment ->
          Optional.of(MimeBundle.html(html(experiment), text(experiment)));
      case BpfObject object -> Optional.of(MimeBundle.html(html(object), text(object)));
      default -> Optional.empty();
    };
  }

  static String text(Experiment experiment) {
    var text = new StringBuilder(experiment.object().name() + ": ");
    text.append(headline(experiment)).append('\n').append(parts(experiment.object()));
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

  private static String text(BpfObject object) {
    return (object.name() + ": " + headline(object) + "\n" + parts(object)).stripTrailing();
  }

  private static String parts(BpfObject object) {
    var text = new StringBuilder();
    if (!object.programs().isEmpty()) {
      var rows = new ArrayList<List<String>>(List.of(PROGRAM_HEAD));
      object.programs().forEach(p -> rows.add(row(p)));
      text.append(Text.columns(rows, "  "));
      reasons(object).forEach(r -> text.append("    ").append(r).append('\n'));
    }
    if (!MapList.of(object).isEmpty()) {
      var rows = new ArrayList<List<String>>(List.of(MAP_HEAD));
      MapList.of(object).forEach(m -> rows.add(row(m)));
      text.append(Text.columns(rows, "  "));
    }
    return text.toString();
  }

  private static String html(Experiment experiment) {
    var html = new StringBuilder(htmlParts(experiment.object(), headline(experiment)));
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

  private static String html(BpfObject object) {
    return "<div class=\"skep-summary\">" + htmlParts(object, headline(object)) + "</div>";
  }

  private static String htmlParts(BpfObject object, String headline) {
    var html =
        new StringBuilder("<div><b>")
            .append(Markup.escape(object.name()))
            .append("</b> ")
            .append(Markup.toned(Tone.QUIET, Markup.escape(headline)))
            .append("</div>");
    if (!object.programs().isEmpty()) {
      html.append(
          Markup.table(
              PROGRAM_HEAD, object.programs().stream().map(SummaryView::htmlRow).toList()));
      html.append(Markup.list(reasons(object).map(Markup::escape).toList()));
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
        + Text.time(Duration.between(object.since(), Instant.now()))
        + " ago";
  }

  /** {@code 1 of 2 programs attached; compiled in 57 ms, loaded in 1.6 ms, attached in 0.4 ms}. */
  private static String headline(Experiment experiment) {
    var programs = experiment.object().programs();
    long attached =
        programs.stream()
            .filter(
                p ->
                    p.attachment()
                        .filter(
                            a ->
                                a instanceof AttachOutcome.Attached
                                    || a instanceof AttachOutcome.PartlyAttached)
                        .isPresent())
            .count();
    var timing = experiment.timing();
    return (attached == programs.size()
            ? Text.count(attached, "program")
            : attached + " of " + Text.count(programs.size(), "program"))
        + " attached; "
        + (timing.cached() ? "from cache" : "compiled in " + Text.time(timing.compile()))
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
        program.section() + places(program),
        state(program).word(),
        instructions == 0 ? "" : Text.number(instructions),
        verification.isZero() ? "" : Text.time(verification));
  }

  /** Where it is, other than its section says. */
  private static String places(BpfProgram program) {
    if (program.attachment().orElse(null) instanceof AttachOutcome.TailCalled(String place)) {
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
            .filter(place -> !place.equals(declared))
            .toList();
    int more = others.size() - MOST_PLACES;
    return others.isEmpty()
        ? ""
        : " \u2192 "
            + String.join(", ", others.subList(0, Math.min(MOST_PLACES, others.size())))
            + (more > 0 ? " and " + more + " more" : "");
  }

  private static List<String> htmlRow(BpfProgram program) {
    var row = new ArrayList<>(row(program).stream().map(Markup::escape).toList());
    row.set(1, Markup.code(program.section()) + Markup.escape(places(program)));
    row.set(2, Markup.toned(state(program).tone(), row.get(2)));
    return row;
  }

  /** Why programs are not attached; what the verifier refused is told apart, at length. */
  private static Stream<String> reasons(BpfObject object) {
    List<String> all =
        object.programs().stream()
            .filter(
                p ->
                    !(p.loaded() instanceof LoadOutcome.Refused(var why)
                        && why instanceof VerifierException))
            .map(p -> state(p).reason())
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

  static State state(BpfProgram program) {
    return switch (program.loaded()) {
      case LoadOutcome.Refused(var why) ->
          new State(Tone.BAD, "rejected", String.valueOf(why.getMessage()));
      case LoadOutcome.Skipped(String reason) -> new State(Tone.QUIET, "not loaded", reason);
      case LoadOutcome.Loaded _ ->
          switch (program.attachment().orElse(null)) {
            case null -> new State(Tone.QUIET, "loaded");
            case AttachOutcome.Attached(var link) ->
                remark(link)
                    .map(
                        remark ->
                            new State(Tone.CARE, "attached", "'" + program.name() + "': " + remark))
                    .orElse(new State(Tone.GOOD, "attached"));
            case AttachOutcome.PartlyAttached(var _, String refusal) ->
                new State(Tone.CARE, "partly attached", refusal);
            case AttachOutcome.TargetGone(var link, String reason) ->
                new State(
                    Tone.BAD,
                    "target gone",
                    "'" + program.name() + "' on " + link.describe() + ": " + reason);
            case AttachOutcome.Detached _ -> new State(Tone.QUIET, "detached");
            case AttachOutcome.TailCalled _ -> new State(Tone.GOOD, "tail call");
            case AttachOutcome.NotAttached(String reason) ->
                new State(Tone.BAD, "not attached", reason);
            case AttachOutcome.NeedsTarget(String what, String example) ->
                new State(
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
    };
  }

  private static Optional<String> remark(BpfLink link) {
    return link.state() instanceof LinkState.Attached(String remark) && !remark.isEmpty()
        ? Optional.of(remark)
        : Optional.empty();
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
