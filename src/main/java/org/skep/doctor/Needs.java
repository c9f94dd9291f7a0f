package org.skep.doctor;

import java.util.Arrays;
import java.util.List;
import org.skep.doctor.Check.Verdict;
import org.skep.text.Nearest;

/**
 * What something needs of a machine: a list like {@code attach:tracepoint,map:lpm_trie}, each the
 * beginning of an area and a name in it.
 */
public final class Needs {
  private Needs() {}

  /**
   * The checks that the list names, in its order.
   *
   * @param all what was looked at, from {@link Doctor#examine()}
   * @throws IllegalArgumentException if the list names what nobody looks at
   */
  public static List<Check> of(String list, List<Check> all) {
    return Arrays.stream(list.split(","))
        .map(String::strip)
        .filter(need -> !need.isEmpty())
        .map(need -> find(need, all))
        .toList();
  }

  private static Check find(String need, List<Check> all) {
    int colon = need.indexOf(':');
    String area = colon < 0 ? "" : need.substring(0, colon);
    String what = need.substring(colon + 1);
    List<Check> inArea = all.stream().filter(c -> c.area().startsWith(area)).toList();
    return inArea.stream()
        .filter(c -> c.what().equals(what))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(unknown(need, what, inArea)));
  }

  private static String unknown(String need, String what, List<Check> inArea) {
    return "need '"
        + need
        + "': nothing of that name is looked at"
        + Nearest.hint(what, inArea.stream().map(Check::what))
        + " (%doctor --ok lists all)";
  }

  /** Whether all of them work. */
  public static boolean areMet(List<Check> checks) {
    return checks.stream().allMatch(c -> c.verdict() != Verdict.NO);
  }
}
