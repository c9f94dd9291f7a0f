package org.skep.notebook.wire;

/** Cursors: the protocol counts code points, Java counts UTF-16 units. */
final class CodePoints {
  private CodePoints() {}

  /** Returns the UTF-16 offset of a position; one outside of the text is moved to its edge. */
  static int toUtf16(String text, int codePoints) {
    int within = Math.clamp(codePoints, 0, text.codePointCount(0, text.length()));
    return text.offsetByCodePoints(0, within);
  }

  /** Returns how many code points stand before a UTF-16 offset. */
  static int fromUtf16(String text, int offset) {
    return text.codePointCount(0, Math.clamp(offset, 0, text.length()));
  }
}
