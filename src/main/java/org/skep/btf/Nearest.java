package org.skep.btf;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody probably meant, for error messages. */
public final class Nearest {
  private Nearest() {}

  /** The name that differs least from the wrong one; empty when none is near. */
  public static Optional<String> to(String wrong, Collection<String> names) {
    String best = null;
    int bestDistance = Math.max(2, wrong.length() / 3) + 1;
    for (String name : names) {
      if (Math.abs(name.length() - wrong.length()) >= bestDistance) {
        continue;
      }
      int distance = distance(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (distance < bestDistance && distance < Math.max(wrong.length(), name.length())) {
        best = name;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** {@code " (did you mean 'pid'?)"}, or nothing when no name is near. */
  public static String hint(String wrong, Collection<String> names) {
    return to(wrong, names).map(name -> " (did you mean '" + name + "'?)").orElse("");
  }

  /** Insertions, deletions, replacements, and swaps of neighbours. */
  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
