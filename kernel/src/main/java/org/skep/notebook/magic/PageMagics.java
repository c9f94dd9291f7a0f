package org.skep.notebook.magic;

import org.skep.notebook.display.FigureRenderer;
import org.skep.notebook.display.MimeBundle;

/** {@code %chart}, {@code %%html}, {@code %%markdown}, {@code %%javascript}, {@code %%latex}. */
final class PageMagics {
  void register(Magics magics) {
    magics.register(
        MagicSpec.named("chart", "Brings plotly.js into the page again, where charts miss it")
            .details(
                "The first chart of a session does so by itself; deleting its output takes it away.")
            .required("reload", "the word 'reload'", Completer.of("reload"))
            .example("%chart reload")
            .build(),
        (arguments, context) -> {
          if (!arguments.get("reload").equals("reload")) {
            throw new MagicException(
                "run '%chart': expected 'reload' but got '" + arguments.get("reload") + "'");
          }
          return new FigureRenderer.Reload();
        });
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
