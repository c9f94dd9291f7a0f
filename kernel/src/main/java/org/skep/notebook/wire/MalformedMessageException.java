package org.skep.notebook.wire;

/** Says why frames are no message of this session; such frames are dropped. */
final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedMessageException(String message) {
    super(message);
  }
}
