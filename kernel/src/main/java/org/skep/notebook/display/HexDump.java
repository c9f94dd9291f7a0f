package org.skep.notebook.display;

import java.util.Locale;

/**
 * Bytes as people of this field read them: offset, sixteen bytes, and the characters they may be.
 */
final class HexDump {
  private HexDump() {}

  static String of(byte[] bytes, int most) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(Locale.ROOT, "%,d byte%s", bytes.length, bytes.length == 1 ? "" : "s"));
    int shown = Math.min(bytes.length, most);
    for (int at = 0; at < shown; at += 16) {
      StringBuilder hex = new StringBuilder();
      StringBuilder plain = new StringBuilder();
      for (int i = at; i < Math.min(at + 16, shown); i++) {
        hex.append(i % 16 == 8 ? "  " : " ").append(String.format("%02x", bytes[i]));
        plain.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '.');
      }
      text.append(String.format("%n%08x %-50s |%s|", at, hex, plain));
    }
    if (shown < bytes.length) {
      text.append(String.format(Locale.ROOT, "%n… [%,d bytes more]", bytes.length - shown));
    }
    return text.toString();
  }
}
