package org.skep;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

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
   * A change of the text that the compiler offers. Lines and columns count from 1; the end is the
   * first place that stays.
   *
   * @param replacement what stands there afterwards; empty to delete
   */
  public record Fix(int line, int column, int endLine, int endColumn, String replacement)
      implements Serializable {}

  /**
   * One remark of the compiler.
   *
   * @param file the file that it is about; the name of the cell for the cell's own text
   * @param line from 1; 0 where the compiler names no place
   * @param column from 1, in characters; 0 where the compiler names no place
   * @param severity how grave it is
   * @param message the compiler's words, or plainer ones where it cannot know what a BPF program is
   * @param fixes what would mend it, all to be applied together; mostly empty
   */
  public record Diagnostic(
      String file, int line, int column, Severity severity, String message, List<Fix> fixes)
      implements Serializable {
    public Diagnostic {
      fixes = List.copyOf(fixes);
    }

    public Diagnostic(String file, int line, int column, Severity severity, String message) {
      this(file, line, column, severity, message, List.of());
    }

    /** The same remark in other words. */
    public Diagnostic withMessage(String words) {
      return new Diagnostic(file, line, column, severity, words, fixes);
    }

    /** {@code opens:3:5: error: use of undeclared identifier 'x'}. */
    @Override
    public String toString() {
      var place = file;
      if (line > 0) {
        place += ":" + line + ":" + column;
      }
      return (place.isEmpty() ? "" : place + ": ")
          + severity.name().toLowerCase(Locale.ROOT)
          + ": "
          + message;
    }
  }

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
