package org.skep.notebook.display;

import java.util.ArrayList;
import java.util.List;
import org.skep.notebook.display.Grid.Strip;

/** A table as aligned text of bounded width. */
final class TableText {
  private static final int WIDEST = 160;
  private static final int WIDEST_COLUMN = 40;

  private TableText() {}

  static String of(Grid grid) {
    List<Strip> strips = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    int total = 0;
    int left = 0;
    for (Strip strip : grid.columns()) {
      int width = width(strip);
      if (left == 0 && (total + width <= WIDEST || strips.isEmpty())) {
        strips.add(strip);
        widths.add(width);
        total += width + 2;
      } else {
        left++;
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(line(strips, widths, -1));
    lines.add("─".repeat(Math.max(1, total - 2)));
    for (int row = 0; row < grid.shownRows(); row++) {
      if (row == grid.head()) {
        lines.add("⋮");
      }
      lines.add(line(strips, widths, row));
    }
    if (grid.tail() == 0 && grid.head() < grid.allRows()) {
      lines.add("⋮");
    }
    lines.add(grid.caption() + (left == 0 ? "" : " (" + left + " more do not fit)"));
    grid.warnings().forEach(warning -> lines.add("warning: " + warning));
    lines.addAll(grid.notes());
    return String.join("\n", lines);
  }

  private static int width(Strip strip) {
    int width = clean(strip.name()).length();
    for (String cell : strip.cells()) {
      width = Math.max(width, clean(cell).length());
    }
    return width;
  }

  private static String line(List<Strip> strips, List<Integer> widths, int row) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < strips.size(); c++) {
      Strip strip = strips.get(c);
      String text = clean(row < 0 ? strip.name() : strip.cells().get(row));
      String blanks = " ".repeat(widths.get(c) - text.length());
      line.append(strip.numeric() ? blanks + text : text + blanks).append("  ");
    }
    return line.toString().stripTrailing();
  }

  private static String clean(String text) {
    String bounded =
        text.length() <= WIDEST_COLUMN ? text : text.substring(0, WIDEST_COLUMN - 1) + "…";
    return bounded.replaceAll("\\p{Cntrl}", "·");
  }
}
