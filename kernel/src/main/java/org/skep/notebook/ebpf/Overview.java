package org.skep.notebook.ebpf;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfMap;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.notebook.display.MimeBundle;

/** Everything that a notebook holds in the kernel: a row for each program, link and map. */
final class Overview {
  private static final List<String> HEAD =
      List.of("object", "part", "name", "type", "state", "entries", "since");

  private Overview() {}

  static MimeBundle of(List<Experiment> experiments) {
    var rows = new ArrayList<List<String>>();
    experiments.forEach(e -> rows.addAll(rows(e.object())));
    if (rows.isEmpty()) {
      return MimeBundle.text("This notebook holds nothing in the kernel.");
    }
    String html =
        Markup.table(
            HEAD, rows.stream().map(r -> r.stream().map(Markup::escape).toList()).toList());
    rows.addFirst(HEAD);
    return MimeBundle.html(html, Text.columns(rows, "").stripTrailing());
  }

  private static List<List<String>> rows(BpfObject object) {
    var rows = new ArrayList<List<String>>();
    String since = Text.time(Duration.between(object.since(), Instant.now())) + " ago";
    for (BpfProgram program : object.programs()) {
      String state = SummaryView.state(program).word();
      rows.add(
          List.of(object.name(), "program", program.name(), program.section(), state, "", since));
    }
    for (BpfLink link : object.links()) {
      rows.add(List.of(object.name(), "link", link.program(), "", link.describe(), "", since));
    }
    for (BpfMap map : object.maps()) {
      String entries = Text.number(map.maxEntries());
      rows.add(List.of(object.name(), "map", map.name(), map.type().words(), "", entries, since));
    }
    return rows;
  }
}
