package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Btf;
import org.skep.btf.TypeId;
import org.skep.btf.ValueReader;
import org.skep.btf.ValueWriter;
import org.skep.table.ValueType;

/** Turns the bytes of keys or values into Java and back, with what that needs made once. */
final class Codec {
  private final ValueType type;
  private final @Nullable ValueReader reader;
  private final @Nullable ValueWriter writer;

  private Codec(ValueType type, @Nullable ValueReader reader, @Nullable ValueWriter writer) {
    this.type = type;
    this.reader = reader;
    this.writer = writer;
  }

  /**
   * A codec for values of a type of the object, or for so many bytes.
   *
   * @param id {@code void} for none
   */
  static Codec of(Optional<Btf> types, TypeId id, int byteSize) {
    if (types.isEmpty()
        || id.equals(TypeId.VOID)
        || byteSize == 0
        || types.get().byteSize(id) != byteSize) {
      return new Codec(ValueType.ofBytes(byteSize), null, null);
    }
    Btf btf = types.get();
    return new Codec(ValueType.of(btf, id), new ValueReader(btf, id), new ValueWriter(btf, id));
  }

  ValueType type() {
    return type;
  }

  Object read(MemorySegment bytes, long offset) {
    return reader != null ? reader.read(bytes, offset) : type.read(bytes, offset);
  }

  /** Writes a value; what it leaves out is zeros, padding too. */
  void write(Object value, MemorySegment bytes, long offset) {
    int size = type.byteSize();
    for (long i = 0; i < size; i++) {
      bytes.set(ValueLayout.JAVA_BYTE, offset + i, (byte) 0);
    }
    if (value instanceof byte[] raw && raw.length == size) {
      MemorySegment.copy(raw, 0, bytes, ValueLayout.JAVA_BYTE, offset, size);
    } else if (writer != null) {
      writer.write(value, bytes, offset);
    } else {
      type.write(value, bytes, offset);
    }
  }
}
