package org.skep.notebook.ebpf.view;

import java.util.List;
import org.skep.CompileException;
import org.skep.CompileException.Diagnostic;
import org.skep.CompileException.Severity;
import org.skep.compile.BpfSource;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.state.Markup;

/** What clang remarked on a cell, each remark with its line of the cell and a caret under it. */
public final class DiagnosticsView {
  private static final int MOST = 20;

  private final BpfSource source;
  private final List<String> lines;

  public DiagnosticsView(BpfSource source) {
    this.source = source;
    this.lines = source.text().lines().toList();
  }

  public MimeBundle of(CompileException failure) {
    return MimeBundle.html(html(failure.diagnostics()), text(failure.diagnostics()));
  }

  String text(List<Diagnostic> diagnostics) {
    var text = new StringBuilder();
    for (Diagnostic each : first(diagnostics)) {
      text.append(heading(each)).append('\n');
      String line = line(each);
      if (!line.isEmpty()) {
        text.append("    ").append(line).append('\n');
        text.append("    ").append(caret(line, each.column())).append('\n');
      }
    }
    return text + more(diagnostics);
  }

  private static List<Diagnostic> first(List<Diagnostic> diagnostics) {
    return diagnostics.subList(0, Math.min(MOST, diagnostics.size()));
  }

  private static String more(List<Diagnostic> diagnostics) {
    return diagnostics.size() <= MOST ? "" : "and " + (diagnostics.size() - MOST) + " more\n";
  }

  String html(List<Diagnostic> diagnostics) {
    var html = new StringBuilder();
    for (Diagnostic each : first(diagnostics)) {
      var tone =
          switch (each.severity()) {
            case ERROR -> Markup.Tone.BAD;
            case WARNING -> Markup.Tone.CARE;
            case NOTE -> Markup.Tone.QUIET;
          };
      html.append("<div>")
          .append(Markup.toned(tone, "<b>" + Markup.escape(severity(each)) + "</b>"))
          .append(Markup.escape(place(each)))
          .append(": ")
          .append(Markup.escape(each.message()))
          .append("</div>");
      String line = line(each);
      if (!line.isEmpty()) {
        html.append(
            Markup.pre(
                "    "
                    + Markup.escape(line)
                    + "\n    "
                    + Markup.toned(tone, caret(line, each.column()))));
      }
    }
    return html + Markup.escape(more(diagnostics));
  }

  private String heading(Diagnostic diagnostic) {
    return severity(diagnostic) + place(diagnostic) + ": " + diagnostic.message();
  }

  private static String severity(Diagnostic diagnostic) {
    return switch (diagnostic.severity()) {
      case ERROR -> "error";
      case WARNING -> "warning";
      case NOTE -> "note";
    };
  }

  /** With a blank before it; empty for a warning about clang's own options. */
  private String place(Diagnostic diagnostic) {
    if (diagnostic.line() == 0) {
      return diagnostic.file().isEmpty() ? "" : " " + diagnostic.file();
    }
    String file = inCell(diagnostic) ? "" : diagnostic.file() + ", ";
    return " " + file + "line " + diagnostic.line() + ", column " + diagnostic.column();
  }

  private boolean inCell(Diagnostic diagnostic) {
    return diagnostic.file().equals(source.name());
  }

  private String line(Diagnostic diagnostic) {
    return inCell(diagnostic) && diagnostic.line() >= 1 && diagnostic.line() <= lines.size()
        ? lines.get(diagnostic.line() - 1)
        : "";
  }

  /** Spaces up to the column, with the tabs of the line kept, so that the caret stands under it. */
  private static String caret(String line, int column) {
    var caret = new StringBuilder();
    for (int i = 0; i < Math.min(column - 1, line.length()); i++) {
      caret.append(line.charAt(i) == '\t' ? '\t' : ' ');
    }
    return caret.append('^').toString();
  }

  /** Whether there is anything worse than a note. */
  static boolean worthShowing(List<Diagnostic> diagnostics) {
    return diagnostics.stream().anyMatch(d -> d.severity() != Severity.NOTE);
  }
}
