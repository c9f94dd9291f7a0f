package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import org.skep.btf.Field.Kind;

/**
 * Reads one leaf of a type out of many values, each of which begins at an offset that is given. May
 * be used from several threads.
 */
public final class FieldReader {
  private final Field field;
  private final ByteOrder order;
  private final ValueReader values;
  private final boolean isPort;

  /** Reads this leaf of a type that {@link Fields#flatten} took apart. */
  public FieldReader(Btf btf, Field field) {
    this.field = field;
    this.order = field.networkOrder() ? ByteOrder.BIG_ENDIAN : btf.byteOrder();
    this.values = new ValueReader(new ResolvedTypes(btf));
    this.isPort = field.kind() == Kind.INTEGER && meaning().isPort((int) field.bitSize());
  }

  /** The leaf. */
  public Field field() {
    return field;
  }

  /** The order of the leaf's bytes. */
  public ByteOrder order() {
    return order;
  }

  /**
   * The bits of a leaf of at most 64, extended by its sign if it has one. An unsigned 64-bit number
   * above 2^63 is negative here, and the caller's to mind.
   */
  public long bits(MemorySegment bytes, long start) {
    int size = (int) field.bitSize();
    long at = start * 8 + field.bitOffset();
    long raw =
        (at & 7) == 0 && (size == 8 || size == 16 || size == 32 || size == 64)
            ? Bits.read(bytes, at >> 3, size >> 3, order)
            : Bits.readBits(bytes, at, size, order);
    if (isPort) {
      return Ports.shown(field.networkOrder() ? raw : Ports.port(raw, order), size, order);
    }
    return field.signed() ? Bits.signExtend(raw, size) : raw;
  }

  /** An integer of any width: {@link Long}, or {@link java.math.BigInteger} where it needs one. */
  public Number number(MemorySegment bytes, long start) {
    return Bits.number(
        bytes, start * 8 + field.bitOffset(), (int) field.bitSize(), field.signed(), order);
  }

  /** A floating point number. */
  public double floating(MemorySegment bytes, long start) {
    return WideFloat.read(bytes, start + field.byteOffset(), (int) field.byteSize(), order);
  }

  /** The bytes of the leaf, as they lie in memory. */
  public byte[] raw(MemorySegment bytes, long start) {
    return ValueReader.raw(bytes, start + field.byteOffset(), field.byteSize());
  }

  /** The leaf as {@link ValueReader} reads it. */
  public Object value(MemorySegment bytes, long start) {
    return values.scalar(
        field.type(),
        bytes,
        start * 8 + field.bitOffset(),
        field.bitField() ? (int) field.bitSize() : 0,
        meaning());
  }

  private Meaning meaning() {
    return new Meaning(field.format(), field.networkOrder());
  }

  /** How numbers of the leaf are shown. */
  public NumberText text() {
    return NumberText.of(field, order);
  }

  /** The name of an enum's value, or the number in decimal where it has no name. */
  public String enumerator(long bits) {
    return field.kind() == Kind.ENUM ? values.enumerator(field.type(), bits) : Long.toString(bits);
  }

  /** The value of an enum's name; nothing where it has no such name, or the leaf is no enum. */
  public OptionalLong valueOf(String name) {
    return field.kind() == Kind.ENUM ? values.valueOf(field.type(), name) : OptionalLong.empty();
  }
}
