package org.skep.notebook.magic.builtin;

import java.util.List;
import org.skep.notebook.display.FigureRenderer;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.ArgumentCompleter;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.Magics;

/** {@code %chart}, {@code %%html}, {@code %%markdown}, {@code %%javascript}, {@code %%latex}. */
final class PageMagics {
  private static final String HOW_TO_DRAW =
      """
      Charts are drawn by the magics that give tables, and from Java:
        %map NAME.MAP --bar COLUMN NUMBER      bars; NUMBER is a column, or sum(N), max(N), avg(N), count
        %events NAME.MAP --for 5s --hist N     how often numbers of each size occur
        org.skep.chart.Charts.line(table, "x", "y")
      %chart reload brings the chart library into the page again, where charts do not appear.""";

  void register(Magics magics) {
    magics.register(
        MagicSpec.named("plotly", "Reloads the chart library into the page")
            .alias("chart")
            .details(
                """
                The first chart of a session does so by itself; deleting its output takes it away.
                Charts are drawn by --bar COLUMN NUMBER and --hist COLUMN of %map, %events and
                %replay, and from Java by org.skep.chart.Charts.
                """)
            .rest("reload", "the word 'reload', or nothing", ArgumentCompleter.of("reload"))
            .example("%plotly")
            .example("%chart reload")
            .build(),
        (arguments, context) ->
            List.of("", "reload").contains(arguments.find("reload").orElse("").strip())
                ? new FigureRenderer.Reload()
                : MimeBundle.text(HOW_TO_DRAW));
    body(magics, "html", MimeBundle.HTML, "HTML");
    body(magics, "markdown", "text/markdown", "Markdown");
    body(magics, "latex", "text/latex", "LaTeX");
    body(magics, "javascript", "application/javascript", "JavaScript that runs in the page");
  }

  private static void body(Magics magics, String name, String mimeType, String what) {
    magics.register(
        MagicSpec.named(name, "Shows the cell as " + what).build(),
        (arguments, body, context) -> MimeBundle.text(body).with(mimeType, body));
  }
}
