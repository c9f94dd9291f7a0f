package org.skep.internal.ffi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Text of C: bytes up to a NUL. */
public final class CText {
  /** No name, path or message of libbpf is longer. */
  private static final long LIMIT = 1 << 20;

  private CText() {}

  /** The text at a pointer that a native call returned, or null for the null pointer. */
  public static @Nullable String readOrNull(MemorySegment pointer) {
    return pointer.address() == 0 ? null : sized(pointer, LIMIT).getString(0);
  }

  /** The text at a pointer that a native call returned; empty for the null pointer. */
  public static String read(MemorySegment pointer) {
    String text = readOrNull(pointer);
    return text == null ? "" : text;
  }

  /**
   * The text in a buffer, up to its first NUL, or all of it. Bytes that are not UTF-8 are replaced.
   */
  public static String readBuffer(MemorySegment buffer) {
    long length = 0;
    while (length < buffer.byteSize() && buffer.get(ValueLayout.JAVA_BYTE, length) != 0) {
      length++;
    }
    return new String(
        buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /** A copy of {@code size} bytes at a pointer that a native call returned. */
  public static byte[] bytes(MemorySegment pointer, int size) {
    return sized(pointer, size).toArray(ValueLayout.JAVA_BYTE);
  }

  /** A copy of the text for C. A text with a NUL inside is refused. */
  public static MemorySegment allocate(SegmentAllocator allocator, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "a name for C holds a NUL: '" + text.replace('\0', '?') + "'");
    }
    return allocator.allocateFrom(text);
  }

  // SAFETY: the callee says that this much is there, or that a NUL ends what is read.
  @SuppressWarnings("restricted")
  static MemorySegment sized(MemorySegment pointer, long size) {
    return pointer.reinterpret(size);
  }
}
