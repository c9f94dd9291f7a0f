package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * Floating point numbers of every width. {@code long double} is the 80-bit format of x86 or the
 * 128-bit format of the other CPUs; its digits beyond those of a Java {@code double} are rounded
 * away.
 */
final class WideFloat {
  private static final int BIAS = 16_383;
  private static final long FRACTION = (1L << 48) - 1;

  private WideFloat() {}

  static double read(MemorySegment bytes, long offset, int byteSize, ByteOrder order) {
    return switch (byteSize) {
      case 2 -> Float.float16ToFloat((short) Bits.read(bytes, offset, 2, order));
      case 4 -> Float.intBitsToFloat((int) Bits.read(bytes, offset, 4, order));
      case 8 -> Double.longBitsToDouble(Bits.read(bytes, offset, 8, order));
      case 12 -> extended(bytes, offset, order);
      default -> isX86() ? extended(bytes, offset, order) : quadruple(bytes, offset, order);
    };
  }

  /** The bytes of a width that make the number; the rest of an 80-bit number is padding. */
  static int significantBytes(int byteSize) {
    return byteSize == 12 || (byteSize > 8 && isX86()) ? 10 : byteSize;
  }

  static void write(MemorySegment bytes, long offset, int byteSize, double value, ByteOrder order) {
    long bit = offset * 8;
    switch (byteSize) {
      case 2 -> Bits.writeBits(bytes, bit, 16, Float.floatToFloat16((float) value), order);
      case 4 -> Bits.writeBits(bytes, bit, 32, Float.floatToRawIntBits((float) value), order);
      case 8 -> Bits.writeBits(bytes, bit, 64, Double.doubleToRawLongBits(value), order);
      default -> writeLong(bytes, bit, byteSize, value, order);
    }
  }

  private static double extended(MemorySegment bytes, long offset, ByteOrder order) {
    long mantissa = Bits.read(bytes, offset, 8, order);
    int top = (int) Bits.read(bytes, offset + 8, 2, order);
    int exponent = top & 0x7fff;
    double magnitude;
    if (exponent == 0x7fff) {
      magnitude = mantissa << 1 == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else {
      // an unsigned mantissa of 64 bits, rounded once by way of two exact halves
      double m = (mantissa >>> 11) * 0x1p11 + (mantissa & 0x7ff);
      magnitude = scale(m, exponent - BIAS - 63);
    }
    return (top & 0x8000) == 0 ? magnitude : -magnitude;
  }

  private static double quadruple(MemorySegment bytes, long offset, ByteOrder order) {
    boolean little = order == ByteOrder.LITTLE_ENDIAN;
    long low = Bits.read(bytes, little ? offset : offset + 8, 8, order);
    long high = Bits.read(bytes, little ? offset + 8 : offset, 8, order);
    int exponent = (int) (high >>> 48) & 0x7fff;
    long fraction = high & FRACTION;
    double magnitude;
    if (exponent == 0x7fff) {
      magnitude = (fraction | low) == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else {
      long whole = exponent == 0 ? fraction : fraction | 1L << 48;
      double m = whole * 0x1p16 + (low >>> 48);
      magnitude = scale(m, Math.max(exponent, 1) - BIAS - 64);
    }
    return high < 0 ? -magnitude : magnitude;
  }

  /** In two steps, because one factor alone would vanish or overflow. */
  private static double scale(double value, int exponent) {
    int half = exponent / 2;
    return Math.scalb(Math.scalb(value, half), exponent - half);
  }

  private static void writeLong(
      MemorySegment bytes, long bit, int byteSize, double value, ByteOrder order) {
    long raw = Double.doubleToRawLongBits(value);
    int sign = raw < 0 ? 0x8000 : 0;
    int exponent = Math.getExponent(value);
    long fraction = raw & (1L << 52) - 1;
    int top;
    if (value == 0) {
      top = 0;
    } else if (Double.isNaN(value) || Double.isInfinite(value)) {
      top = 0x7fff;
    } else {
      if (exponent < Double.MIN_EXPONENT) { // subnormal as a double, normal here
        int shift = Long.numberOfLeadingZeros(fraction) - 11;
        fraction = fraction << shift & (1L << 52) - 1;
        exponent = Double.MIN_EXPONENT - shift;
      }
      top = exponent + BIAS;
    }
    if (byteSize == 12 || isX86()) {
      long one = top == 0 ? 0 : 1L << 63;
      Bits.writeBits(bytes, bit, 64, one | fraction << 11, order);
      Bits.writeBits(bytes, bit + 64, 16, sign | top, order);
    } else {
      boolean little = order == ByteOrder.LITTLE_ENDIAN;
      long high = (long) (sign | top) << 48 | fraction >>> 4;
      Bits.writeBits(bytes, little ? bit : bit + 64, 64, fraction << 60, order);
      Bits.writeBits(bytes, little ? bit + 64 : bit, 64, high, order);
    }
  }

  private static boolean isX86() {
    String arch = System.getProperty("os.arch", "");
    return arch.equals("amd64") || arch.equals("x86_64") || arch.equals("i386");
  }
}
