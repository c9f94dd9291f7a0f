package org.skep.btf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Bytes of a {@code char[]} as text that is safe to show, and back.
 *
 * <p>The text ends before the first NUL or with the array. Bytes that are no UTF-8 and characters
 * that do not print are written {@code \xNN}, and {@code \n}, {@code \t}, {@code \r}; a backslash
 * is doubled. So the text of two different byte strings differs, and {@link #encode} finds the
 * bytes again.
 */
public final class Text {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private Text() {}

  /**
   * All bytes as text but the NULs at the end: a NUL with something behind it is {@code \x00}. So
   * arrays of one size that differ have texts that differ.
   */
  public static String whole(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    int from = 0;
    var text = new StringBuilder();
    for (int i = 0; i < end; i++) {
      if (bytes[i] == 0) {
        text.append(decode(bytes, from, i - from)).append("\\x00");
        from = i + 1;
      }
    }
    return text.append(decode(bytes, from, end - from)).toString();
  }

  /** Whether there is something behind the first NUL, which {@link #decode} leaves out. */
  public static boolean endsBeforeOthers(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && bytes[at] != 0) {
      at++;
    }
    while (at < bytes.length && bytes[at] == 0) {
      at++;
    }
    return at < bytes.length;
  }

  /** The bytes as text, up to the first NUL. */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** A part of the bytes as text, up to its first NUL. */
  public static String decode(byte[] bytes, int from, int length) {
    int end = from;
    boolean plain = true;
    while (end < from + length && bytes[end] != 0) {
      byte b = bytes[end++];
      plain &= b >= ' ' && b != '\\' && b != 0x7f;
    }
    if (plain) {
      return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
    }
    var text = new StringBuilder(end - from + 8);
    for (int at = from; at < end; ) {
      int length8 = sequence(bytes, at, end);
      int codePoint = length8 == 0 ? -1 : codePoint(bytes, at, length8);
      if (length8 == 0 || !printable(codePoint)) {
        escape(text, bytes, at, Math.max(1, length8));
      } else if (codePoint == '\\') {
        text.append("\\\\");
      } else {
        text.appendCodePoint(codePoint);
      }
      at += Math.max(1, length8);
    }
    return text.toString();
  }

  /** The bytes of a text that {@link #decode} made, or that a person typed. */
  public static byte[] encode(String text) {
    if (text.indexOf('\\') < 0) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); ) {
      char next = text.charAt(i) == '\\' && i + 1 < text.length() ? text.charAt(i + 1) : 0;
      int hex = next == 'x' && i + 3 < text.length() ? hexByte(text, i + 2) : -1;
      if (hex >= 0) {
        bytes.write(hex);
        i += 4;
      } else if (next == '\\' || next == 'n' || next == 't' || next == 'r') {
        bytes.write(next == 'n' ? '\n' : next == 't' ? '\t' : next == 'r' ? '\r' : '\\');
        i += 2;
      } else {
        int codePoint = text.codePointAt(i);
        bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
        i += Character.charCount(codePoint);
      }
    }
    return bytes.toByteArray();
  }

  /** The bytes in hexadecimal, two digits each, without a separator. */
  public static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  private static int hexByte(String text, int at) {
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static boolean printable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static void escape(StringBuilder text, byte[] bytes, int at, int length) {
    for (int i = at; i < at + length; i++) {
      switch (bytes[i]) {
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '\r' -> text.append("\\r");
        default -> text.append("\\x").append(HEX[bytes[i] >> 4 & 15]).append(HEX[bytes[i] & 15]);
      }
    }
  }

  /** How many bytes the well-formed UTF-8 character here has; 0 if it is not well formed. */
  private static int sequence(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xff;
    int length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 0 || first > 0xf4 || at + length > end) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    int codePoint = codePoint(bytes, at, length);
    boolean shortest = length < 3 || codePoint >= (length == 3 ? 0x800 : 0x10000);
    boolean valid = codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff);
    return shortest && valid ? length : 0;
  }

  private static int codePoint(byte[] bytes, int at, int length) {
    if (length == 1) {
      return bytes[at];
    }
    int value = bytes[at] & 0xff >> (length + 1);
    for (int i = 1; i < length; i++) {
      value = value << 6 | (bytes[at + i] & 0x3f);
    }
    return value;
  }
}
