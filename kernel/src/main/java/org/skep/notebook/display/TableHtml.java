package org.skep.notebook.display;

import org.skep.notebook.display.Grid.Strip;

/** A table as HTML that brings its own looks and takes its colours from the page. */
final class TableHtml {
  private static final int LONGEST_CELL = 400;
  private static final int LONGEST_NAME = 120;

  /** Longer texts are broken into lines, so that the columns behind them stay in sight. */
  private static final int LONGEST_LINE = 48;

  private static final int LONGEST_TITLE = 1_000;

  /**
   * Neutral colours where the page names none, so that it can be read on light and dark pages. The
   * class is named twice, as JupyterLab's page aligns all tables to the right by rules of two
   * classes.
   */
  private static final String STYLE =
      """
      <style>
      .skep-table{max-width:100%;max-height:36em;overflow:auto;margin:.3em 0}
      .skep-table.skep-table table{border-collapse:collapse;border:0;margin:0;font-size:inherit;\
      font-variant-numeric:tabular-nums;color:var(--jp-content-font-color1,inherit)}
      .skep-table.skep-table th,.skep-table.skep-table td{padding:.15em .9em;border:0;\
      border-bottom:1px solid var(--jp-border-color2,rgba(128,128,128,.3));\
      text-align:left;vertical-align:top;white-space:pre;background:transparent}
      .skep-table.skep-table thead th{position:sticky;top:0;font-weight:bold;\
      background:var(--jp-layout-color0,var(--vscode-editor-background,#fff))}
      .skep-table.skep-table .n{text-align:right}
      .skep-table.skep-table td.w{white-space:pre-wrap;overflow-wrap:anywhere;min-width:22em;max-width:34em}
      .skep-table.skep-table .gap,.skep-table.skep-table .none{opacity:.5}
      .skep-table.skep-table .gap{text-align:center}
      .skep-table.skep-table tbody tr:nth-child(odd),.skep-table.skep-table tbody tr:nth-child(even){background:transparent}
      .skep-table.skep-table tbody tr:hover{background:rgba(128,128,128,.15)}
      .skep-table-caption{font-size:90%;opacity:.75;margin:.2em 0 .6em}
      </style>
      """;

  private TableHtml() {}

  static String of(Grid grid) {
    StringBuilder html = new StringBuilder(STYLE);
    html.append("<div class=\"skep-table\">\n<table>\n<thead><tr>");
    for (int c = 0; c < grid.columns().size(); c++) {
      Strip strip = grid.columns().get(c);
      html.append(strip.numeric() ? "<th class=\"n\"" : "<th")
          .append(" title=\"")
          .append(Html.escape(strip.type()))
          .append("\">")
          .append(Html.escape(PlainText.cut(strip.name(), LONGEST_NAME)))
          .append("</th>");
      if (c == grid.columnGap()) {
        html.append("<th class=\"gap\">⋯</th>");
      }
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (int row = 0; row < grid.shownRows(); row++) {
      if (row == grid.head()) {
        gap(html, grid);
      }
      row(html, grid, row);
    }
    if (grid.tail() == 0 && grid.head() < grid.allRows()) {
      gap(html, grid);
    }
    html.append("</tbody>\n</table>\n</div>\n");
    grid.warnings().forEach(warning -> html.append(Html.warning(Html.escape(warning))));
    html.append("<div class=\"skep-table-caption\">").append(Html.escape(grid.caption()));
    for (String note : grid.notes()) {
      html.append("<br>").append(Html.escape(note));
    }
    return html.append("</div>\n").toString();
  }

  private static void row(StringBuilder html, Grid grid, int row) {
    html.append("<tr>");
    for (int c = 0; c < grid.columns().size(); c++) {
      Strip strip = grid.columns().get(c);
      cell(html, strip.cells().get(row), strip.numeric());
      if (c == grid.columnGap()) {
        html.append("<td class=\"gap\">⋯</td>");
      }
    }
    html.append("</tr>\n");
  }

  private static void cell(StringBuilder html, String text, boolean numeric) {
    html.append(
        numeric ? "<td class=\"n\"" : text.length() > LONGEST_LINE ? "<td class=\"w\"" : "<td");
    if (text.isEmpty()) {
      html.append("><span class=\"none\">–</span></td>");
      return;
    }
    if (text.length() > LONGEST_CELL) {
      html.append(" title=\"")
          .append(Html.escape(PlainText.cut(text, LONGEST_TITLE)))
          .append("\">")
          .append(Html.escape(text.substring(0, LONGEST_CELL - 1)))
          .append('…');
    } else {
      html.append('>').append(Html.escape(text));
    }
    html.append("</td>");
  }

  private static void gap(StringBuilder html, Grid grid) {
    int columns = grid.columns().size() + (grid.columnGap() < 0 ? 0 : 1);
    html.append("<tr><td class=\"gap\" colspan=\"").append(columns).append("\">⋮</td></tr>\n");
  }
}
