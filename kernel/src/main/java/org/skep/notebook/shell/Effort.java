package org.skep.notebook.shell;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the work on one question about code, so that what follows it is answered soon. The
 * compiler cannot be stopped in the middle of a statement, and needs twice the time for each
 * further call that is open at the cursor: what may take too long is not begun.
 */
final class Effort {
  /** How long a question may take from statement to statement. */
  static final long NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How many parentheses may be open at the cursor. */
  static final int OPEN = 6;

  /** How many characters without texts and comments may follow each other without ; { or }. */
  static final int RUN = 2_000;

  private final long end = System.nanoTime() + NANOS;

  /** Whether the time for the question has passed. */
  boolean isSpent() {
    return System.nanoTime() - end > 0;
  }

  /** Whether what stands before a cursor may keep the compiler busy for long. */
  static boolean isTooMuch(String before) {
    int open = 0;
    int run = 0;
    for (int at = 0; at < before.length(); ) {
      int next = Literals.behindOne(before, at);
      if (next < 0) {
        break;
      }
      if (next > at + 1) {
        at = next;
        continue;
      }
      char c = before.charAt(at++);
      open = c == '(' ? open + 1 : c == ')' ? Math.max(0, open - 1) : open;
      run = c == ';' || c == '{' || c == '}' ? 0 : run + 1;
      if (run > RUN) {
        return true;
      }
    }
    return open > OPEN;
  }

  /** Whether the compiler gave up because statements are nested too deeply for its stack. */
  static boolean isOverflow(Throwable thrown) {
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof StackOverflowError) {
        return true;
      }
    }
    return false;
  }
}
