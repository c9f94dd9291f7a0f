package org.skep.notebook.display;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * UTF-8 that arrives in pieces, as text: a character cut in two is held back until its rest comes.
 */
public final class Utf8Text {
  private byte[] held = {};

  /** The text that is complete with these bytes. */
  public synchronized String decode(byte[] bytes, int offset, int length) {
    if (held.length > 0) {
      byte[] joined = Arrays.copyOf(held, held.length + length);
      System.arraycopy(bytes, offset, joined, held.length, length);
      held = new byte[0];
      return decode(joined, 0, joined.length);
    }
    int complete = length - unfinished(bytes, offset, length);
    held = Arrays.copyOfRange(bytes, offset + complete, offset + length);
    return new String(bytes, offset, complete, UTF_8);
  }

  /** What is held back, with the replacement character for it. */
  public synchronized String end() {
    String rest = new String(held, UTF_8);
    held = new byte[0];
    return rest;
  }

  /** How many bytes at the end begin a character without ending it: 0 to 3. */
  private static int unfinished(byte[] bytes, int offset, int length) {
    for (int back = 1; back <= Math.min(3, length); back++) {
      int b = bytes[offset + length - back] & 0xff;
      if ((b & 0xc0) == 0x80) {
        continue;
      }
      int needed =
          b >= 0xf0 && b <= 0xf4 ? 4 : b >= 0xe0 && b < 0xf0 ? 3 : b >= 0xc2 && b < 0xe0 ? 2 : 1;
      return needed > back ? back : 0;
    }
    return 0;
  }
}
