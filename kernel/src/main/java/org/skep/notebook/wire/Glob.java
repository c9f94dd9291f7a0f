package org.skep.notebook.wire;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Shell patterns as regular expressions. */
final class Glob {
  private Glob() {}

  static Pattern pattern(String glob) {
    var regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      int end = c == '[' ? glob.indexOf(']', i + 2) : -1;
      if (end > 0) {
        String set = glob.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[");
        boolean not = set.startsWith("!") || set.startsWith("^");
        set = (not ? "^" + set.substring(1) : set).replace("&", "\\&");
        regex.append('[').append(set).append(']');
        i = end;
      } else {
        regex.append(
            switch (c) {
              case '*' -> ".*";
              case '?' -> ".";
              default -> Pattern.quote(String.valueOf(c));
            });
      }
    }
    try {
      return Pattern.compile(regex.toString(), Pattern.DOTALL);
    } catch (PatternSyntaxException e) { // such as [z-a]
      return Pattern.compile(Pattern.quote(glob));
    }
  }
}
