package org.skep.notebook.magic;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Goes through Java and finds the line magics in it. */
final class LineMagicScanner {
  private static final Pattern MAGIC =
      Pattern.compile("%{1,2}(?<name>[\\p{L}_][\\w.-]*\\??)(?<text>[^\\r\\n]*)");

  /** What may follow the name of a variable on the right of a remainder operator, but no magic. */
  private static final Pattern OPERATOR =
      Pattern.compile("\\s*([;)\\]},*/%+<>=&|^?:.]|-(\\s|$)).*");

  private final String code;
  private final Predicate<String> isKnown;
  private final List<Found> found = new ArrayList<>();
  private int at;
  private int line = 1;

  /** How many round and square brackets are open: within them there is no statement. */
  private int open;

  /** The last character that was neither white space nor in a comment; a quote for any literal. */
  private char last = ';';

  private boolean lineIsBlank = true;

  /**
   * A line magic in a cell.
   *
   * @param start where its percent sign stands
   * @param end after its last character: the end of the line
   * @param textStart where the text after the name begins
   * @param assigned whether its value is used
   */
  record Found(
      int start, int end, int line, String name, int textStart, String text, boolean assigned) {}

  LineMagicScanner(String code, Predicate<String> isKnown) {
    this.code = code;
    this.isKnown = isKnown;
  }

  List<Found> scan() {
    while (at < code.length()) {
      char c = code.charAt(at);
      if (c == '\n') {
        line++;
        lineIsBlank = true;
        at++;
      } else if (Character.isWhitespace(c)) {
        at++;
      } else if (code.startsWith("//", at)) {
        skipTo(code.indexOf('\n', at));
      } else if (code.startsWith("/*", at)) {
        int close = code.indexOf("*/", at + 2);
        skipTo(close < 0 ? -1 : close + 2);
      } else if (code.startsWith("\"\"\"", at)) {
        literal("\"\"\"", true);
      } else if (c == '"' || c == '\'') {
        literal(String.valueOf(c), false);
      } else if (c != '%' || !magic()) {
        open = Math.max(0, open + ("([".indexOf(c) >= 0 ? 1 : ")]".indexOf(c) >= 0 ? -1 : 0));
        significant(c);
        at++;
      }
    }
    return found;
  }

  private boolean magic() {
    Matcher m = MAGIC.matcher(code).region(at, code.length());
    if (!m.lookingAt()) {
      return false;
    }
    boolean assigned = last == '=';
    if (!assigned && !(lineIsBlank && isStatement(m))) {
      return false;
    }
    String name = (code.startsWith("%%", at) ? "%" : "") + m.group("name");
    String text = m.group("text").strip();
    if (assigned && text.endsWith(";")) {
      text = text.substring(0, text.length() - 1).strip();
    }
    found.add(new Found(at, m.end(), line, name, m.start("text"), text, assigned));
    at = m.end();
    significant(';');
    return true;
  }

  /**
   * After the end of a statement, a percent sign can only be a magic. After an operand it is one
   * where JShell would add the semicolon that was left out, and a remainder otherwise: then the
   * name decides.
   */
  private boolean isStatement(Matcher m) {
    if (last == ';' || last == '{' || last == '}') {
      return open == 0 || last != ';' || isKnown.test(m.group("name"));
    }
    boolean afterOperand = Character.isJavaIdentifierPart(last) || ")]\"".indexOf(last) >= 0;
    return afterOperand
        && open == 0
        && isKnown.test(m.group("name"))
        && !OPERATOR.matcher(m.group("text")).matches();
  }

  private void literal(String quote, boolean block) {
    at += quote.length();
    while (at < code.length() && !code.startsWith(quote, at)) {
      char c = code.charAt(at);
      if (c == '\n') {
        if (!block) {
          break;
        }
        line++;
      }
      at += c == '\\' ? 2 : 1;
      if (c == '\\' && at <= code.length() && code.charAt(at - 1) == '\n') {
        line++;
      }
    }
    if (at < code.length() && code.startsWith(quote, at)) {
      at += quote.length();
    }
    at = Math.min(at, code.length());
    significant('"');
  }

  private void skipTo(int end) {
    int to = end < 0 ? code.length() : end;
    for (; at < to; at++) {
      if (code.charAt(at) == '\n') {
        line++;
        lineIsBlank = true;
      }
    }
  }

  private void significant(char c) {
    last = c;
    lineIsBlank = false;
  }
}
