package org.skep.notebook.shell;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Finds where the statement begins that a text ends in the middle of. Strings and comments are
 * skipped; what is in parentheses belongs to the statement around it.
 */
final class OpenStatement {
  private final String text;
  private final Deque<Character> open = new ArrayDeque<>();
  private int start;
  private char previous = ';';

  private OpenStatement(String text) {
    this.text = text;
  }

  /** The offset behind the last semicolon or brace that ends or begins statements, or 0. */
  static int start(String text) {
    return new OpenStatement(text).scan();
  }

  private int scan() {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int end = endOfSkipped(i);
      if (end > i) {
        i = end - 1;
        continue;
      }
      switch (c) {
        case '(', '[' -> open.push(c);
        case ')', ']' -> open.poll();
        case '{' -> {
          boolean isArray = previous == '=' || previous == ']' || previous == ',';
          open.push(isArray ? '(' : c);
          mark(i);
        }
        case '}' -> {
          open.poll();
          mark(i);
        }
        case ';' -> mark(i);
        default -> {}
      }
      if (!Character.isWhitespace(c)) {
        previous = c;
      }
    }
    return start;
  }

  private void mark(int at) {
    Character inside = open.peek();
    if (inside == null || inside == '{') {
      start = at + 1;
    }
  }

  /** Where the string or comment that begins here ends, or the same place where there is none. */
  private int endOfSkipped(int at) {
    if (text.startsWith("//", at)) {
      return after("\n", at + 2);
    }
    if (text.startsWith("/*", at)) {
      return after("*/", at + 2);
    }
    if (text.startsWith("\"\"\"", at)) {
      return after("\"\"\"", at + 3);
    }
    char quote = text.charAt(at);
    if (quote != '"' && quote != '\'') {
      return at;
    }
    int i = at + 1;
    while (i < text.length() && text.charAt(i) != quote && text.charAt(i) != '\n') {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return Math.min(i + 1, text.length());
  }

  private int after(String end, int from) {
    int found = text.indexOf(end, from);
    return found < 0 ? text.length() : found + end.length();
  }
}
