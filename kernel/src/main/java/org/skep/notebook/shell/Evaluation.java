package org.skep.notebook.shell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a cell ended. */
public sealed interface Evaluation {

  /**
   * The cell ended in an expression.
   *
   * @param value the object itself, or null where the expression is null
   * @param typeName the expression's type as Java spells it, such as {@code List<String>}
   */
  record Value(@Nullable Object value, String typeName) implements Evaluation {}

  /** The cell ran to its end, which is a statement, a declaration or an assignment. */
  record Nothing() implements Evaluation {}

  /**
   * The cell, or a part of it, does not compile. What stands before the first part with an error
   * may have run.
   *
   * @param problems at least one
   */
  record CompileFailure(List<Problem> problems) implements Evaluation {
    /** Copies the list. */
    public CompileFailure {
      problems = List.copyOf(problems);
    }
  }

  /**
   * The cell threw.
   *
   * @param error what it threw, with the stack trace as the JVM made it
   * @param traceback lines for people: class and message, then the frames of the user's code and
   *     what it called, with the cells' source lines; causes and suppressed exceptions follow
   */
  record Thrown(Throwable error, List<String> traceback) implements Evaluation {
    /** Copies the list. */
    public Thrown {
      traceback = List.copyOf(traceback);
    }
  }

  /**
   * The cell was interrupted.
   *
   * @param stillRunning threads of the cell that could not be stopped, each with its name and the
   *     top of its stack; empty when all ended
   */
  record Interrupted(List<String> stillRunning) implements Evaluation {
    /** Copies the list. */
    public Interrupted {
      stillRunning = List.copyOf(stillRunning);
    }
  }
}
