package org.skep.notebook.magic;

/** What a cell turned out to be. */
public sealed interface ParsedCell {
  /**
   * Java to be run by JShell. Line magics in it have become calls of {@link Functions}; every line
   * keeps its number.
   */
  record Java(String code) implements ParsedCell {}

  /**
   * One line magic and nothing else: to be run by {@link Magics#line} without JShell.
   *
   * @param text what follows the name
   * @param line in the cell, from 1
   */
  record Line(String name, String text, int line) implements ParsedCell {}

  /**
   * A cell magic: to be run by {@link Magics#cell}.
   *
   * @param text what follows the name on the first line
   * @param line of {@code %%name} in the cell, from 1; the body begins on the next
   * @param body the lines that follow, as they are
   */
  record Cell(String name, String text, int line, String body) implements ParsedCell {}
}
