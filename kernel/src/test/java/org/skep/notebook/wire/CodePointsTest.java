package org.skep.notebook.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodePointsTest {
  @ParameterizedTest
  @CsvSource({
    "abc, 0, 0",
    "abc, 3, 3",
    "ä😀b, 2, 3",
    "ä😀b, 3, 4",
    "😀😀, 1, 2",
    "'', 0, 0",
  })
  void cursorsAreConvertedBothWays(String text, int codePoints, int utf16) {
    assertEquals(utf16, CodePoints.toUtf16(text, codePoints));
    assertEquals(codePoints, CodePoints.fromUtf16(text, utf16));
  }

  @ParameterizedTest
  @CsvSource({"abc, 9, 3", "abc, -1, 0", "😀, 2, 2"})
  void aCursorOutsideOfTheTextIsMovedToItsEdge(String text, int codePoints, int utf16) {
    assertEquals(utf16, CodePoints.toUtf16(text, codePoints));
  }
}
