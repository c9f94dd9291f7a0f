package org.skep.notebook.wire;

/** Whether a text is ready to run. */
public sealed interface Completeness {

  /** Ready to run. */
  record Complete() implements Completeness {}

  /**
   * More is needed.
   *
   * @param indent blanks to begin the next line with
   */
  record Incomplete(String indent) implements Completeness {}

  /** No further line can make it right. */
  record Invalid() implements Completeness {}

  /** Cannot be told. */
  record Unknown() implements Completeness {}
}
