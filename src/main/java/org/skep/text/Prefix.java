package org.skep.text;

/**
 * A block of addresses of IPv4 or IPv6: {@code 10.0.0.0/8}, {@code fd00::/8}. An address alone is a
 * block of one.
 *
 * @param address its first address, of 4 or 16 bytes; not copied
 * @param bits how many bits all its addresses share
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, and never compared
public record Prefix(byte[] address, int bits) {
  /**
   * A prefix as a person writes it.
   *
   * @throws IllegalArgumentException if it is none, or has bits set behind the prefix; the message
   *     says why, and what to write
   */
  public static Prefix parse(String text) {
    return parse(text, text.indexOf(':') >= 0 ? 16 : 4);
  }

  /**
   * A prefix of one family.
   *
   * @param byteSize 4 for IPv4, 16 for IPv6
   * @throws IllegalArgumentException as {@link #parse(String)}
   */
  public static Prefix parse(String text, int byteSize) {
    String whole = text.strip();
    int slash = whole.indexOf('/');
    String first = slash < 0 ? whole : whole.substring(0, slash);
    byte[] address;
    try {
      address = Addresses.parse(first, byteSize);
    } catch (IllegalArgumentException e) {
      throw of(whole, slash, e);
    }
    int most = address.length * Byte.SIZE;
    if (slash < 0) {
      return new Prefix(address, most);
    }
    String length = whole.substring(slash + 1);
    int bits = Addresses.decimal(length, 3);
    if (bits < 0 || bits > most || (length.length() > 1 && length.charAt(0) == '0')) {
      throw new IllegalArgumentException(
          "'"
              + whole
              + "': the length of the prefix is a number from 0 to "
              + most
              + ", not '"
              + length
              + "'");
    }
    byte[] network = masked(address, bits);
    if (!java.util.Arrays.equals(network, address)) {
      throw new IllegalArgumentException(
          "'"
              + whole
              + "': bits are set behind the prefix (write "
              + new Prefix(network, bits)
              + " for the network, "
              + new Prefix(address, most)
              + " for the address)");
    }
    return new Prefix(address, bits);
  }

  private static IllegalArgumentException of(
      String whole, int slash, IllegalArgumentException why) {
    String said = String.valueOf(why.getMessage());
    return slash < 0
        ? why
        : new IllegalArgumentException(
            said.replaceFirst("'[^']*'", "'" + quoted(whole) + "'"), why);
  }

  private static String quoted(String text) {
    return java.util.regex.Matcher.quoteReplacement(text);
  }

  /** The address with zeros behind its first bits. */
  public static byte[] masked(byte[] address, int bits) {
    byte[] masked = address.clone();
    for (int i = 0; i < masked.length; i++) {
      int keep = Math.clamp(bits - (long) i * Byte.SIZE, 0, Byte.SIZE);
      masked[i] &= (byte) (0xff00 >> keep);
    }
    return masked;
  }

  /** Its last address. */
  public byte[] last() {
    byte[] last = address.clone();
    for (int i = 0; i < last.length; i++) {
      int keep = Math.clamp(bits - (long) i * Byte.SIZE, 0, Byte.SIZE);
      last[i] |= (byte) (0xff >> keep);
    }
    return last;
  }

  /** As it is written; the length of a prefix always stands there. */
  @Override
  public String toString() {
    return Addresses.text(address) + "/" + bits;
  }
}
