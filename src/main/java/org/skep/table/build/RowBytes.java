package org.skep.table.build;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes of some rows, copied out of wherever they are before they are taken apart.
 *
 * <p>A copy costs less than it saves. It is the same kind of memory each time, which the JIT can
 * see through, where a {@link MemorySegment} may be one of several; it is still there when the
 * memory that it came from is freed; and columns that are filled one after the other find it in the
 * CPU's first cache.
 */
final class RowBytes {
  /** With as many bytes of a column, less than a first cache has. */
  private static final int ROOM = 20 << 10;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] array = new byte[0];
  private MemorySegment segment = MemorySegment.ofArray(array);

  /**
   * How many rows are to be copied at once, at least one.
   *
   * @param stride from one to the next
   */
  static int rows(long stride) {
    return (int) Math.max(1, ROOM / Math.max(1, stride));
  }

  /** Copies bytes to the beginning. */
  void copy(MemorySegment from, long offset, long byteSize) {
    int size = Math.toIntExact(byteSize);
    if (array.length < size) {
      array = new byte[size];
      segment = MemorySegment.ofArray(array);
    }
    MemorySegment.copy(from, offset, segment, 0, byteSize);
  }

  /** Copies bytes to the beginning, and zeroes behind them up to a size. */
  void copyPart(MemorySegment from, long offset, int length, int size) {
    copy(from, offset, length);
    if (array.length < size) {
      array = Arrays.copyOf(array, size);
      segment = MemorySegment.ofArray(array);
    }
    Arrays.fill(array, length, size, (byte) 0);
  }

  /** The bytes for the methods of this class, which loops should ask for once. */
  byte[] array() {
    return array;
  }

  /** The bytes for everything else. */
  MemorySegment segment() {
    return segment;
  }

  static long getLong(byte[] array, int at) {
    return (long) LONG.get(array, at);
  }

  static int getInt(byte[] array, int at) {
    return (int) INT.get(array, at);
  }
}
