package org.skep.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The names that a mistyped one was probably meant to be, for error messages. */
public final class Nearest {
  private Nearest() {}

  /**
   * The nearest of the known names, all at the same distance, by name: those at the fewest changes
   * of a character, else those that contain the typed name. Case does not count.
   *
   * @param limit how many at most
   */
  public static List<String> to(String typed, Stream<String> known, int limit) {
    record Candidate(String name, int distance) {}
    var wanted = typed.toLowerCase(Locale.ROOT);
    int farthest = Math.max(2, wanted.length() / 3);
    var near =
        known
            .map(name -> new Candidate(name, distance(wanted, name, farthest)))
            .filter(c -> c.distance() <= farthest)
            .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
            .toList();
    return near.stream()
        .takeWhile(c -> c.distance() == near.getFirst().distance())
        .limit(limit)
        .map(Candidate::name)
        .toList();
  }

  /** The nearest of the known names; empty when none is near. */
  public static Optional<String> to(String typed, Collection<String> known) {
    return to(typed, known.stream(), 1).stream().findFirst();
  }

  /** {@code " (did you mean 'x' or 'y'?)"}, or nothing where no known name is near. */
  public static String hint(String typed, Stream<String> known) {
    var near = to(typed, known, 3);
    return near.isEmpty() ? "" : " (did you mean '" + String.join("' or '", near) + "'?)";
  }

  /** {@code " (did you mean 'x'?)"}, or nothing where no known name is near. */
  public static String hint(String typed, Collection<String> known) {
    return to(typed, known).map(name -> " (did you mean '" + name + "'?)").orElse("");
  }

  /** As {@link #changes}, but no more than half of the longer name may be changed. */
  private static int distance(String wanted, String name, int farthest) {
    var lower = name.toLowerCase(Locale.ROOT);
    boolean holds =
        wanted.length() > 2
            ? lower.contains(wanted)
            : wanted.length() > 1 && lower.startsWith(wanted);
    if (Math.abs(lower.length() - wanted.length()) > farthest) {
      return holds ? farthest : Integer.MAX_VALUE;
    }
    int changes = changes(wanted, lower);
    if (2 * changes > Math.max(wanted.length(), lower.length())) {
      changes = Integer.MAX_VALUE;
    }
    return holds ? Math.min(changes, farthest) : changes;
  }

  /** Changes of a character needed, where swapping two neighbours is one change. */
  static int changes(String a, String b) {
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
