package org.skep.notebook.display;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The scripts that charts need, as HTML for a notebook's page. They come with the installation. */
final class PlotlyScript {
  private static final String PLOTLY = "plotly-cartesian.min.js";
  private static final String CHART = "chart.js";

  private static final Pattern ENDS = Pattern.compile("(?i)<(/script|!--)");

  private PlotlyScript() {}

  /** What brings plotly.js into the page; empty where the installation lacks it. */
  static Optional<String> loader() {
    return resource(PLOTLY)
        .map(
            text ->
                """
                <script>
                (function (define, module, exports) {
                if (window.Plotly && window.Plotly.newPlot) { return; }
                """
                    + safe(text)
                    // Where modules are known, the script would register as one instead of saying
                    // its name.
                    + "\n}).call(window);\n</script>\n");
  }

  /**
   * A place on the page and the script that draws into it.
   *
   * @param id of the element, unique in the page
   * @param label what the chart is, for those who cannot see it
   * @param statements of JavaScript; {@code Plotly} is plotly.js with the page's looks
   */
  static String chart(String id, String label, String statements) {
    String message =
        "This chart needs the chart library, and the output that brought it into the page is gone:"
            + " run a cell with %plotly, or any chart cell after restarting the kernel.";
    return "<div id=\""
        + id
        + "\" class=\"skep-chart\" role=\"img\" aria-label=\""
        + Html.escape(label)
        + "\"></div>\n<script>\n"
        + resource(CHART).orElseThrow().strip()
        + "(\""
        + id
        + "\", \""
        + message
        + "\", function (Plotly) {\n"
        + safe(statements)
        + "\n});\n</script>\n";
  }

  /** Text of a script in which nothing ends the element, as data of a chart may try to. */
  static String safe(String script) {
    return ENDS.matcher(script).replaceAll("<\\\\$1");
  }

  private static Optional<String> resource(String name) {
    try (InputStream in = PlotlyScript.class.getResourceAsStream(name)) {
      if (in == null) {
        return Optional.empty();
      }
      String text = new String(in.readAllBytes(), UTF_8);
      return Optional.of(
          name.equals(CHART)
              ? text.lines()
                  .filter(line -> !line.strip().startsWith("//"))
                  .collect(Collectors.joining("\n"))
              : text);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + name, e);
    }
  }
}
