package org.skep.notebook.magic;

/**
 * A magic cannot do what it was asked to. The message is for the person who typed it and says all
 * there is to say; show it without a stack trace.
 */
public final class MagicException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MagicException(String message) {
    super(message);
  }

  public MagicException(String message, Throwable cause) {
    super(message, cause);
  }
}
