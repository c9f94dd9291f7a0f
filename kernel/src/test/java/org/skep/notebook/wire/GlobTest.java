package org.skep.notebook.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
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
  })
  void matchesAsAShellDoes(String glob, String text, boolean matches) {
    assertEquals(matches, Glob.pattern(glob).asMatchPredicate().test(text));
  }

  @ParameterizedTest
  @CsvSource({"'a*b', true", "'a?b', true"})
  void starAndQuestionMarkStandForLineBreaksToo(String glob, boolean matches) {
    assertEquals(matches, Glob.pattern(glob).asMatchPredicate().test("a\nb"));
  }
}
