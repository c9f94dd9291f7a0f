package org.skep.btf;

/**
 * A leaf of a type: a scalar, a text, or an array that is kept whole. It becomes a column of a
 * table.
 *
 * @param path the way to it by member names, {@code dev.major} or {@code slots[2].count}; {@code
 *     ""} when the type is itself a leaf
 * @param type as it was declared, typedefs and all
 * @param bitOffset from the start of the outermost type
 * @param bitSize the bits that it occupies
 * @param bitField whether it is a bit field, and may begin within a byte
 * @param kind what it is
 * @param signed whether an integer or enum may be negative
 * @param networkOrder whether its bytes are in the order of the network, as {@code __be32} says
 * @param format what it means
 */
public record Field(
    String path,
    TypeId type,
    long bitOffset,
    long bitSize,
    boolean bitField,
    Kind kind,
    boolean signed,
    boolean networkOrder,
    Format format) {

  /** What a leaf is. */
  public enum Kind {
    /** A number without fraction, of up to 128 bits. */
    INTEGER,
    /** True or false. */
    BOOL,
    /** A number with fraction. */
    FLOAT,
    /** A number with names. */
    ENUM,
    /** An address. */
    POINTER,
    /** A {@code char} or {@code char[]}. */
    TEXT,
    /** Bytes without further meaning, or with that of the format. */
    BYTES,
    /** A longer array, or a struct too large to be taken apart. */
    COMPOSITE
  }

  /** Where its bytes begin. */
  public long byteOffset() {
    return bitOffset / 8;
  }

  /** How many bytes it occupies, rounded up for a bit field. */
  public long byteSize() {
    return (bitOffset % 8 + bitSize + 7) / 8;
  }

  /** The same leaf with another meaning. */
  public Field withFormat(Format other) {
    return new Field(path, type, bitOffset, bitSize, bitField, kind, signed, networkOrder, other);
  }
}
