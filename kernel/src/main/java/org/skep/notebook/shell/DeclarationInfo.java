package org.skep.notebook.shell;

/**
 * A method or a type that a cell declared.
 *
 * @param kind what it is
 * @param name its name
 * @param signature {@code (int)String} for a method, the name for a type
 * @param cell the execution count of the cell that declared it, or 0 where no cell did
 */
public record DeclarationInfo(Kind kind, String name, String signature, int cell) {

  /** What can be declared beside variables. */
  public enum Kind {
    METHOD,
    CLASS,
    INTERFACE,
    RECORD,
    ENUM,
    ANNOTATION
  }
}
