package org.skep.verifier;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How to tell one kind of refusal.
 *
 * @param pattern found in the verifier's words
 * @param explainer says it in plain words
 */
record Rule(Pattern pattern, Explainer explainer) {
  /** Plain words for a refusal. */
  @FunctionalInterface
  interface Explainer {
    Advice explain(MatchResult found, RegisterTrace scene);
  }

  /**
   * What to tell.
   *
   * @param register whose value was wrong, such as {@code r2}; empty where no value was
   */
  record Advice(String sentence, String remedy, String register) {}

  static Rule of(String regex, Explainer explainer) {
    return new Rule(Pattern.compile(regex, Pattern.DOTALL), explainer);
  }

  /** A refusal that is about no value. */
  static Rule of(String regex, String sentence, String remedy) {
    return of(regex, (_, _) -> new Advice(sentence, remedy, ""));
  }
}
