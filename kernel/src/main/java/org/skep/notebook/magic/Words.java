package org.skep.notebook.magic;

import java.util.ArrayList;
import java.util.List;

/**
 * A line cut into words as a shell does: at white space, except within single or double quotes. A
 * backslash takes white space, a quote or a backslash literally, except within single quotes;
 * before anything else it stands for itself.
 *
 * @param words in order
 * @param open whether the line ends within a quote
 */
record Words(List<Word> words, boolean open) {
  /**
   * One word.
   *
   * @param text without quotes
   * @param start where it begins in the line, quote included
   * @param end after its last character, quote included
   * @param quoted whether it begins with a quote, and so is no option
   */
  record Word(String text, int start, int end, boolean quoted) {
    boolean isOption() {
      return !quoted
          && text.length() > 1
          && text.charAt(0) == '-'
          && (text.charAt(1) == '-' || Character.isLetter(text.charAt(1)));
    }

    boolean isLongOption() {
      return !quoted && text.startsWith("--");
    }
  }

  static Words split(String line) {
    List<Word> words = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int start = -1;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote == 0 && Character.isWhitespace(c)) {
        if (start >= 0) {
          words.add(word(line, text, start, i));
          start = -1;
        }
        continue;
      }
      if (start < 0) {
        start = i;
        text.setLength(0);
      }
      if (c == '\\' && quote != '\'' && i + 1 < line.length() && isEscapable(line.charAt(i + 1))) {
        text.append(line.charAt(++i));
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote && quote != 0) {
        quote = 0;
      } else {
        text.append(c);
      }
    }
    if (start >= 0) {
      words.add(word(line, text, start, line.length()));
    }
    return new Words(words, quote != 0);
  }

  private static Word word(String line, StringBuilder text, int start, int end) {
    char first = line.charAt(start);
    return new Word(text.toString(), start, end, first == '"' || first == '\'');
  }

  private static boolean isEscapable(char c) {
    return Character.isWhitespace(c) || c == '"' || c == '\'' || c == '\\';
  }

  /** A word in such a form that {@link #split} gives it back. */
  static String quote(String word) {
    boolean plain =
        !word.isEmpty()
            && !word.startsWith("-")
            && word.chars().noneMatch(c -> Character.isWhitespace(c) || "\"'\\".indexOf(c) >= 0);
    return plain ? word : '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
