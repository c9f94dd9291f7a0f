package org.skep.notebook.shell;

import java.util.List;

/**
 * What may stand at the cursor.
 *
 * @param start where the text to replace begins, in UTF-16 units from the start of the code
 * @param end where it ends: the cursor
 * @param items sorted by text, without doubles
 */
public record JavaCompletions(int start, int end, List<Item> items) {

  /** Copies the list. */
  public JavaCompletions {
    items = List.copyOf(items);
  }

  /** No completions at that place. */
  public static JavaCompletions none(int cursor) {
    return new JavaCompletions(cursor, cursor, List.of());
  }

  /**
   * One completion.
   *
   * @param text what replaces the text before the cursor; ends in {@code (} for a method with
   *     parameters and {@code ()} for one without
   * @param kind in the words that front ends know: class, function, keyword, module, or instance
   * @param signature parameters and result, or an empty text where that is not known
   */
  public record Item(String text, String kind, String signature) {}
}
