package org.skep.compile;

import java.util.ArrayList;
import java.util.List;

/**
 * A C text cut into the pieces that matter for looking at it: comments and strings are told from
 * code, directives from the rest. Lines that end in a backslash are joined.
 */
final class CSource {
  /** What a {@link Piece} is. */
  enum Kind {
    WORD,
    STRING,
    CHARACTER,
    NUMBER,
    SIGN,
    COMMENT,
    DIRECTIVE
  }

  /**
   * A piece of the text. A directive is its whole line from {@code #} on, comments and all.
   *
   * @param start where it begins in the text
   * @param end where it ends in the text
   */
  record Piece(Kind kind, int start, int end, String text) {
    boolean is(String wanted) {
      return text.equals(wanted);
    }

    /** What a string literal says. */
    String unquoted() {
      return text.length() >= 2 ? text.substring(1, text.length() - 1) : "";
    }

    /** The name of a directive, such as {@code include}. */
    String directive() {
      var rest = text.substring(1).stripLeading();
      int end = 0;
      while (end < rest.length() && Character.isLetter(rest.charAt(end))) {
        end++;
      }
      return rest.substring(0, end);
    }
  }

  private final String text;
  private final List<Piece> pieces = new ArrayList<>();
  private int at;
  private boolean lineIsBlankSoFar = true;

  private CSource(String text) {
    this.text = text;
  }

  /** The pieces of the text in order, white space left out. Never fails: odd ends are signs. */
  static List<Piece> pieces(String text) {
    var reader = new CSource(text);
    reader.read();
    return reader.pieces;
  }

  /** Whether the text includes anything, a commented include not counted. */
  static boolean includesAnything(List<Piece> pieces) {
    return pieces.stream()
        .filter(p -> p.kind() == Kind.DIRECTIVE)
        .map(Piece::directive)
        .anyMatch(d -> d.equals("include") || d.equals("include_next") || d.equals("import"));
  }

  /** Whether a section called {@code license} is named in the text. */
  static boolean namesLicence(List<Piece> pieces) {
    return pieces.stream().anyMatch(p -> p.kind() == Kind.STRING && p.unquoted().equals("license"));
  }

  private void read() {
    while (at < text.length()) {
      char c = text.charAt(at);
      int start = at;
      if (c == '\n') {
        lineIsBlankSoFar = true;
        at++;
      } else if (Character.isWhitespace(c)) {
        at++;
      } else if (startsWith("//")) {
        add(Kind.COMMENT, start, endOfLine(at));
      } else if (startsWith("/*")) {
        add(Kind.COMMENT, start, endOfBlockComment(at));
      } else if (c == '#' && lineIsBlankSoFar) {
        add(Kind.DIRECTIVE, start, endOfDirective(at));
      } else {
        lineIsBlankSoFar = false;
        readCode(c, start);
      }
    }
  }

  private void readCode(char c, int start) {
    if (c == '"') {
      add(Kind.STRING, start, endOfQuoted(at, '"'));
    } else if (c == '\'') {
      add(Kind.CHARACTER, start, endOfQuoted(at, '\''));
    } else if (Character.isLetter(c) || c == '_') {
      add(Kind.WORD, start, endOfWord(at));
    } else if (Character.isDigit(c)) {
      add(Kind.NUMBER, start, endOfWord(at));
    } else {
      add(Kind.SIGN, start, at + 1);
    }
  }

  private void add(Kind kind, int start, int end) {
    pieces.add(new Piece(kind, start, end, text.substring(start, end)));
    at = end;
  }

  private boolean startsWith(String start) {
    return text.startsWith(start, at);
  }

  private int endOfLine(int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '\n' && !isJoined(i)) {
        return i;
      }
    }
    return text.length();
  }

  private boolean isJoined(int newline) {
    int before = newline - 1;
    if (before >= 0 && text.charAt(before) == '\r') {
      before--;
    }
    return before >= 0 && text.charAt(before) == '\\';
  }

  private int endOfBlockComment(int from) {
    int end = text.indexOf("*/", from + 2);
    return end < 0 ? text.length() : end + 2;
  }

  /** A block comment may carry a directive over the end of its line. */
  private int endOfDirective(int from) {
    int i = from;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\n' && !isJoined(i)) {
        return i;
      }
      if (text.startsWith("/*", i)) {
        i = endOfBlockComment(i);
      } else if (text.startsWith("//", i)) {
        return endOfLine(i);
      } else if (c == '"') {
        i = endOfQuoted(i, '"');
      } else {
        i++;
      }
    }
    return i;
  }

  /** A quote that is not closed ends with its line, as for clang. */
  private int endOfQuoted(int from, char quote) {
    for (int i = from + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == quote) {
        return i + 1;
      } else if (c == '\n') {
        return i;
      }
    }
    return text.length();
  }

  private int endOfWord(int from) {
    int i = from;
    while (i < text.length()
        && (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_')) {
      i++;
    }
    return i;
  }
}
