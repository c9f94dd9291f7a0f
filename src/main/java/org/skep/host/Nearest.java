package org.skep.host;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The names that a mistyped one was probably meant to be. */
public final class Nearest {
  private Nearest() {}

  /**
   * The nearest of the known names, best first: those at few changes of a character, and those that
   * hold the typed name.
   *
   * @param limit how many at most
   */
  public static List<String> to(String typed, Stream<String> known, int limit) {
    record Candidate(String name, int distance) {}
    var wanted = typed.toLowerCase(Locale.ROOT);
    int farthest = Math.max(1, wanted.length() / 3);
    return known
        .map(
            name -> {
              var lower = name.toLowerCase(Locale.ROOT);
              int distance =
                  Math.abs(lower.length() - wanted.length()) > farthest
                      ? Integer.MAX_VALUE
                      : distance(wanted, lower);
              boolean holds = wanted.length() > 2 && lower.contains(wanted);
              return new Candidate(name, holds ? Math.min(distance, farthest) : distance);
            })
        .filter(c -> c.distance() <= farthest)
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .limit(limit)
        .map(Candidate::name)
        .toList();
  }

  /** {@code " (did you mean 'x' or 'y'?)"}, or nothing where no known name is near. */
  public static String hint(String typed, Stream<String> known) {
    var near = to(typed, known, 3);
    return near.isEmpty() ? "" : " (did you mean '" + String.join("' or '", near) + "'?)";
  }

  /** Changes of a character needed, where swapping two neighbours is one change. */
  static int distance(String a, String b) {
    var beforeLast = new int[b.length() + 1];
    var last = new int[b.length() + 1];
    var row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        row[j] = Math.min(last[j - 1] + (same ? 0 : 1), Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      var reused = beforeLast;
      beforeLast = last;
      last = row;
      row = reused;
    }
    return last[b.length()];
  }
}
