package org.skep.notebook.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellPatternTest {
  @ParameterizedTest
  @CsvSource({
    "'6 *7*', '6 * 7', true",
    "'*map*', '%map opens.counts', true",
    "'int ?', 'int x', true",
    "'int ?', 'int xy', false",
    "'[xy]', 'y', true",
    "'[!xy]', 'y', false",
    "'[a-c]*', 'bcd', true",
    "'a.c', 'abc', false",
    "'\\E', '\\E', true",
    "'[', '[', true",
    "'[z-a]', '[z-a]', true",
    "'*', '', true",
    "'*a*b*', 'xaab', true",
    "'a*b*c', 'abbcbc', true",
    "'*a*a', 'aaa', true",
    "'*a*a', 'ba', false",
    "'*ab*ab', 'aab', false",
    "'a*?*b', 'ab', false",
    "'[*]*x', '*yx', true",
  })
  void matchesAsAShellDoes(String glob, String text, boolean matches) {
    assertEquals(matches, ShellPattern.pattern(glob).asMatchPredicate().test(text));
  }

  @Test
  void manyStarsTakeNoTime() {
    String text = "a".repeat(2_000);
    boolean matches =
        assertTimeoutPreemptively(
            Duration.ofSeconds(5),
            () -> ShellPattern.pattern("*a".repeat(30) + "*z").asMatchPredicate().test(text));
    assertFalse(matches);
  }

  @ParameterizedTest
  @CsvSource({"'a*b', true", "'a?b', true"})
  void starAndQuestionMarkStandForLineBreaksToo(String glob, boolean matches) {
    assertEquals(matches, ShellPattern.pattern(glob).asMatchPredicate().test("a\nb"));
  }
}
