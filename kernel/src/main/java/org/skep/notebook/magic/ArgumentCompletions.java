package org.skep.notebook.magic;

import java.util.List;

/**
 * What could replace a part of a text.
 *
 * @param start of the part, in UTF-16 units
 * @param end of the part, in UTF-16 units; after the last one
 * @param items in the order to show
 */
public record ArgumentCompletions(int start, int end, List<Item> items) {
  /**
   * One proposal.
   *
   * @param text what to insert
   * @param kind what it is, in a word such as {@code magic}, {@code option}, {@code map}; may be
   *     empty
   * @param summary one line about it; may be empty
   */
  public record Item(String text, String kind, String summary) {
    public Item(String text) {
      this(text, "", "");
    }
  }

  public ArgumentCompletions {
    items = List.copyOf(items);
  }

  /** No proposal. */
  public static ArgumentCompletions none(int cursor) {
    return new ArgumentCompletions(cursor, cursor, List.of());
  }

  /** The same proposals for a text that begins so many units earlier. */
  public ArgumentCompletions shift(int units) {
    return new ArgumentCompletions(start + units, end + units, items);
  }
}
