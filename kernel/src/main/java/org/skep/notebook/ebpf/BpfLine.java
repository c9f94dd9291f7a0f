package org.skep.notebook.ebpf;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfMap;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completer;
import org.skep.notebook.magic.Completions;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;

/** {@code %bpf}: what this notebook holds in the kernel, and letting go of it. */
final class BpfLine implements LineMagic {
  private static final List<String> HEAD =
      List.of("object", "part", "name", "type", "state", "entries", "since");

  private final MagicSpec spec;
  private final Experiments experiments;

  BpfLine(Experiments experiments) {
    this.experiments = experiments;
    this.spec =
        MagicSpec.named("bpf", "Shows what this notebook holds in the kernel, or lets go of it")
            .optional(
                "ACTION",
                "attach, detach or close; without it, everything is shown",
                Completer.of("attach", "detach", "close"))
            .optional("NAME[.PROGRAM]", "an object, or one of its programs", this::names)
            .example("%bpf")
            .example("%bpf detach opens.count")
            .example("%bpf close opens")
            .build();
  }

  MagicSpec spec() {
    return spec;
  }

  @Override
  public @Nullable Object run(Arguments arguments, MagicContext context) {
    String action = arguments.find("ACTION").orElse("");
    if (action.isEmpty()) {
      return overview();
    }
    String path =
        arguments
            .find("NAME[.PROGRAM]")
            .orElseThrow(
                () -> new MagicException("%bpf " + action + ": of what? (" + loaded() + ")"));
    try {
      switch (action) {
        case "attach" -> programs(path).forEach(BpfProgram::attach);
        case "detach" -> links(path).forEach(BpfLink::close);
        case "close" -> {
          if (experiments.close(path).isEmpty()) {
            throw noObject(path);
          }
        }
        default ->
            throw new MagicException("%bpf " + action + ": no such action (attach, detach, close)");
      }
    } catch (BpfException | IllegalArgumentException | IllegalStateException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
    return overview();
  }

  private List<BpfProgram> programs(String path) {
    BpfObject object = object(path);
    int dot = path.indexOf('.');
    return dot < 0 ? object.programs() : List.of(object.program(path.substring(dot + 1)));
  }

  private List<BpfLink> links(String path) {
    var names = programs(path).stream().map(BpfProgram::name).toList();
    return object(path).links().stream().filter(l -> names.contains(l.program())).toList();
  }

  private BpfObject object(String path) {
    int dot = path.indexOf('.');
    String name = dot < 0 ? path : path.substring(0, dot);
    return experiments.find(name).map(Experiment::object).orElseThrow(() -> noObject(name));
  }

  private MagicException noObject(String name) {
    return new MagicException("find object '" + name + "': no such object (" + loaded() + ")");
  }

  private String loaded() {
    var names = experiments.names();
    return names.isEmpty() ? "nothing is loaded" : "loaded: " + String.join(", ", names);
  }

  private MimeBundle overview() {
    var rows = new ArrayList<List<String>>();
    for (Experiment experiment : experiments.all()) {
      BpfObject object = experiment.object();
      String since = Text.time(Duration.between(object.since(), Instant.now())) + " ago";
      for (BpfProgram program : object.programs()) {
        rows.add(
            List.of(
                object.name(),
                "program",
                program.name(),
                program.section(),
                SummaryView.state(program).text(),
                "",
                since));
      }
      for (BpfLink link : object.links()) {
        rows.add(List.of(object.name(), "link", link.program(), "", link.describe(), "", since));
      }
      for (BpfMap map : object.maps()) {
        rows.add(
            List.of(
                object.name(),
                "map",
                map.name(),
                map.type().words(),
                "",
                Text.number(map.maxEntries()),
                since));
      }
    }
    if (rows.isEmpty()) {
      return MimeBundle.text("This notebook holds nothing in the kernel.");
    }
    String html =
        Markup.table(
            HEAD, rows.stream().map(r -> r.stream().map(Markup::escape).toList()).toList());
    rows.addFirst(HEAD);
    return MimeBundle.html(html, Text.columns(rows, "").stripTrailing());
  }

  private List<Completions.Item> names(String typed, MagicContext context) {
    var items = new ArrayList<Completions.Item>();
    for (Experiment experiment : experiments.all()) {
      String name = experiment.object().name();
      items.add(new Completions.Item(name, "object", ""));
      experiment
          .object()
          .programs()
          .forEach(
              p -> items.add(new Completions.Item(name + "." + p.name(), "program", p.section())));
    }
    return items;
  }
}
