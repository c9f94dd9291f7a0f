package org.skep.notebook.ebpf.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.skep.VerifierException;
import org.skep.compile.BpfSource;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.state.Markup;
import org.skep.notebook.ebpf.state.Markup.Tone;
import org.skep.text.Count;
import org.skep.verifier.Finding;
import org.skep.verifier.Findings;
import org.skep.verifier.SourceLine;

/**
 * Why the verifier refused a program: the line, the value that was wrong, where it came from, what
 * to change. The page has the log, closed: of a long one head and tail, and where the whole is;
 * plain text has its end.
 */
public final class VerifierView {
  private static final int LAST_LINES = 12;

  private final VerifierException refusal;
  private final Finding finding;
  private final String log;

  private VerifierView(VerifierException refusal, BpfSource source, String whole) {
    this.refusal = refusal;
    this.log = LogExcerpt.of(refusal.log(), whole);
    this.finding = Findings.of(refusal.program(), refusal.log(), source.name(), source.text());
  }

  /** Of a program whose object is loaded without it, and keeps its log. */
  public static VerifierView ofLoaded(VerifierException refusal, BpfSource source) {
    return new VerifierView(
        refusal, source, source.name() + ".program(\"" + refusal.program() + "\").log()");
  }

  /** Of a program whose object is not loaded: a long log is kept in a file. */
  public static VerifierView ofRefused(VerifierException refusal, BpfSource source) {
    return new VerifierView(
        refusal,
        source,
        LogExcerpt.isWhole(refusal.log())
            ? ""
            : LogExcerpt.keep(source.name(), refusal.program(), refusal.log()));
  }

  public MimeBundle bundle() {
    return MimeBundle.html(html(), text());
  }

  /** One sentence: {@code load program 'count': line 7: ...}. */
  public String summary() {
    return "load program '" + refusal.program() + "': " + finding.summary();
  }

  String text() {
    var text = new StringBuilder("program '" + refusal.program() + "' was rejected");
    finding.line().ifPresent(l -> text.append(" at ").append(quote(l)));
    text.append("\n  ").append(finding.sentence());
    explanations().forEach(e -> text.append("\n  ").append(e));
    List<String> lines = log.strip().lines().toList();
    int skipped = Math.max(0, lines.size() - LAST_LINES);
    text.append(
        skipped == 0
            ? "\n  verifier log:\n"
            : "\n  the last "
                + LAST_LINES
                + " of "
                + refusal.log().strip().lines().count()
                + " lines of the verifier log:\n");
    text.append(
        lines.stream().skip(skipped).map(l -> "    " + l).collect(Collectors.joining("\n")));
    return text.toString();
  }

  String html() {
    var html = new StringBuilder("<div>");
    html.append(Markup.toned(Tone.BAD, "<b>rejected</b>"))
        .append(" program ")
        .append(Markup.code(refusal.program()));
    finding.line().ifPresent(l -> html.append(", ").append(place(l)));
    html.append(": ").append(Markup.escape(finding.sentence())).append("</div>");
    finding
        .line()
        .filter(l -> !l.text().isEmpty())
        .ifPresent(l -> html.append(Markup.pre("    " + Markup.escape(l.text()))));
    html.append(Markup.list(explanations().stream().map(Markup::escape).toList()));
    html.append(
        Markup.details(
            (LogExcerpt.isWhole(refusal.log())
                    ? "the verifier's whole log, "
                    : "the verifier's log, ")
                + Count.of(refusal.log().lines().count(), "line"),
            Markup.pre(Markup.escape(log))));
    return html.toString();
  }

  private List<String> explanations() {
    var all = new ArrayList<String>();
    finding
        .origin()
        .ifPresent(
            o ->
                all.add("the value: " + o.words() + o.line().map(l -> ", " + quote(l)).orElse("")));
    Optional.of(finding.remedy()).filter(r -> !r.isEmpty()).ifPresent(r -> all.add("change: " + r));
    if (!finding.refusal().isEmpty() && !finding.refusal().equals(finding.sentence())) {
      all.add("verifier: " + finding.refusal().replace('\n', ' '));
    }
    return all;
  }

  private static String quote(SourceLine line) {
    return place(line) + (line.text().isEmpty() ? "" : ": " + line.text());
  }

  private static String place(SourceLine line) {
    return line.line() > 0 ? "line " + line.line() : "a line";
  }
}
