package org.skep;

import java.util.List;

/** A text of C did not compile. The message is the first error; {@link #diagnostics()} has all. */
public final class CompileException extends BpfException {
  private static final long serialVersionUID = 1L;

  /** How grave a {@link Diagnostic} is. */
  public enum Severity {
    ERROR,
    WARNING,
    NOTE
  }

  /**
   * One remark of the compiler.
   *
   * @param file the file that it is about; the name of the cell for the cell's own text
   * @param line from 1; 0 where the compiler names no place
   * @param column from 1, in characters; 0 where the compiler names no place
   * @param severity how grave it is
   * @param message the compiler's words
   */
  public record Diagnostic(String file, int line, int column, Severity severity, String message) {}

  @SuppressWarnings("serial") // the lists that List.copyOf makes are serializable
  private final List<Diagnostic> diagnostics;

  public CompileException(String message, List<Diagnostic> diagnostics) {
    super(message);
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** Every remark, in the compiler's order. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
