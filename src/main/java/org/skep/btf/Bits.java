package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * Integers of any width at any place, in either byte order. Members of packed structs lie where
 * they like, so nothing here expects alignment.
 */
final class Bits {
  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);
  // constants, so that the JIT sees through them
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Bits() {}

  /** The bytes as an unsigned number, for 1, 2, 4 or 8 bytes. */
  static long read(MemorySegment bytes, long offset, int byteSize, ByteOrder order) {
    boolean big = order == ByteOrder.BIG_ENDIAN;
    return switch (byteSize) {
      case 1 -> bytes.get(ValueLayout.JAVA_BYTE, offset) & 0xffL;
      case 2 -> {
        short value = bytes.get(SHORT, offset);
        yield (big ? Short.reverseBytes(value) : value) & 0xffffL;
      }
      case 4 -> {
        int value = bytes.get(INT, offset);
        yield (big ? Integer.reverseBytes(value) : value) & 0xffffffffL;
      }
      default -> {
        long value = bytes.get(LONG, offset);
        yield big ? Long.reverseBytes(value) : value;
      }
    };
  }

  /**
   * Up to 64 bits that may begin anywhere and cross bytes. The first bit of a byte is the lowest in
   * little endian and the highest in big endian.
   */
  static long readBits(MemorySegment bytes, long bitOffset, int bitSize, ByteOrder order) {
    boolean little = order == ByteOrder.LITTLE_ENDIAN;
    long value = 0;
    for (int got = 0; got < bitSize; ) {
      long at = bitOffset + got;
      int inByte = (int) (at & 7);
      int take = Math.min(8 - inByte, bitSize - got);
      long part = bytes.get(ValueLayout.JAVA_BYTE, at >> 3) & 0xffL;
      part = (little ? part >>> inByte : part >>> (8 - inByte - take)) & ((1L << take) - 1);
      value = little ? value | part << got : value << take | part;
      got += take;
    }
    return value;
  }

  /** The counterpart of {@link #readBits}; other bits of the bytes stay as they are. */
  static void writeBits(
      MemorySegment bytes, long bitOffset, int bitSize, long value, ByteOrder order) {
    boolean little = order == ByteOrder.LITTLE_ENDIAN;
    for (int done = 0; done < bitSize; ) {
      long at = bitOffset + done;
      int inByte = (int) (at & 7);
      int take = Math.min(8 - inByte, bitSize - done);
      int mask = (1 << take) - 1;
      int shift = little ? inByte : 8 - inByte - take;
      int part = (int) (value >>> (little ? done : bitSize - done - take)) & mask;
      int old = bytes.get(ValueLayout.JAVA_BYTE, at >> 3);
      bytes.set(ValueLayout.JAVA_BYTE, at >> 3, (byte) ((old & ~(mask << shift)) | part << shift));
      done += take;
    }
  }

  /**
   * Bits as a number: {@link Long} where it fits, else {@link BigInteger}, never wrongly signed.
   */
  static Number number(
      MemorySegment bytes, long bitOffset, int bitSize, boolean signed, ByteOrder order) {
    if (bitSize <= 64) {
      long raw =
          (bitOffset & 7) == 0 && (bitSize == 8 || bitSize == 16 || bitSize == 32 || bitSize == 64)
              ? read(bytes, bitOffset >> 3, bitSize >> 3, order)
              : readBits(bytes, bitOffset, bitSize, order);
      return number(raw, bitSize, signed);
    }
    boolean little = order == ByteOrder.LITTLE_ENDIAN;
    int highSize = bitSize - 64;
    long low = readBits(bytes, little ? bitOffset : bitOffset + highSize, 64, order);
    long high = readBits(bytes, little ? bitOffset + 64 : bitOffset, highSize, order);
    long signedHigh = signed ? signExtend(high, highSize) : high;
    var upper = signed ? BigInteger.valueOf(signedHigh) : unsigned(signedHigh);
    return narrow(upper.shiftLeft(64).add(unsigned(low)));
  }

  /** Raw bits as a number of that width. */
  static Number number(long raw, int bitSize, boolean signed) {
    if (signed) {
      return signExtend(raw, bitSize);
    }
    return raw < 0 ? unsigned(raw) : (Number) raw;
  }

  static long signExtend(long raw, int bitSize) {
    int unused = 64 - bitSize;
    return raw << unused >> unused;
  }

  static BigInteger unsigned(long bits) {
    var value = BigInteger.valueOf(bits);
    return bits < 0 ? value.add(TWO_64) : value;
  }

  private static Number narrow(BigInteger value) {
    return value.bitLength() < 64 ? (Number) value.longValue() : value;
  }

  /** Writes a number whose range was checked. */
  static void write(
      MemorySegment bytes, long bitOffset, int bitSize, BigInteger value, ByteOrder order) {
    if (bitSize <= 64) {
      writeBits(bytes, bitOffset, bitSize, value.longValue(), order);
      return;
    }
    boolean little = order == ByteOrder.LITTLE_ENDIAN;
    int highSize = bitSize - 64;
    long high = value.shiftRight(64).longValue();
    writeBits(bytes, little ? bitOffset : bitOffset + highSize, 64, value.longValue(), order);
    writeBits(bytes, little ? bitOffset + 64 : bitOffset, highSize, high, order);
  }
}
