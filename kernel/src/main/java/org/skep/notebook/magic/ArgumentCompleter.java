package org.skep.notebook.magic;

import java.util.List;

/** Proposes values for a parameter or an option of a magic. */
@FunctionalInterface
public interface ArgumentCompleter {
  /** Proposes nothing. */
  static ArgumentCompleter none() {
    return (typed, context) -> List.of();
  }

  /**
   * The values that could be meant; those that do not begin with what is typed are left out by the
   * caller.
   *
   * @param typed what stands before the cursor
   */
  List<ArgumentCompletions.Item> values(String typed, MagicContext context);

  /**
   * The same for the first line of a cell, where what is meant may stand below it.
   *
   * @param body the text below the line; empty for a line magic
   */
  default List<ArgumentCompletions.Item> values(String typed, String body, MagicContext context) {
    return values(typed, context);
  }

  /** Proposes from a fixed list. */
  static ArgumentCompleter of(String... values) {
    List<ArgumentCompletions.Item> items =
        List.of(values).stream().map(ArgumentCompletions.Item::new).toList();
    return (typed, context) -> items;
  }
}
