package org.skep.notebook.ebpf.state;

import java.util.List;
import java.util.stream.Collectors;
import org.skep.notebook.display.Html;

/**
 * HTML for the output of a cell. Colours are the front end's own, so that light and dark themes
 * both read well; styles stand at the elements, because saved notebooks lose style sheets.
 */
public final class Markup {
  /** Where something went well, was refused, or asks for attention. */
  public enum Tone {
    GOOD("var(--jp-success-color1, #388e3c)"),
    BAD("var(--jp-error-color1, #d32f2f)"),
    CARE("var(--jp-warn-color1, #e65100)"),
    QUIET("var(--jp-ui-font-color2, #757575)");

    private final String colour;

    Tone(String colour) {
      this.colour = colour;
    }
  }

  private static final String CELL = "text-align:left;padding:2px 12px 2px 0;vertical-align:top";

  private Markup() {}

  public static String escape(String text) {
    return Html.escape(text);
  }

  public static String toned(Tone tone, String html) {
    return "<span style=\"color:" + tone.colour + "\">" + html + "</span>";
  }

  public static String code(String text) {
    return "<code>" + escape(text) + "</code>";
  }

  public static String pre(String html) {
    return "<pre style=\"margin:4px 0;padding:0;overflow-x:auto\">" + html + "</pre>";
  }

  /** A block that opens with a click. */
  public static String details(String summaryHtml, String html) {
    return "<details><summary style=\"cursor:pointer\">"
        + summaryHtml
        + "</summary>"
        + html
        + "</details>";
  }

  public static String list(List<String> itemsHtml) {
    return itemsHtml.isEmpty()
        ? ""
        : itemsHtml.stream()
            .map(i -> "<li>" + i + "</li>")
            .collect(
                Collectors.joining("", "<ul style=\"margin:4px 0;padding-left:20px\">", "</ul>"));
  }

  /** A table whose cells are HTML already. */
  public static String table(List<String> headHtml, List<List<String>> rowsHtml) {
    var html =
        new StringBuilder("<table style=\"border-collapse:collapse;margin:4px 0\"><thead><tr>");
    headHtml.forEach(
        h -> html.append("<th style=\"").append(CELL).append("\">").append(h).append("</th>"));
    html.append("</tr></thead><tbody>");
    for (List<String> row : rowsHtml) {
      html.append("<tr>");
      row.forEach(
          c -> html.append("<td style=\"").append(CELL).append("\">").append(c).append("</td>"));
      html.append("</tr>");
    }
    return html.append("</tbody></table>").toString();
  }
}
