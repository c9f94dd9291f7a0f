package org.skep.notebook.wire;

/** Whether a text is ready to run. */
public sealed interface CompletenessReply {

  /** Ready to run. */
  record Complete() implements CompletenessReply {}

  /**
   * More is needed.
   *
   * @param indent blanks to begin the next line with
   */
  record Incomplete(String indent) implements CompletenessReply {}

  /** No further line can make it right. */
  record Invalid() implements CompletenessReply {}

  /** Cannot be told. */
  record Unknown() implements CompletenessReply {}
}
