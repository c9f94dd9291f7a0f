package org.skep.table;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Btf;
import org.skep.btf.Text;
import org.skep.btf.TypeId;
import org.skep.btf.TypeLayout;
import org.skep.btf.ValueReader;
import org.skep.btf.ValueWriter;

/**
 * The type of a key, value or event: a C type, or only a number of bytes where nobody said more.
 * Values without a type are hexadecimal text.
 *
 * @param btf the description that the type belongs to; null if there is no type
 * @param type null if there is no type
 * @param byteSize the bytes of a value, without a flexible array at its end
 */
public record ValueType(@Nullable Btf btf, @Nullable TypeId type, int byteSize) {
  /** Checks that both or none are given. */
  public ValueType {
    if ((btf == null) != (type == null) || byteSize < 0) {
      throw new IllegalArgumentException("a type needs its description, and a size from 0");
    }
  }

  /**
   * A C type.
   *
   * @throws IllegalArgumentException when the type has no values, such as {@code void}
   */
  public static ValueType of(Btf btf, TypeId type) {
    return new ValueType(btf, type, Math.toIntExact(btf.byteSize(type)));
  }

  /** So many bytes of which nothing is known. */
  public static ValueType ofBytes(int byteSize) {
    return new ValueType(null, null, byteSize);
  }

  /** Whether more than the size is known. */
  public boolean isTyped() {
    return btf != null;
  }

  /** The type as C spells it; {@code u8[24]} if only the size is known. */
  public String name() {
    return btf == null || type == null ? "u8[" + byteSize + "]" : btf.nameOf(type);
  }

  /** The type with the offsets of all its members, many lines for a struct. */
  public String layout() {
    return btf == null || type == null ? name() + ";" : TypeLayout.of(btf, type);
  }

  /**
   * Reads a value, as {@link ValueReader} says; hexadecimal text if only the size is known. To read
   * many, keep a {@link ValueReader}.
   *
   * @throws IllegalArgumentException when fewer bytes than the value has are there
   */
  public Object read(MemorySegment bytes, long offset) {
    return btf == null || type == null
        ? Text.hex(bytes.asSlice(offset, byteSize).toArray(ValueLayout.JAVA_BYTE))
        : new ValueReader(btf, type).read(bytes, offset);
  }

  /**
   * Writes a value, as {@link ValueWriter} says; if only the size is known, from hexadecimal text
   * or a {@code byte[]} of that size.
   *
   * @throws IllegalArgumentException when the value is none of this type
   */
  public void write(Object value, MemorySegment bytes, long offset) {
    if (btf != null && type != null) {
      new ValueWriter(btf, type).write(value, bytes, offset);
      return;
    }
    byte[] raw = value instanceof byte[] given ? given : hex(value);
    if (raw.length != byteSize) {
      throw new IllegalArgumentException(
          "write '" + name() + "': expected " + byteSize + " bytes but was " + raw.length);
    }
    MemorySegment.copy(raw, 0, bytes, ValueLayout.JAVA_BYTE, offset, raw.length);
  }

  private byte[] hex(Object value) {
    String digits = value.toString().replaceFirst("^0x", "").replaceAll("[\\s:]", "");
    try {
      return HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "write '"
              + name()
              + "': expected "
              + byteSize
              + " bytes in hexadecimal but was '"
              + value
              + "' (the type is not known; give one to write by its members)",
          e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
