package org.skep.notebook.ebpf.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfMap;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.attach.LinkState;
import org.skep.bpf.load.LoadOutcome;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.ebpf.state.HumanText;
import org.skep.notebook.ebpf.state.MapList;
import org.skep.notebook.ebpf.state.Markup;
import org.skep.notebook.ebpf.state.ProgramState;
import org.skep.text.Count;

/** Everything that a notebook holds in the kernel: a row for each program, link and map. */
public final class Overview {
  private static final List<String> HEAD =
      List.of("object", "part", "name", "type", "state", "size", "memory", "since");

  private Overview() {}

  public static MimeBundle of(List<Experiment> experiments) {
    var rows = new ArrayList<List<String>>();
    experiments.forEach(e -> rows.addAll(rows(e.object())));
    if (rows.isEmpty()) {
      return MimeBundle.text("This notebook holds nothing in the kernel.");
    }
    String sum = sum(experiments);
    String html =
        Markup.table(HEAD, rows.stream().map(r -> r.stream().map(Markup::escape).toList()).toList())
            + "<p>"
            + Markup.escape(sum)
            + "</p>";
    rows.addFirst(HEAD);
    return MimeBundle.html(html, HumanText.columns(rows, "") + sum);
  }

  private static String sum(List<Experiment> experiments) {
    long programs = 0;
    long links = 0;
    long maps = 0;
    long own = 0;
    long bytes = 0;
    for (Experiment experiment : experiments) {
      BpfObject object = experiment.object();
      var loaded = object.programs().stream().filter(Overview::isLoaded).toList();
      programs += loaded.size();
      links += object.links().size();
      maps += object.maps().size();
      own += object.maps().size() - MapList.of(object).size();
      bytes += loaded.stream().mapToLong(p -> p.memory().orElse(0)).sum();
      bytes += object.maps().stream().mapToLong(m -> m.memory().orElse(0)).sum();
    }
    return "in the kernel: "
        + Count.of(programs, "program")
        + ", "
        + Count.of(links, "link")
        + ", "
        + Count.of(maps, "map")
        + (own == 0 ? "" : " (" + own + " of them to count lost events)")
        + ", "
        + HumanText.bytes(bytes);
  }

  private static boolean isLoaded(BpfProgram program) {
    return program.loaded() instanceof LoadOutcome.Loaded;
  }

  private static List<List<String>> rows(BpfObject object) {
    var rows = new ArrayList<List<String>>();
    String since = ago(object.since());
    for (BpfProgram program : object.programs()) {
      String state = ProgramState.of(program).word();
      String memory = isLoaded(program) ? memory(program.memory()) : "";
      rows.add(
          List.of(
              object.name(),
              "program",
              program.name(),
              program.section(),
              state,
              "",
              memory,
              since));
    }
    for (BpfLink link : object.links()) {
      rows.add(
          List.of(
              object.name(),
              "link",
              link.program(),
              "",
              link.describe() + state(link),
              "",
              "",
              ago(link.since())));
    }
    for (BpfMap map : MapList.of(object)) {
      rows.add(
          List.of(
              object.name(),
              "map",
              map.name(),
              map.type().words(),
              "",
              MapList.size(map),
              memory(map.memory()),
              since));
    }
    return rows;
  }

  private static String state(BpfLink link) {
    return switch (link.state()) {
      case LinkState.Attached(String remark) -> remark.isEmpty() ? "" : "; " + remark;
      case LinkState.Gone(String reason) -> "; gone: " + reason;
      case LinkState.Closed _ -> "; closed";
    };
  }

  private static String ago(Instant since) {
    return HumanText.time(Duration.between(since, Instant.now())) + " ago";
  }

  private static String memory(OptionalLong bytes) {
    return bytes.isPresent() ? HumanText.bytes(bytes.getAsLong()) : "";
  }
}
