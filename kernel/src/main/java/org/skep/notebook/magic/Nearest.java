package org.skep.notebook.magic;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The name that a mistyped one was probably meant to be. */
public final class Nearest {
  private Nearest() {}

  /** The nearest of the known names, where one is near. */
  public static Optional<String> to(String typed, Collection<String> known) {
    String nearest = null;
    int best = Math.max(1, typed.length() / 3) + 1;
    for (String name : known) {
      int distance = distance(typed.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (distance < best) {
        best = distance;
        nearest = name;
      }
    }
    if (nearest == null && typed.length() > 1) {
      return known.stream().filter(name -> name.startsWith(typed)).sorted().findFirst();
    }
    return Optional.ofNullable(nearest);
  }

  /** {@code " (did you mean 'x'?)"}, or nothing where no known name is near. */
  public static String hint(String typed, Collection<String> known) {
    return to(typed, known).map(name -> " (did you mean '" + name + "'?)").orElse("");
  }

  /** Changes of a character needed, where swapping two neighbours is one change. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        d[i][j] =
            Math.min(d[i - 1][j - 1] + (same ? 0 : 1), Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
