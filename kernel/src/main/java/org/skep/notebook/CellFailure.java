package org.skep.notebook;

import org.skep.notebook.shell.Evaluation;

/** Carries how code ended that a magic had asked to run, through the magic to the cell. */
final class CellFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Evaluation evaluation;

  CellFailure(Evaluation.CompileFailure evaluation) {
    super(evaluation.problems().getFirst().message());
    this.evaluation = evaluation;
  }

  CellFailure(Evaluation.Interrupted evaluation) {
    super("interrupted");
    this.evaluation = evaluation;
  }

  CellFailure(Evaluation.Thrown evaluation, Throwable cause) {
    super(cause);
    this.evaluation = evaluation;
  }

  Evaluation evaluation() {
    return evaluation;
  }
}
