package org.skep.notebook.shell;

/** Tells code from what only looks like it: comments, texts, characters. */
final class Literals {
  private Literals() {}

  /** Whether the text ends within a comment, a text or a character. */
  static boolean endsWithin(String code) {
    int at = 0;
    while (at < code.length()) {
      int end = behindOne(code, at);
      if (end < 0) {
        return true;
      }
      at = end;
    }
    return false;
  }

  /** Behind what stands there, or -1 where it is not closed. */
  static int behindOne(String code, int at) {
    if (code.startsWith("//", at)) {
      return behind(code, at + 2, "\n");
    }
    if (code.startsWith("/*", at)) {
      return behind(code, at + 2, "*/");
    }
    if (code.startsWith("\"\"\"", at)) {
      return closed(code, at + 3, "\"\"\"", false);
    }
    return switch (code.charAt(at)) {
      case '"' -> closed(code, at + 1, "\"", true);
      case '\'' -> closed(code, at + 1, "'", true);
      default -> at + 1;
    };
  }

  private static int behind(String code, int from, String mark) {
    int at = code.indexOf(mark, from);
    return at < 0 ? -1 : at + mark.length();
  }

  /**
   * Behind the closing mark, or behind the line where that ends an unclosed one; -1 for neither.
   */
  private static int closed(String code, int from, String mark, boolean ofOneLine) {
    for (int at = from; at < code.length(); at++) {
      if (code.charAt(at) == '\\') {
        at++;
      } else if (code.startsWith(mark, at)) {
        return at + mark.length();
      } else if (ofOneLine && code.charAt(at) == '\n') {
        return at + 1;
      }
    }
    return -1;
  }
}
