package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Btf;
import org.skep.btf.TypeId;
import org.skep.btf.ValueReader;
import org.skep.btf.ValueWriter;

/** Turns the bytes of a key or value into Java and back: by its type, or as they are. */
final class Codec {
  private final String what;
  private final int byteSize;
  private final @Nullable ValueReader reader;
  private final @Nullable ValueWriter writer;

  private Codec(
      String what, int byteSize, @Nullable ValueReader reader, @Nullable ValueWriter writer) {
    this.what = what;
    this.byteSize = byteSize;
    this.reader = reader;
    this.writer = writer;
  }

  /**
   * A codec for one kind of bytes.
   *
   * @param what for messages: {@code key of map 'counts'}
   * @param type 0 for none
   */
  static Codec of(String what, Optional<Btf> types, TypeId type, int byteSize) {
    if (types.isEmpty() || type.equals(TypeId.VOID) || byteSize == 0) {
      return new Codec(what, byteSize, null, null);
    }
    return new Codec(
        what, byteSize, new ValueReader(types.get(), type), new ValueWriter(types.get(), type));
  }

  int byteSize() {
    return byteSize;
  }

  Object read(MemorySegment bytes, long offset) {
    return reader != null
        ? reader.read(bytes, offset)
        : bytes.asSlice(offset, byteSize).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Writes a value; what it leaves out is zeros, padding too. */
  void write(Object value, MemorySegment bytes, long offset) {
    for (long i = 0; i < byteSize; i++) {
      bytes.set(ValueLayout.JAVA_BYTE, offset + i, (byte) 0);
    }
    if (value instanceof byte[] raw && raw.length == byteSize) {
      MemorySegment.copy(raw, 0, bytes, ValueLayout.JAVA_BYTE, offset, raw.length);
    } else if (writer != null) {
      writer.write(value, bytes, offset);
    } else {
      byte[] raw = hex(value);
      MemorySegment.copy(raw, 0, bytes, ValueLayout.JAVA_BYTE, offset, raw.length);
    }
  }

  private byte[] hex(Object value) {
    if (value instanceof String text) {
      String digits = text.replaceAll("[\\s:]|^0x", "");
      if (digits.length() == 2 * byteSize && digits.matches("[0-9a-fA-F]*")) {
        return HexFormat.of().parseHex(digits);
      }
    }
    throw new IllegalArgumentException(
        what
            + " has no type: expected "
            + byteSize
            + " bytes, as a byte[] or in hexadecimal digits, but was "
            + (value instanceof byte[] b ? b.length + " bytes" : "'" + value + "'"));
  }
}
