package org.skep.btf;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.skep.text.Addresses;
import org.skep.text.LinuxNames;
import org.skep.text.Quantity;
import org.skep.text.WholeNumber;

/**
 * What a number of a format is called, as far as that does not depend on the machine.
 *
 * @param bitSize how wide the number is
 * @param order of its bytes
 */
public record NumberText(Format format, int bitSize, ByteOrder order) {
  private static final int MOST_ERRNO = 4_095;
  private static final int MAJORS = 0xfff;
  private static final int MINORS = 0xfffff;
  private static final int MAC_BYTES = 6;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  /** That of a leaf. */
  static NumberText of(Field field, ByteOrder order) {
    return new NumberText(field.format(), (int) field.bitSize(), order);
  }

  /** Whether numbers of this format have a text of their own. */
  public boolean isText() {
    return switch (format) {
      case NANOS, BYTES, PORT, ERRNO, SIGNAL, DEV, HEX -> true;
      case IPV4 -> bitSize >= IPV4_BYTES * Byte.SIZE;
      case MAC -> bitSize >= MAC_BYTES * Byte.SIZE;
      case IPV6 -> bitSize == IPV6_BYTES * Byte.SIZE;
      case NONE, KSYM, KSTACK, USTACK, SYSCALL, TIME, CGROUP, IFINDEX, PROGRAM, MAP -> false;
    };
  }

  /** The text of a number that a {@link ValueReader} returned. */
  String of(Number number) {
    return switch (format) {
      case NANOS -> Quantity.nanos(number.doubleValue());
      case BYTES -> Quantity.bytes(number.doubleValue());
      case HEX -> "0x" + unsigned(number).toString(16);
      case IPV6 -> ipv6(unsigned(number));
      default ->
          number instanceof BigInteger && bitSize > Long.SIZE
              ? number.toString()
              : text(number.longValue());
    };
  }

  private String ipv6(BigInteger bits) {
    byte[] address = new byte[IPV6_BYTES];
    for (int i = 0; i < address.length; i++) {
      int at = order == ByteOrder.LITTLE_ENDIAN ? i : address.length - 1 - i;
      address[i] = bits.shiftRight(Byte.SIZE * at).byteValue();
    }
    return Addresses.text(address);
  }

  private BigInteger unsigned(Number number) {
    BigInteger exact = ValueReader.exact(number);
    return exact.signum() < 0 ? exact.add(BigInteger.ONE.shiftLeft(bitSize)) : exact;
  }

  /**
   * The text of a number.
   *
   * @param bits as {@link FieldReader#bits} returns them
   */
  public String text(long bits) {
    return switch (format) {
      case NANOS -> Quantity.nanos((double) bits);
      case BYTES -> Quantity.bytes((double) bits);
      case PORT -> Long.toUnsignedString(Ports.shown(bits, bitSize, order));
      case ERRNO -> LinuxNames.error(errno(bits));
      case SIGNAL -> LinuxNames.signal(bits);
      case DEV -> (bits >>> 20 & MAJORS) + ":" + (bits & MINORS);
      case HEX -> "0x" + Long.toHexString(bits & mask());
      case IPV4 -> address(bits, IPV4_BYTES);
      case MAC -> address(bits, MAC_BYTES);
      case NONE, IPV6, KSYM, KSTACK, USTACK, SYSCALL, TIME, CGROUP, IFINDEX, PROGRAM, MAP ->
          Long.toString(bits);
    };
  }

  private long mask() {
    return bitSize >= Long.SIZE ? -1 : (1L << bitSize) - 1;
  }

  /** An unsigned number that holds a negative error means that error. */
  private long errno(long bits) {
    if (bitSize < Long.SIZE) {
      return Bits.signExtend(bits, bitSize);
    }
    return bits >>> Integer.SIZE == 0 && (int) bits < 0 && (int) bits >= -MOST_ERRNO
        ? (int) bits
        : bits;
  }

  /** The address that was assigned to a wider number; other bits stay a number. */
  private String address(long bits, int bytes) {
    long raw = bits & mask();
    int unused = bitSize - bytes * Byte.SIZE;
    if (unused > 0 && raw >>> (bytes * Byte.SIZE) != 0) {
      return Long.toUnsignedString(raw);
    }
    byte[] address = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      int at = order == ByteOrder.LITTLE_ENDIAN ? i : bytes - 1 - i;
      address[i] = (byte) (raw >>> (Byte.SIZE * at));
    }
    return Addresses.text(address);
  }

  /** The bits of an address of this format; nothing where the number is of other addresses. */
  long bits(byte[] address) {
    long bits = 0;
    for (int i = 0; i < address.length; i++) {
      int at = order == ByteOrder.LITTLE_ENDIAN ? i : address.length - 1 - i;
      bits |= (address[i] & 0xffL) << (Byte.SIZE * at);
    }
    return bits;
  }

  /**
   * The number that a name stands for: of an error (positive), of a signal, or of a device.
   *
   * @throws IllegalArgumentException if a part of a device's number is out of its bits
   */
  OptionalLong named(String name) {
    return switch (format) {
      case ERRNO -> wide(LinuxNames.errorNumber(name));
      case SIGNAL -> wide(LinuxNames.signalNumber(name));
      case DEV -> device(name);
      default -> OptionalLong.empty();
    };
  }

  private static OptionalLong wide(OptionalInt number) {
    return number.isPresent() ? OptionalLong.of(number.getAsInt()) : OptionalLong.empty();
  }

  /** {@code 8:1}, whose parts are within their bits. */
  private static OptionalLong device(String name) {
    int colon = name.indexOf(':');
    if (colon < 0) {
      return OptionalLong.empty();
    }
    long major = WholeNumber.parse(name.substring(0, colon), 0, MAJORS);
    return OptionalLong.of(major << 20 | WholeNumber.parse(name.substring(colon + 1), 0, MINORS));
  }

  /** How many bytes an address of this format has; 0 for other formats. */
  int addressBytes() {
    return switch (format) {
      case IPV4 -> IPV4_BYTES;
      case MAC -> MAC_BYTES;
      default -> 0;
    };
  }
}
