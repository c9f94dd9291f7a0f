package org.skep.notebook.ebpf.view;

import java.util.List;
import java.util.regex.Pattern;

/** Tells notes that ask for attention, because values are missing or wrong, from routine ones. */
final class Cautions {
  private static final Pattern CAUTION =
      Pattern.compile(
          String.join(
              "|",
              "\\b(?!0\\b)[\\d,]+ (?:were )?(?:lost|dropped)\\b",
              "\\b(?:loss|drops) (?:is |are )?unknown",
              "would have been lost",
              "\\bfull, new keys",
              "\\bFULL\\b",
              "updates? (?:was|were) refused",
              "keys? vanished",
              "seen twice",
              "stopped at the limit",
              "\\bleft out\\b",
              "ends early",
              "collision|collided|stacks dropped",
              "bytes behind their end",
              "cannot run all of"));

  private Cautions() {}

  static boolean isCaution(String note) {
    return CAUTION.matcher(note).find();
  }

  static List<String> of(List<String> notes) {
    return notes.stream().filter(Cautions::isCaution).toList();
  }

  static List<String> others(List<String> notes) {
    return notes.stream().filter(n -> !isCaution(n)).toList();
  }
}
