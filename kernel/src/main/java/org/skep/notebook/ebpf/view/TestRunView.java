package org.skep.notebook.ebpf.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.skep.bpf.run.TestRunResult;
import org.skep.notebook.display.Displays;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.display.Renderer;
import org.skep.notebook.ebpf.state.Markup;
import org.skep.notebook.ebpf.state.Markup.Tone;
import org.skep.text.Count;

/** A test run: its time with spread, what it returned, what it made of the packet. */
public final class TestRunView implements Renderer {
  private static final int MOST_BYTES = 256;

  @Override
  public Optional<MimeBundle> render(Object value, Displays displays) {
    return value instanceof TestRunResult run
        ? Optional.of(MimeBundle.html(html(run), text(run)))
        : Optional.empty();
  }

  private static String text(TestRunResult run) {
    var text = new StringBuilder("test run of '" + run.program() + "' (" + run.type() + ")\n");
    for (List<String> fact : facts(run)) {
      text.append(String.format(Locale.ROOT, "  %-9s%s%n", fact.get(0), fact.get(1)));
    }
    for (String line : dump(run)) {
      text.append("    ").append(line).append('\n');
    }
    for (String note : run.notes()) {
      text.append("  * ").append(note).append('\n');
    }
    return text.toString().stripTrailing();
  }

  private static String html(TestRunResult run) {
    var html =
        new StringBuilder(
            "<div>test run of " + Markup.code(run.program()) + " (" + run.type() + ")</div>");
    html.append(
        Markup.table(
            List.of("", ""),
            facts(run).stream().map(f -> f.stream().map(Markup::escape).toList()).toList()));
    List<String> dump = dump(run);
    if (!dump.isEmpty()) {
      html.append(Markup.pre(Markup.escape(String.join("\n", dump))));
    }
    html.append(Markup.toned(Tone.QUIET, Markup.list(escaped(run.notes()))));
    return html.toString();
  }

  private static List<String> escaped(List<String> texts) {
    return texts.stream().map(Markup::escape).toList();
  }

  private static List<List<String>> facts(TestRunResult run) {
    var facts = new ArrayList<List<String>>();
    if (!run.batches().isEmpty()) {
      facts.add(
          List.of(
              "time",
              String.format(
                  Locale.ROOT,
                  "%s ns a run: the median of %d batches of %,d runs, IQR %s-%s, range %s-%s",
                  nanos(run.medianNanos()),
                  run.batches().size(),
                  run.batches().getFirst().runs(),
                  nanos(run.quantile(0.25)),
                  nanos(run.quantile(0.75)),
                  nanos(run.quantile(0)),
                  nanos(run.quantile(1)))));
    }
    facts.add(
        List.of(
            "returned",
            run.returned()
                + (run.returnedName().isEmpty() ? "" : " (" + run.returnedName() + ")")));
    if (run.output().length > 0) {
      facts.add(List.of("output", output(run.input(), run.output())));
    }
    if (run.context().length > 0) {
      facts.add(List.of("context", HexFormat.ofDelimiter(" ").formatHex(run.context())));
    }
    return facts;
  }

  private static String nanos(double nanos) {
    return String.format(Locale.ROOT, nanos < 9.95 ? "%.1f" : "%,.0f", nanos);
  }

  private static String output(byte[] in, byte[] out) {
    if (Arrays.equals(in, out)) {
      return "the packet as it went in, " + Count.of(out.length, "byte");
    }
    int changed = 0;
    for (int i = 0; i < Math.min(in.length, out.length); i++) {
      changed += in[i] == out[i] ? 0 : 1;
    }
    return in.length == out.length
        ? Count.of(out.length, "byte") + ", " + changed + " of them changed (in brackets)"
        : Count.of(out.length, "byte") + "; " + in.length + " went in";
  }

  /** The output, where it is not what went in. */
  private static List<String> dump(TestRunResult run) {
    return Arrays.equals(run.input(), run.output()) ? List.of() : hex(run.input(), run.output());
  }

  private static List<String> hex(byte[] before, byte[] bytes) {
    boolean compare = before.length == bytes.length;
    var lines = new ArrayList<String>();
    for (int at = 0; at < Math.min(bytes.length, MOST_BYTES); at += 16) {
      var line = new StringBuilder(String.format(Locale.ROOT, "%04x ", at));
      for (int i = at; i < Math.min(at + 16, bytes.length); i++) {
        boolean changed = compare && before[i] != bytes[i];
        line.append(String.format(Locale.ROOT, changed ? "[%02x]" : " %02x ", bytes[i]));
      }
      lines.add(line.toString().stripTrailing());
    }
    if (bytes.length > MOST_BYTES) {
      lines.add("and " + Count.of(bytes.length - MOST_BYTES, "more byte"));
    }
    return lines;
  }
}
