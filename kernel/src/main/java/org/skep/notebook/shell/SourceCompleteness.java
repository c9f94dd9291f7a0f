package org.skep.notebook.shell;

/**
 * Whether a text could be run as a cell.
 *
 * @param status the answer
 * @param indent blanks with which the next line should begin; empty unless incomplete
 */
public record SourceCompleteness(Status status, String indent) {

  /** The answers, of which a console takes INCOMPLETE to ask for another line. */
  public enum Status {
    COMPLETE,
    INCOMPLETE,
    INVALID,
    UNKNOWN
  }
}
