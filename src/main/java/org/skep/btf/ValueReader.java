package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.skep.BtfFormatException;
import org.skep.btf.BtfType.Enumerator;
import org.skep.btf.BtfType.Member;

/**
 * Turns the bytes of one type into Java values.
 *
 * <table>
 * <caption>What becomes of a C type</caption>
 * <tr><th>C</th><th>Java</th></tr>
 * <tr><td>integer, bit field</td><td>{@link Long}; {@link java.math.BigInteger} where the number
 *     does not fit, as a {@code u64} above 2^63. A {@code __be16} or {@code __be32} is in the order
 *     of the network and read so: port 80 is 80</td></tr>
 * <tr><td>{@code bool}</td><td>{@link Boolean}</td></tr>
 * <tr><td>{@code char}, {@code char[]}</td><td>{@link String}, as {@link Text} says</td></tr>
 * <tr><td>{@code float}, {@code double}</td><td>{@link Double}</td></tr>
 * <tr><td>enum</td><td>the name as a {@link String}; a number without a name as itself</td></tr>
 * <tr><td>pointer</td><td>{@link Address}</td></tr>
 * <tr><td>array</td><td>{@link List}</td></tr>
 * <tr><td>struct</td><td>{@link Map} by member names, in their order, whose values can be replaced;
 *     members of an anonymous struct or union are among those of the parent</td></tr>
 * <tr><td>union</td><td>{@link Map} with every view of the same bytes</td></tr>
 * </table>
 *
 * <p>The bytes are copied: a value stays when its memory is gone. May be used from several threads.
 */
public final class ValueReader {
  private final Btf btf;
  private final TypeId type;
  private final ResolvedTypes types;
  private final long byteSize;
  private final ByteOrder order;

  /** Found out when first read, as a type that is not well formed is refused then. */
  private volatile @Nullable PlainMembers plain;

  /**
   * @throws IllegalArgumentException when the type has no values, such as {@code void}
   */
  public ValueReader(Btf btf, TypeId type) {
    this.btf = btf;
    this.type = type;
    this.types = new ResolvedTypes(btf);
    this.byteSize = types.byteSize(type);
    this.order = btf.byteOrder();
  }

  /** Shares what another reader knows of types, to read scalars alone. */
  ValueReader(ResolvedTypes types) {
    this.btf = types.btf();
    this.type = TypeId.VOID;
    this.types = types;
    this.byteSize = 0;
    this.order = btf.byteOrder();
  }

  /** The bytes of a value, without a flexible array at its end. */
  public long byteSize() {
    return byteSize;
  }

  /**
   * Reads the value at the offset.
   *
   * @throws IllegalArgumentException when fewer bytes than the value has are there
   */
  public Object read(MemorySegment bytes, long offset) {
    return read(bytes, offset, byteSize);
  }

  /**
   * Reads a value that may end with a flexible array.
   *
   * @param length the bytes that belong to the value; what exceeds its size are elements of the
   *     flexible array, if the type ends with one
   * @throws IllegalArgumentException when fewer bytes than the value has are there
   */
  public Object read(MemorySegment bytes, long offset, long length) {
    if (length < byteSize || offset < 0 || offset > bytes.byteSize() - length) {
      throw new IllegalArgumentException(
          "read '"
              + btf.nameOf(type)
              + "': needs "
              + byteSize
              + " bytes, but there are "
              + Math.min(length, Math.max(0, bytes.byteSize() - offset)));
    }
    PlainMembers members = plain;
    if (members == null) {
      members = PlainMembers.of(types, type);
      plain = members;
    }
    if (members.areAll() && length == byteSize) {
      return members.read(bytes, offset);
    }
    long end = length > byteSize ? offset + length : -1;
    return new Reading(bytes, (1 << 16) + 64 * length).value(type, offset, end);
  }

  /** Reads the value at the start of an array of bytes. */
  public Object read(byte[] bytes) {
    return read(MemorySegment.ofArray(bytes), 0);
  }

  /**
   * Reads a struct into a record class whose components have the names of members. A component may
   * be a number, {@code boolean}, {@code String}, {@code byte[]} (the raw bytes), an enum, a {@code
   * List}, another record, or {@code Object}. Members without a component are left out.
   *
   * @throws IllegalArgumentException when a component has no member, or cannot hold its value
   */
  public <R extends Record> R read(MemorySegment bytes, long offset, Class<R> recordClass) {
    read(bytes, offset); // proves that the value is whole and sound
    return new RecordReader(types, bytes).read(type, offset, recordClass);
  }

  /** Reads one scalar, as {@link Fields} lists them. */
  Object scalar(TypeId scalar, MemorySegment bytes, long bitOffset, int bitFieldSize) {
    var reading = new Reading(bytes, 1 << 16);
    return bitFieldSize == 0
        ? reading.value(scalar, bitOffset / 8, -1)
        : reading.bitField(scalar, bitOffset, bitFieldSize);
  }

  /** The name of an enum's value, else its number. */
  String enumerator(TypeId id, long bits) {
    return switch (types.of(id)) {
      case BtfType.Enum t -> nameOf(t.enumerators(), t.signed(), bits);
      case BtfType.Enum64 t -> nameOf(t.enumerators(), t.signed(), bits);
      default -> Long.toString(bits);
    };
  }

  /** The value that an enum has for a name. */
  OptionalLong valueOf(TypeId id, String name) {
    return switch (types.of(id)) {
      case BtfType.Enum t -> valueOf(t.enumerators(), name);
      case BtfType.Enum64 t -> valueOf(t.enumerators(), name);
      default -> OptionalLong.empty();
    };
  }

  private static OptionalLong valueOf(List<Enumerator> names, String name) {
    return names.stream()
        .filter(e -> e.name().equals(name))
        .mapToLong(Enumerator::value)
        .findFirst();
  }

  private static String nameOf(List<Enumerator> names, boolean signed, long bits) {
    for (Enumerator e : names) {
      if (e.value() == bits) {
        return e.name();
      }
    }
    return signed ? Long.toString(bits) : Long.toUnsignedString(bits);
  }

  /** A bound on how much is read, so that a strange description cannot take for ever. */
  private final class Reading {
    private final MemorySegment bytes;
    private long budget;

    Reading(MemorySegment bytes, long budget) {
      this.bytes = bytes;
      this.budget = budget;
    }

    /**
     * @param end where a flexible array at the end of the value ends; -1 if it has no elements
     */
    Object value(TypeId id, long offset, long end) {
      if (--budget < 0) {
        throw new BtfFormatException(
            "a type with no more values than bytes", btf.nameOf(type), btf.recordOffset(type));
      }
      var resolved = types.at(id);
      return switch (resolved.type()) {
        case BtfType.Int t -> integer(t, offset * 8 + t.bitOffset(), t.bitSize(), resolved.order());
        case BtfType.Float t -> WideFloat.read(bytes, offset, t.byteSize(), order);
        case BtfType.Enum t -> name(t.enumerators(), t.signed(), offset * 8, t.byteSize() * 8);
        case BtfType.Enum64 t -> name(t.enumerators(), t.signed(), offset * 8, t.byteSize() * 8);
        case BtfType.Pointer t ->
            new Address(Bits.read(bytes, offset, btf.pointerByteSize(), order));
        case BtfType.Array t -> array(t, offset, end);
        case BtfType.Struct t -> members(t.members(), offset, end);
        case BtfType.Union t -> members(t.members(), offset, -1);
        case BtfType.DataSection t -> section(t, offset);
        case BtfType.Void t -> throw valueless(id);
        case BtfType.Forward t -> throw valueless(id);
        case BtfType.Function t -> throw valueless(id);
        case BtfType.FunctionPrototype t -> throw valueless(id);
        case BtfType.DeclTag t -> throw valueless(id);
        case BtfType.Typedef t -> throw new AssertionError(t);
        case BtfType.Const t -> throw new AssertionError(t);
        case BtfType.Volatile t -> throw new AssertionError(t);
        case BtfType.Restrict t -> throw new AssertionError(t);
        case BtfType.TypeTag t -> throw new AssertionError(t);
        case BtfType.Variable t -> throw new AssertionError(t);
      };
    }

    Object bitField(TypeId id, long bitOffset, int bitSize) {
      return switch (types.of(id)) {
        case BtfType.Int t -> integer(t, bitOffset, bitSize, order);
        case BtfType.Enum t -> name(t.enumerators(), t.signed(), bitOffset, bitSize);
        case BtfType.Enum64 t -> name(t.enumerators(), t.signed(), bitOffset, bitSize);
        default -> Bits.number(bytes, bitOffset, bitSize, false, order);
      };
    }

    private Object integer(BtfType.Int t, long bitOffset, int bitSize, ByteOrder byteOrder) {
      if (t.encoding() == BtfType.Encoding.BOOL) {
        return !Bits.number(bytes, bitOffset, bitSize, false, order).equals(0L);
      }
      if (t.isChar() && bitSize == 8 && bitOffset % 8 == 0) {
        byte b = bytes.get(ValueLayout.JAVA_BYTE, bitOffset / 8);
        return b == 0 ? "\\x00" : Text.decode(new byte[] {b});
      }
      return Bits.number(bytes, bitOffset, bitSize, t.signed(), byteOrder);
    }

    private Object name(List<Enumerator> names, boolean signed, long bitOffset, int bitSize) {
      Number value = Bits.number(bytes, bitOffset, bitSize, signed, order);
      long bits = value.longValue();
      for (Enumerator e : names) {
        if (e.value() == bits) {
          return e.name();
        }
      }
      return value;
    }

    private Object array(BtfType.Array t, long offset, long end) {
      long elementSize = types.byteSize(t.element());
      long count = t.count();
      if (count == 0 && end > offset && elementSize > 0) {
        count = (end - offset) / elementSize;
      }
      if (types.of(t.element()) instanceof BtfType.Int e && e.isChar()) {
        return Text.decode(raw(bytes, offset, count));
      }
      if (elementSize == 0 && count > 0) {
        return Collections.nCopies((int) Math.min(count, 1 << 16), value(t.element(), offset, -1));
      }
      var list = new ArrayList<Object>((int) Math.min(count, 1 << 16));
      for (long i = 0; i < count; i++) {
        list.add(value(t.element(), offset + i * elementSize, -1));
      }
      return list;
    }

    private Map<String, Object> members(List<Member> members, long offset, long end) {
      var map = LinkedHashMap.<String, Object>newLinkedHashMap(members.size());
      for (int i = 0; i < members.size(); i++) {
        Member m = members.get(i);
        if (m.isBitField()) {
          if (!m.name().isEmpty()) {
            map.put(m.name(), bitField(m.type(), offset * 8 + m.bitOffset(), m.bitFieldSize()));
          }
          continue;
        }
        long at = offset + m.bitOffset() / 8;
        Object value = value(m.type(), at, i == members.size() - 1 ? end : -1);
        if (!m.name().isEmpty()) {
          map.put(m.name(), value);
        } else if (value instanceof Map<?, ?> inner) {
          inner.forEach((name, v) -> map.putIfAbsent((String) name, v));
        }
      }
      return map;
    }

    private Map<String, Object> section(BtfType.DataSection section, long offset) {
      var map = new LinkedHashMap<String, Object>();
      for (BtfType.SectionVariable v : section.variables()) {
        map.put(
            btf.rawName(v.variable().value()), value(v.variable(), offset + v.byteOffset(), -1));
      }
      return map;
    }
  }

  static byte[] raw(MemorySegment bytes, long offset, long length) {
    return bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private IllegalArgumentException valueless(TypeId id) {
    return new IllegalArgumentException("'" + btf.nameOf(id) + "' has no values");
  }
}
