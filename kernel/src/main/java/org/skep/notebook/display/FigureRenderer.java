package org.skep.notebook.display;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.plotly.components.Figure;

/**
 * Tablesaw's figures, drawn by the plotly.js that comes with the installation.
 *
 * <p>The first figure of a session puts plotly.js into the page, as an output of its own before it;
 * the later ones use it. As the output is saved with the notebook, charts are drawn again when it
 * is reopened or exported.
 */
public final class FigureRenderer implements Renderer {
  private static final Pattern TYPE = Pattern.compile("(?m)^\\s*type: '(\\w+)'");
  private static final Pattern TITLE = Pattern.compile("(?m)^\\s*title: '([^'\\n]*)'");

  /** Types of axes, which stand among those of charts. */
  private static final Set<String> AXES = Set.of("category", "linear", "log", "date", "default");

  private static final String REMEDY =
      "plotly.js is not part of this installation (run 'npm ci' in the folder kernel, then 'make install')";

  /** The cell that has it, as long as it shows it. */
  private @Nullable CellOutput loadedIn;

  private boolean loaded;

  /** A value that brings plotly.js into the page again, where its output was deleted. */
  public record Reload() {}

  @Override
  public Optional<MimeBundle> render(Object value, Displays displays) {
    return switch (value) {
      case Figure figure -> Optional.of(show(figure));
      case Reload reload -> Optional.of(reload());
      default -> Optional.empty();
    };
  }

  /** Says that a cell removes what it has shown: plotly.js may have been part of that. */
  synchronized void cleared(CellOutput output) {
    if (output.equals(loadedIn)) {
      loaded = false;
    }
  }

  private MimeBundle show(Figure figure) {
    // Tablesaw makes it part of a variable's name.
    String id = "skep_chart_" + UUID.randomUUID().toString().replace("-", "");
    String script = figure.asJavascript(id);
    String summary = summary(script);
    Optional<String> loader = load();
    if (loader.isEmpty()) {
      return MimeBundle.html(
          "<p><b>" + Html.escape(summary) + "</b>: " + Html.escape(REMEDY) + "</p>",
          summary + "\n[" + REMEDY + "]");
    }
    return MimeBundle.html(
        loader.get() + PlotlyScript.chart(id, summary, statements(script)), summary);
  }

  /**
   * What must stand before the chart; nothing where the page has it; empty where we do not have it.
   */
  private synchronized Optional<String> load() {
    if (loaded) {
      return Optional.of("");
    }
    Optional<String> loader = PlotlyScript.loader();
    if (loader.isEmpty()) {
      return Optional.empty();
    }
    Optional<CellOutput> cell = CurrentCell.output();
    if (cell.isEmpty()) {
      return loader;
    }
    cell.get().display(MimeBundle.html(loader.get(), ""), null);
    loaded = true;
    loadedIn = cell.get();
    return Optional.of("");
  }

  private synchronized MimeBundle reload() {
    Optional<String> loader = PlotlyScript.loader();
    if (loader.isEmpty()) {
      return MimeBundle.text(REMEDY);
    }
    loaded = true;
    loadedIn = CurrentCell.output().orElse(null);
    return MimeBundle.html(loader.get() + "plotly.js is in the page", "plotly.js is in the page");
  }

  /** The figure's script without the element around it. */
  private static String statements(String script) {
    int start = script.indexOf("<script>");
    int end = script.lastIndexOf("</script>");
    return start < 0 || end < start ? script : script.substring(start + "<script>".length(), end);
  }

  private static String summary(String script) {
    Set<String> types = new LinkedHashSet<>();
    Matcher type = TYPE.matcher(script);
    while (type.find()) {
      if (!AXES.contains(type.group(1))) {
        types.add(type.group(1));
      }
    }
    Matcher title = TITLE.matcher(script);
    String kinds = String.join(" and ", types);
    return (kinds.isEmpty() ? "chart" : kinds + " chart")
        + (title.find() && !title.group(1).isBlank()
            ? ": "
                + title.group(1).replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&")
            : "");
  }
}
