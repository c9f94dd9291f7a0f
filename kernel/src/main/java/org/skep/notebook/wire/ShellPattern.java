package org.skep.notebook.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Shell patterns as regular expressions. */
final class ShellPattern {
  private ShellPattern() {}

  static Pattern pattern(String glob) {
    // the parts between stars, each of a fixed length
    var parts = new ArrayList<StringBuilder>(List.of(new StringBuilder()));
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      StringBuilder regex = parts.getLast();
      int end = c == '[' ? glob.indexOf(']', i + 2) : -1;
      if (end > 0) {
        String set = glob.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[");
        boolean not = set.startsWith("!") || set.startsWith("^");
        set = (not ? "^" + set.substring(1) : set).replace("&", "\\&");
        regex.append('[').append(set).append(']');
        i = end;
      } else if (c == '*') {
        parts.add(new StringBuilder());
      } else {
        regex.append(c == '?' ? "." : Pattern.quote(String.valueOf(c)));
      }
    }
    try {
      return Pattern.compile(joined(parts), Pattern.DOTALL);
    } catch (PatternSyntaxException e) { // such as [z-a]
      return Pattern.compile(Pattern.quote(glob));
    }
  }

  /**
   * All stars but the last take the least that lets their part follow, for good: a pattern of many
   * stars is then not tried in all the ways there are.
   */
  private static String joined(List<StringBuilder> parts) {
    var regex = new StringBuilder(parts.getFirst());
    for (int i = 1; i < parts.size() - 1; i++) {
      regex.append("(?>.*?").append(parts.get(i)).append(')');
    }
    return parts.size() == 1
        ? regex.toString()
        : regex.append(".*").append(parts.getLast()).toString();
  }
}
