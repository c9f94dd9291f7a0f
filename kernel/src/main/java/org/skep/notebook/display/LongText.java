package org.skep.notebook.display;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Text that is too long for a page, as its beginning and its end. */
public final class LongText {
  /** Lines of a text that are shown at its beginning. */
  static final int HEAD = 400;

  /** Lines of a text that are shown at its end. */
  static final int TAIL = 100;

  /** Characters of a line. */
  static final int LONGEST_LINE = 2_000;

  private LongText() {}

  /**
   * The first 400 and the last 100 lines of a text that has more, of at most 2,000 characters each,
   * and between them how many are left out.
   *
   * @param whole what gives the whole text, such as an expression of Java
   */
  public static String bounded(String text, String whole) {
    return String.join("\n", bounded(text.lines().toList(), whole));
  }

  /** The same for lines; a list that is short enough is the list that was given. */
  public static List<String> bounded(List<String> lines, String whole) {
    List<String> shown = lines;
    if (lines.size() > HEAD + TAIL) {
      shown = new ArrayList<>(lines.subList(0, HEAD));
      shown.add(leftOut(lines.size() - HEAD - TAIL, "line", whole));
      shown.addAll(lines.subList(lines.size() - TAIL, lines.size()));
    }
    return shown.stream().allMatch(l -> l.length() <= LONGEST_LINE)
        ? shown
        : shown.stream().map(l -> PlainText.cut(l, LONGEST_LINE)).toList();
  }

  /** {@code … 1,234 lines left out, whole text: opens.program("count").log() …}. */
  static String leftOut(long count, String what, String whole) {
    return String.format(
        Locale.ROOT,
        "… %,d %s%s left out, whole text: %s …",
        count,
        what,
        count == 1 ? "" : "s",
        whole);
  }

  /** The beginning of a text, and how much is missing; never half of a character. */
  public static String cut(String text, int most) {
    return PlainText.cut(text, most);
  }
}
