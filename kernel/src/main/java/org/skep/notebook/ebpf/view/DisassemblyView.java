package org.skep.notebook.ebpf.view;

import java.util.Optional;
import java.util.stream.Collectors;
import org.skep.bpf.code.Disassembly;
import org.skep.notebook.display.Displays;
import org.skep.notebook.display.LongText;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.display.Renderer;
import org.skep.notebook.ebpf.state.Markup;
import org.skep.notebook.ebpf.state.Markup.Tone;

/** The code of a program, with the lines of its source set apart from the instructions. */
public final class DisassemblyView implements Renderer {
  @Override
  public Optional<MimeBundle> render(Object value, Displays displays) {
    return value instanceof Disassembly code
        ? Optional.of(MimeBundle.html(html(code), text(code)))
        : Optional.empty();
  }

  private static String text(Disassembly code) {
    return bounded(code) + "\n" + String.join("\n", code.notes());
  }

  private static String bounded(Disassembly code) {
    return LongText.bounded(code.toString(), "disassembly().toString(), or machineCode()");
  }

  private static String html(Disassembly code) {
    String lines =
        bounded(code)
            .lines()
            .map(
                line ->
                    line.startsWith(";")
                        ? "<b>" + Markup.escape(line) + "</b>"
                        : Markup.escape(line))
            .collect(Collectors.joining("\n"));
    return Markup.pre(lines)
        + Markup.toned(Tone.QUIET, Markup.escape(String.join(" ", code.notes())));
  }
}
