package org.skep.notebook.shell;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A shell for tests, which counts its cells and says what came of them. */
final class Cells implements AutoCloseable {
  final JavaShell shell = new JavaShell(JavaShell.DEFAULT_IMPORTS);
  private int count;

  /** Runs the next cell. */
  Evaluation run(String code) {
    count++;
    return shell.evaluate(code, count);
  }

  /** The number of the cell run last. */
  int count() {
    return count;
  }

  /** Runs a cell that must end in an expression. */
  @Nullable Object value(String code) {
    return switch (run(code)) {
      case Evaluation.Value v -> v.value();
      case Evaluation other -> fail(code + " => " + describe(other));
    };
  }

  /** Runs a cell that must end well. */
  void ok(String code) {
    switch (run(code)) {
      case Evaluation.Value _, Evaluation.Nothing _ -> {}
      case Evaluation other -> fail(code + " => " + describe(other));
    }
  }

  /** Runs a cell that must not compile. */
  List<Problem> problems(String code) {
    return assertInstanceOf(Evaluation.CompileFailure.class, run(code)).problems();
  }

  /** Runs a cell that must throw. */
  Evaluation.Thrown thrown(String code) {
    return assertInstanceOf(Evaluation.Thrown.class, run(code));
  }

  private static String describe(Evaluation evaluation) {
    return evaluation instanceof Evaluation.Thrown t
        ? String.join("\n", t.traceback())
        : evaluation.toString();
  }

  @Override
  public void close() {
    shell.close();
  }
}
