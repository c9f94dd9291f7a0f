package org.skep.btf;

import java.nio.ByteOrder;

/**
 * Ports in the order of the network that a plain integer holds: two bytes of a {@code u16}, or of a
 * wider number to which they were assigned ({@code u32 port = tcp->dest}).
 */
final class Ports {
  private static final int BITS = 16;
  private static final long MOST = 0xffff;

  private Ports() {}

  /**
   * The port of a number's bits; bits that are no port that was assigned stay as they are, and are
   * beyond all ports then. {@link #bits} is the way back.
   *
   * @param bits without a sign
   * @param order of the number
   */
  static long port(long bits, ByteOrder order) {
    boolean swap = order == ByteOrder.LITTLE_ENDIAN && bits >= 0 && bits <= MOST;
    return swap ? swapped(bits) : bits;
  }

  /** The bits that mean this port. */
  static long bits(long port, ByteOrder order) {
    return port(port, order);
  }

  /**
   * The port to show: also where the whole wider number was turned into the order of the network
   * ({@code bpf_htonl(80)}, {@code remote_port} of a {@code bpf_sock_ops}).
   *
   * @param port as {@link #port} returns it
   * @param bitSize of the number
   */
  static long shown(long port, int bitSize, ByteOrder order) {
    boolean wide = bitSize > BITS && (port < 0 || port > MOST);
    int shift = bitSize - BITS;
    if (!wide || port << (Long.SIZE - shift) != 0) {
      return port;
    }
    long high = port >>> shift & MOST;
    return order == ByteOrder.LITTLE_ENDIAN ? swapped(high) : high;
  }

  private static long swapped(long bits) {
    return ((bits & 0xff) << 8) | ((bits >> 8) & 0xff);
  }
}
