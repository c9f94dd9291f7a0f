package org.skep.text;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of IPv4, IPv6 and Ethernet. An IPv4 address has four decimal parts without leading
 * zeros; the short and octal forms of {@code inet_aton}, zones and digits other than ASCII are
 * refused, because programs differ in what they mean.
 */
public final class Addresses {
  private static final HexFormat MAC = HexFormat.ofDelimiter(":");
  private static final int GROUPS = 8;

  private Addresses() {}

  /**
   * The bytes of an address, in the order of the network.
   *
   * @param text blanks around it do not count
   * @param byteSize 4 for IPv4, 16 for IPv6, 6 for Ethernet
   * @throws IllegalArgumentException if it is no such address; the message says why
   */
  public static byte[] parse(String text, int byteSize) {
    String address = text.strip();
    return switch (byteSize) {
      case 4 -> {
        if (address.indexOf(':') >= 0) {
          String rest = address.substring(address.lastIndexOf(':') + 1);
          throw wrong(
              address,
              "not an IPv4 address (write "
                  + (rest.indexOf('.') > 0 ? rest : "one such as 10.0.0.1")
                  + ")");
        }
        yield ipv4(address, address);
      }
      case 16 -> {
        if (address.indexOf(':') < 0) {
          throw wrong(
              address,
              "not an IPv6 address (write "
                  + (address.indexOf('.') > 0 ? "::ffff:" + address : "one such as fd00::1")
                  + ")");
        }
        yield ipv6(address);
      }
      case 6 -> mac(address);
      default -> throw new IllegalArgumentException("no address has " + byteSize + " bytes");
    };
  }

  /**
   * The 4 or 16 bytes of an IPv4 or IPv6 address.
   *
   * @throws IllegalArgumentException if it is neither; the message says why
   */
  public static byte[] parse(String text) {
    return parse(text, text.indexOf(':') >= 0 ? 16 : 4);
  }

  /** Whether a text is meant as an address of so many bytes, well formed or not. */
  public static boolean isMeant(String text, long byteSize) {
    String address = text.strip();
    return switch ((int) Math.min(byteSize, 17)) {
      case 4 -> address.indexOf('.') > 0 && has(address, "0123456789.:/%abcdefABCDEF");
      case 6 ->
          address.length() > 2
              && (address.charAt(1) == ':' || address.charAt(2) == ':' || address.charAt(2) == '-')
              && has(address, "0123456789:-abcdefABCDEF");
      case 16 ->
          (address.indexOf(':') >= 0 && address.indexOf('{') < 0 && address.indexOf('[') < 0)
              || (address.indexOf('.') > 0 && has(address, "0123456789./"));
      default -> false;
    };
  }

  private static boolean has(String text, String only) {
    return text.chars().allMatch(c -> only.indexOf(c) >= 0);
  }

  /** An address of 4, 16 or 6 bytes, as {@code 10.0.0.1}, {@code fd00::1}, {@code 02:00:...}. */
  public static String text(byte[] bytes) {
    return switch (bytes.length) {
      case 4 -> ipv4(bytes, 0);
      case 16 -> ipv6(bytes);
      case 6 -> MAC.formatHex(bytes);
      default -> throw new IllegalArgumentException("no address has " + bytes.length + " bytes");
    };
  }

  private static String ipv4(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        + "."
        + (bytes[at + 1] & 0xff)
        + "."
        + (bytes[at + 2] & 0xff)
        + "."
        + (bytes[at + 3] & 0xff);
  }

  /** The longest run of zero groups is {@code ::}; an IPv4 address within is written as such. */
  private static String ipv6(byte[] bytes) {
    if (isMapped(bytes)) {
      return "::ffff:" + ipv4(bytes, 12);
    }
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    int best = 0;
    int bestLength = 0;
    for (int i = 0; i < GROUPS; i++) {
      int j = i;
      while (j < GROUPS && groups[j] == 0) {
        j++;
      }
      if (j - i > bestLength) {
        best = i;
        bestLength = j - i;
      }
      i = Math.max(i, j - 1);
    }
    var text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (bestLength > 1 && i == best) {
        text.append("::");
        i += bestLength - 1;
      } else {
        boolean separated = text.isEmpty() || text.charAt(text.length() - 1) == ':';
        text.append(separated ? "" : ":").append(Integer.toHexString(groups[i]));
      }
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

  /**
   * @param whole what the message quotes
   */
  private static byte[] ipv4(String text, String whole) {
    String[] parts = text.split("\\.", -1);
    if (parts.length == 1 && text.chars().noneMatch(c -> c >= '0' && c <= '9')) {
      throw wrong(whole, "expected an address such as 10.0.0.1 or fd00::1");
    }
    byte[] bytes = new byte[4];
    for (int i = 0; i < parts.length; i++) {
      int part = decimal(parts[i], 3);
      if (part < 0 || part > 255) {
        throw wrong(whole, "part '" + parts[i] + "' is not a number from 0 to 255");
      }
      if (parts[i].length() > 1 && parts[i].charAt(0) == '0') {
        throw wrong(
            whole,
            "part '"
                + parts[i]
                + "' begins with 0, which is octal to some programs (write "
                + part
                + ")");
      }
      if (i < bytes.length) {
        bytes[i] = (byte) part;
      }
    }
    if (parts.length != bytes.length) {
      throw wrong(
          whole,
          "an IPv4 address has four parts (write "
              + (parts.length < bytes.length ? text + ".0".repeat(4 - parts.length) : "10.0.0.1")
              + ")");
    }
    return bytes;
  }

  private static byte[] ipv6(String text) {
    int zone = text.indexOf('%');
    if (zone >= 0) {
      throw wrong(
          text,
          "a zone belongs to a socket, not to the address (write " + text.substring(0, zone) + ")");
    }
    int gap = text.indexOf("::");
    if (gap < 0) {
      byte[] all = groups(text, text);
      if (all.length != 16) {
        throw wrong(text, "an IPv6 address has eight groups, or '::' for those that are zero");
      }
      return all;
    }
    byte[] head = groups(text.substring(0, gap), text);
    byte[] tail = groups(text.substring(gap + 2), text);
    if (head.length + tail.length > 14) {
      throw wrong(text, "'::' stands for one group of zeros at least, and eight are all");
    }
    byte[] bytes = new byte[16];
    System.arraycopy(head, 0, bytes, 0, head.length);
    System.arraycopy(tail, 0, bytes, 16 - tail.length, tail.length);
    return bytes;
  }

  /** Groups of hexadecimal digits, the last of which may be an IPv4 address. */
  private static byte[] groups(String text, String whole) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    String[] parts = text.split(":", -1);
    if (parts.length > GROUPS) {
      throw wrong(whole, "an IPv6 address has eight groups");
    }
    byte[] bytes = new byte[2 * parts.length + 2];
    int length = 0;
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].indexOf('.') >= 0 && i == parts.length - 1) {
        System.arraycopy(ipv4(parts[i], whole), 0, bytes, length, 4);
        length += 4;
        continue;
      }
      int group = hex(parts[i], 4);
      if (group < 0) {
        throw wrong(whole, "group '" + parts[i] + "' is not one to four hexadecimal digits");
      }
      bytes[length++] = (byte) (group >> 8);
      bytes[length++] = (byte) group;
    }
    return java.util.Arrays.copyOf(bytes, length);
  }

  private static byte[] mac(String text) {
    byte[] bytes = new byte[6];
    char separator = text.length() == 17 && text.charAt(2) == '-' ? '-' : ':';
    boolean sound = text.length() == 17;
    for (int i = 0; sound && i < bytes.length; i++) {
      int value = hex(text.substring(3 * i, 3 * i + 2), 2);
      sound = value >= 0 && (i == 5 || text.charAt(3 * i + 2) == separator);
      bytes[i] = (byte) value;
    }
    if (!sound) {
      throw wrong(text, "not a hardware address (write one such as 02:00:00:00:00:01)");
    }
    return bytes;
  }

  /** Digits of ASCII as a number; -1 if there are others, none, or too many. */
  static int decimal(String text, int most) {
    return digits(text, most, 10);
  }

  private static int hex(String text, int most) {
    return digits(text, most, 16);
  }

  private static int digits(String text, int most, int radix) {
    if (text.isEmpty() || text.length() > most) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }

  private static IllegalArgumentException wrong(String text, @Nullable String why) {
    return new IllegalArgumentException("'" + text + "': " + why);
  }
}
