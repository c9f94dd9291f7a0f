package org.skep.btf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.skep.BtfFormatException;

/** Bytes with an order, read within bounds that are checked before. */
final class BtfBytes {
  private static final VarHandle LITTLE_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final boolean big;

  BtfBytes(byte[] bytes, ByteOrder order) {
    this.bytes = bytes;
    this.big = order == ByteOrder.BIG_ENDIAN;
  }

  byte[] copy() {
    return bytes.clone();
  }

  int length() {
    return bytes.length;
  }

  ByteOrder order() {
    return big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  int int32(int offset) {
    int value = (int) LITTLE_INT.get(bytes, offset);
    return big ? Integer.reverseBytes(value) : value;
  }

  long uint32(int offset) {
    return Integer.toUnsignedLong(int32(offset));
  }

  int uint16(int offset) {
    int first = bytes[offset] & 0xff;
    int second = bytes[offset + 1] & 0xff;
    return big ? first << 8 | second : second << 8 | first;
  }

  byte int8(int offset) {
    return bytes[offset];
  }

  /** The text that begins here and ends before a NUL or at the limit. */
  String text(int offset, int limit) {
    int end = offset;
    while (end < limit && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
  }

  /** Whether the text that begins here is this one. */
  boolean textEquals(int offset, int limit, byte[] text) {
    int end = offset + text.length;
    if (end < offset || end > limit) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (bytes[offset + i] != text[i]) {
        return false;
      }
    }
    return end == limit || bytes[end] == 0;
  }

  /** A hash of the text that begins here; the same as {@link #hash(byte[])}. */
  int textHash(int offset, int limit) {
    int hash = 0;
    for (int i = offset; i < limit && bytes[i] != 0; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash;
  }

  static int hash(byte[] text) {
    int hash = 0;
    for (byte b : text) {
      hash = 31 * hash + b;
    }
    return hash;
  }

  /** Throws unless so many bytes stand from the offset to the limit. */
  static void require(long offset, long byteSize, long limit, String what) {
    if (offset + byteSize > limit) {
      throw new BtfFormatException(
          what + " of " + byteSize + " bytes", Math.max(0, limit - offset) + " bytes", offset);
    }
  }
}
