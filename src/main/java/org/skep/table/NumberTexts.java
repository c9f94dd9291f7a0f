package org.skep.table;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** Numbers and bytes as the text that people know them by. */
public final class NumberTexts {
  private static final HexFormat MAC = HexFormat.ofDelimiter(":");

  private NumberTexts() {}

  static String hex(long bits) {
    return "0x" + Long.toHexString(bits);
  }

  static String device(long bits) {
    return ((bits >>> 20) & 0xfff) + ":" + (bits & 0xfffff);
  }

  static String mac(byte[] bytes) {
    return MAC.formatHex(bytes);
  }

  /** The 4 or 16 bytes of an address of the network, as {@code 10.0.0.1} or {@code fd00::1}. */
  public static String address(byte[] bytes) {
    return bytes.length == 4 ? ipv4(bytes) : ipv6(bytes);
  }

  static String ipv4(byte[] bytes) {
    return (bytes[0] & 0xff)
        + "."
        + (bytes[1] & 0xff)
        + "."
        + (bytes[2] & 0xff)
        + "."
        + (bytes[3] & 0xff);
  }

  /** The longest run of zero groups is {@code ::}; an IPv4 address within is written as such. */
  static String ipv6(byte[] bytes) {
    if (isMapped(bytes)) {
      return "::ffff:" + ipv4(new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]});
    }
    String[] groups;
    try {
      groups = InetAddress.getByAddress(bytes).getHostAddress().split(":", -1);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an IPv6 address has 16 bytes", e);
    }
    int best = 0;
    int bestLength = 0;
    for (int i = 0; i < groups.length; i++) {
      int j = i;
      while (j < groups.length && groups[j].equals("0")) {
        j++;
      }
      if (j - i > bestLength) {
        best = i;
        bestLength = j - i;
      }
      i = Math.max(i, j - 1);
    }
    if (bestLength < 2) {
      return String.join(":", groups);
    }
    var text = new StringBuilder();
    for (int i = 0; i < best; i++) {
      text.append(groups[i]).append(i < best - 1 ? ":" : "");
    }
    text.append("::");
    for (int i = best + bestLength; i < groups.length; i++) {
      text.append(groups[i]).append(i < groups.length - 1 ? ":" : "");
    }
    return text.toString();
  }

  private static boolean isMapped(byte[] bytes) {
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return bytes[10] == -1 && bytes[11] == -1;
  }
}
