package org.skep.notebook.ebpf.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.skep.BpfException;
import org.skep.host.catalog.Helper;
import org.skep.notebook.display.Displays;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.display.Renderer;
import org.skep.notebook.ebpf.state.Markup;

/** A helper: its declaration, documentation, and which programs may call it here. */
public final class HelperView implements Renderer {
  @Override
  public Optional<MimeBundle> render(Object value, Displays displays) {
    return value instanceof Helper helper ? Optional.of(bundle(helper)) : Optional.empty();
  }

  private static MimeBundle bundle(Helper helper) {
    List<String> callers = callers(helper);
    String text =
        helper.declaration()
            + "\n\n"
            + helper.description().indent(2).stripTrailing()
            + (helper.returns().isEmpty()
                ? ""
                : "\n\nReturns\n" + helper.returns().indent(2).stripTrailing())
            + "\n\n"
            + String.join("\n", callers);
    String html =
        Markup.pre("<b>" + Markup.escape(helper.declaration()) + "</b>")
            + Markup.pre(Markup.escape(helper.description()))
            + (helper.returns().isEmpty()
                ? ""
                : "<div>returns</div>" + Markup.pre(Markup.escape(helper.returns())))
            + callers.stream()
                .map(c -> "<div>" + Markup.escape(c) + "</div>")
                .collect(Collectors.joining());
    return MimeBundle.html(html, text);
  }

  private static List<String> callers(Helper helper) {
    Helper.Callers callers;
    try {
      callers = helper.callers();
    } catch (BpfException e) {
      return List.of("Who may call it could not be tried: " + e.getMessage());
    }
    var lines = new ArrayList<String>();
    lines.add("Programs that may call it here: " + list(callers.allowed()));
    lines.add("may not: " + list(callers.refused()));
    if (!callers.unknown().isEmpty()) {
      lines.add("cannot be tried apart from a target: " + list(callers.unknown()));
    }
    return lines;
  }

  private static String list(List<String> types) {
    return types.isEmpty() ? "none" : String.join(", ", types);
  }
}
