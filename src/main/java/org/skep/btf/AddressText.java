package org.skep.btf;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Addresses of the network as people write them, into their bytes. */
final class AddressText {
  private AddressText() {}

  /**
   * The bytes of an IPv4, IPv6 or hardware address; null if the text is no such address of that
   * size.
   */
  static byte @Nullable [] parse(String text, long byteSize) {
    String address = text.strip();
    if (byteSize == 6) {
      return mac(address);
    }
    boolean likely =
        byteSize == 4
            ? address.chars().filter(c -> c == '.').count() == 3
            : byteSize == 16 && address.indexOf(':') >= 0;
    if (!likely || address.indexOf('%') >= 0 || address.length() > 45) {
      return null;
    }
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      return bytes.length == byteSize ? bytes : mapped(bytes, byteSize);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Java takes an IPv4 address within IPv6 for IPv4. */
  private static byte @Nullable [] mapped(byte[] bytes, long byteSize) {
    if (bytes.length != 4 || byteSize != 16) {
      return null;
    }
    byte[] six = new byte[16];
    six[10] = -1;
    six[11] = -1;
    System.arraycopy(bytes, 0, six, 12, 4);
    return six;
  }

  private static byte @Nullable [] mac(String text) {
    if (text.length() != 17) {
      return null;
    }
    byte[] bytes = new byte[6];
    for (int i = 0; i < 6; i++) {
      int high = Character.digit(text.charAt(3 * i), 16);
      int low = Character.digit(text.charAt(3 * i + 1), 16);
      boolean separated = i == 5 || text.charAt(3 * i + 2) == ':' || text.charAt(3 * i + 2) == '-';
      if (high < 0 || low < 0 || !separated) {
        return null;
      }
      bytes[i] = (byte) (high << 4 | low);
    }
    return bytes;
  }
}
