package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;

/** Reads keys and values into the classes that a user asks for. */
public final class TypeConverter {
  private TypeConverter() {}

  /**
   * Reads into a record by its members, or into the class of a number or text.
   *
   * @throws IllegalArgumentException if what is there does not fit the class
   */
  public static <T> T value(ValueCodec form, MemorySegment bytes, long offset, Class<T> wanted) {
    if (wanted.isRecord() && form instanceof BtfCodec codec) {
      return wanted.cast(codec.read(bytes, offset, wanted.asSubclass(Record.class)));
    }
    Object value = form.read(bytes, offset);
    if (wanted.isInstance(value)) {
      return wanted.cast(value);
    }
    if (wanted == String.class) {
      return wanted.cast(value.toString());
    }
    if (value instanceof Number number) {
      Object converted = number(number, wanted);
      if (converted != null) {
        return wanted.cast(converted);
      }
    }
    throw new IllegalArgumentException(
        "read '"
            + form.type().name()
            + "': "
            + value
            + " is no "
            + wanted.getSimpleName()
            + " (it is a "
            + value.getClass().getSimpleName()
            + ")");
  }

  private static @org.jspecify.annotations.Nullable Object number(Number number, Class<?> wanted) {
    BigInteger exact =
        number instanceof BigInteger big
            ? big
            : number instanceof Double ? null : BigInteger.valueOf(number.longValue());
    if (wanted == Double.class) {
      return number.doubleValue();
    }
    if (exact == null) {
      return null;
    }
    if (wanted == BigInteger.class) {
      return exact;
    }
    int bits = exact.bitLength();
    if (wanted == Long.class && bits < Long.SIZE) {
      return exact.longValue();
    }
    if (wanted == Integer.class && bits < Integer.SIZE) {
      return exact.intValue();
    }
    if (wanted == Short.class && bits < Short.SIZE) {
      return exact.shortValue();
    }
    return wanted == Byte.class && bits < Byte.SIZE ? (Object) exact.byteValue() : null;
  }
}
