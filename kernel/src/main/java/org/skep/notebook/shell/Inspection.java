package org.skep.notebook.shell;

import java.util.List;
import java.util.Optional;

/**
 * What is known about the name at the cursor.
 *
 * @param entries the declarations it may mean: one, or the overloads of a method
 * @param value for a variable of a cell, a bounded text of its value
 */
public record Inspection(List<Entry> entries, Optional<String> value) {

  /** Copies the list. */
  public Inspection {
    entries = List.copyOf(entries);
  }

  /**
   * A declaration.
   *
   * @param signature as Java spells it, such as {@code int Math.max(int a, int b)}
   * @param documentation its Javadoc comment as it stands in the source (HTML with block tags), or
   *     an empty text
   */
  public record Entry(String signature, String documentation) {}
}
