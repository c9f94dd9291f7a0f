package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.skep.BtfFormatException;
import org.skep.btf.BtfType.Enumerator;
import org.skep.btf.BtfType.Member;
import org.skep.btf.MemberValues.Shown;
import org.skep.text.Addresses;

/**
 * Turns the bytes of one type into Java values.
 *
 * <table>
 * <caption>What becomes of a C type</caption>
 * <tr><th>C</th><th>Java</th></tr>
 * <tr><td>integer, bit field</td><td>{@link Long}; {@link java.math.BigInteger} where the number
 *     does not fit, as a {@code u64} above 2^63. A {@code __be16} or {@code __be32}, and a member
 *     marked {@code skep_port}, is in the order of the network and read so: port 80 is 80</td></tr>
 * <tr><td>{@code bool}</td><td>{@link Boolean}; other bytes than 0 and 1 are text, {@code
 *     0x02}</td></tr>
 * <tr><td>{@code char}, {@code char[]}</td><td>{@link String} with all bytes but the NULs at the
 *     end, as {@link Text#whole} says</td></tr>
 * <tr><td>{@code float}, {@code double}</td><td>{@link Double}; where that cannot hold all digits,
 *     as of some {@code long double}, the bits as text, {@code 0x…}</td></tr>
 * <tr><td>enum</td><td>the name as a {@link String}; a number without a name as itself</td></tr>
 * <tr><td>pointer</td><td>{@link Address}</td></tr>
 * <tr><td>array</td><td>{@link List}</td></tr>
 * <tr><td>struct</td><td>{@link Map} by member names, in their order, whose values can be replaced;
 *     members of an anonymous struct or union are among those of the parent. Its {@code toString}
 *     shows what marked members mean, {@code {from=10.0.0.1}}; the values are numbers</td></tr>
 * <tr><td>union</td><td>{@link Map} with every view of the same bytes</td></tr>
 * </table>
 *
 * <p>The bytes are copied: a value stays when its memory is gone. May be used from several threads.
 */
public final class ValueReader {
  private final Btf btf;
  private final TypeId type;
  private final ResolvedTypes types;
  private final Map<Format, LongFunction<String>> machineNames;
  private final long byteSize;
  private final ByteOrder order;

  /** Found out when first read, as a type that is not well formed is refused then. */
  private volatile @Nullable PlainMembers plain;

  /**
   * @throws IllegalArgumentException when the type has no values, such as {@code void}
   */
  public ValueReader(Btf btf, TypeId type) {
    this(btf, type, Map.of());
  }

  /**
   * A reader whose structs are shown with names of this machine.
   *
   * @param names how numbers are called whose names depend on the machine, such as system calls
   * @throws IllegalArgumentException when the type has no values, such as {@code void}
   */
  public ValueReader(Btf btf, TypeId type, Map<Format, LongFunction<String>> names) {
    this.btf = btf;
    this.type = type;
    this.types = new ResolvedTypes(btf);
    this.machineNames = Map.copyOf(names);
    this.byteSize = types.byteSize(type);
    this.order = btf.byteOrder();
  }

  /** Shares what another reader knows of types, to read scalars alone. */
  ValueReader(ResolvedTypes types) {
    this.btf = types.btf();
    this.type = TypeId.VOID;
    this.types = types;
    this.machineNames = Map.of();
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
      members = PlainMembers.of(types, type, this::shown);
      plain = members;
    }
    if (members.areAll() && length == byteSize) {
      return members.read(bytes, offset);
    }
    long end = length > byteSize ? offset + length : -1;
    return new Reading(bytes, (1 << 16) + 64 * length)
        .value(type, offset, end, types.at(type).meaning());
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
  Object scalar(
      TypeId scalar, MemorySegment bytes, long bitOffset, int bitFieldSize, Meaning meaning) {
    var reading = new Reading(bytes, 1 << 16);
    return bitFieldSize == 0
        ? reading.value(scalar, bitOffset / 8, -1, meaning)
        : reading.bitField(scalar, bitOffset, bitFieldSize, meaning);
  }

  /** How a value of a meaning is shown within its struct or array. */
  private Shown shown(TypeId id, int bitFieldSize, Meaning meaning) {
    if (meaning.format() == Format.NONE) {
      return Shown.PLAIN;
    }
    var resolved = types.at(id);
    int bitSize =
        bitFieldSize > 0
            ? bitFieldSize
            : resolved.type() instanceof BtfType.Int t ? t.bitSize() : 0;
    long byteSize = types.byteSize(id);
    if (resolved.type() instanceof BtfType.Array && meaning.isAddress(byteSize * Byte.SIZE)) {
      return value ->
          value instanceof String s
              ? Addresses.text(Arrays.copyOf(Text.encode(s), (int) byteSize))
              : String.valueOf(value);
    }
    var text = new NumberText(meaning.format(), bitSize, resolved.order());
    LongFunction<String> named = machineNames.get(meaning.format());
    if (!text.isText() && named == null) {
      return Shown.PLAIN;
    }
    return value ->
        value instanceof Number n && bitSize > 0 && text.isText()
            ? text.of(n)
            : value instanceof Number n && named != null && bitSize > 0
                ? named.apply(n.longValue())
                : value instanceof Address a && named != null
                    ? named.apply(a.value())
                    : String.valueOf(value);
  }

  static BigInteger exact(Number number) {
    return number instanceof BigInteger b ? b : BigInteger.valueOf(number.longValue());
  }

  /** The name of an enum's value, else its number. */
  String enumerator(TypeId id, long bits) {
    return switch (types.of(id)) {
      case BtfType.Enum t -> nameOf(t.known(), t.signed(), bits);
      case BtfType.Enum64 t -> nameOf(t.enumerators(), t.signed(), bits);
      default -> Long.toString(bits);
    };
  }

  /** The value that an enum has for a name. */
  OptionalLong valueOf(TypeId id, String name) {
    return switch (types.of(id)) {
      case BtfType.Enum t -> valueOf(t.known(), name);
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
    Object value(TypeId id, long offset, long end, Meaning meaning) {
      if (--budget < 0) {
        throw new BtfFormatException(
            "a type with no more values than bytes", btf.nameOf(type), btf.recordOffset(type));
      }
      var resolved = types.at(id);
      return switch (resolved.type()) {
        case BtfType.Int t ->
            integer(t, offset * 8 + t.bitOffset(), t.bitSize(), resolved.order(), meaning);
        case BtfType.Float t -> floating(t.byteSize(), offset);
        case BtfType.Enum t -> name(t.known(), t.signed(), offset * 8, t.byteSize() * 8);
        case BtfType.Enum64 t -> name(t.enumerators(), t.signed(), offset * 8, t.byteSize() * 8);
        case BtfType.Pointer t ->
            new Address(Bits.read(bytes, offset, btf.pointerByteSize(), order));
        case BtfType.Array t -> array(id, t, offset, end, meaning);
        case BtfType.Struct t -> members(id, resolved, t.members(), offset, end, meaning);
        case BtfType.Union t -> members(id, resolved, t.members(), offset, -1, meaning);
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

    Object bitField(TypeId id, long bitOffset, int bitSize, Meaning meaning) {
      return switch (types.of(id)) {
        case BtfType.Int t -> integer(t, bitOffset, bitSize, order, meaning);
        case BtfType.Enum t -> name(t.known(), t.signed(), bitOffset, bitSize);
        case BtfType.Enum64 t -> name(t.enumerators(), t.signed(), bitOffset, bitSize);
        default -> Bits.number(bytes, bitOffset, bitSize, false, order);
      };
    }

    private Object integer(
        BtfType.Int t, long bitOffset, int bitSize, ByteOrder byteOrder, Meaning meaning) {
      if (t.encoding() == BtfType.Encoding.BOOL) {
        Number number = Bits.number(bytes, bitOffset, bitSize, false, order);
        return number.equals(0L) || number.equals(1L)
            ? (Object) number.equals(1L)
            : hex(exact(number), (bitSize + 3) / 4);
      }
      if (t.isChar() && bitSize == 8 && bitOffset % 8 == 0) {
        byte b = bytes.get(ValueLayout.JAVA_BYTE, bitOffset / 8);
        return b == 0 ? "\\x00" : Text.decode(new byte[] {b});
      }
      if (meaning.isPort(bitSize)) {
        long raw = Bits.number(bytes, bitOffset, bitSize, false, byteOrder).longValue();
        return Bits.number(
            meaning.networkOrder() ? raw : Ports.port(raw, byteOrder), bitSize, false);
      }
      return Bits.number(bytes, bitOffset, bitSize, t.signed(), byteOrder);
    }

    private Object floating(int byteSize, long offset) {
      double number = WideFloat.read(bytes, offset, byteSize, order);
      int significant = WideFloat.significantBytes(byteSize);
      var again = MemorySegment.ofArray(new byte[byteSize]);
      boolean isNan = Double.isNaN(number); // only one NaN is what "NaN" means
      WideFloat.write(again, 0, byteSize, isNan ? Double.NaN : number, order);
      return again.asSlice(0, significant).mismatch(bytes.asSlice(offset, significant)) < 0
          ? (Object) number
          : hex(
              exact(Bits.number(bytes, offset * 8, significant * 8, false, order)),
              2 * significant);
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

    private Object array(TypeId id, BtfType.Array t, long offset, long end, Meaning meaning) {
      long elementSize = types.byteSize(t.element());
      long count = t.count();
      if (count == 0 && end > offset && elementSize > 0) {
        count = (end - offset) / elementSize;
      }
      if (types.of(t.element()) instanceof BtfType.Int e && e.isChar()) {
        return Text.whole(raw(bytes, offset, count));
      }
      Meaning each = meaning.format() == Format.NONE ? types.at(t.element()).meaning() : meaning;
      if (elementSize == 0 && count > 0) {
        return Collections.nCopies(
            (int) Math.min(count, 1 << 16), value(t.element(), offset, -1, each));
      }
      var list = new ArrayList<Object>((int) Math.min(count, 1 << 16));
      for (long i = 0; i < count; i++) {
        list.add(value(t.element(), offset + i * elementSize, -1, each));
      }
      String address = address(id, offset, meaning);
      return address != null
          ? MeantList.ofAddress(list, address)
          : MeantList.of(list, shown(t.element(), 0, each));
    }

    /** The text of an address, whatever it is made of; null for all else. */
    private @Nullable String address(TypeId id, long offset, Meaning meaning) {
      if (meaning.format() == Format.NONE || !meaning.isAddress(types.byteSize(id) * 8)) {
        return null;
      }
      return Addresses.text(raw(bytes, offset, types.byteSize(id)));
    }

    private Map<String, Object> members(
        TypeId id,
        ResolvedTypes.Resolved resolved,
        List<Member> members,
        long offset,
        long end,
        Meaning own) {
      var map = LinkedHashMap.<String, Object>newLinkedHashMap(members.size());
      Map<String, Shown> shown = new HashMap<>();
      for (int i = 0; i < members.size(); i++) {
        Member m = members.get(i);
        Meaning meaning = resolved.members().get(i);
        if (!m.name().isEmpty() && meaning.format() != Format.NONE) {
          shown.put(m.name(), shown(m.type(), m.bitFieldSize(), meaning));
        }
        if (m.isBitField()) {
          if (!m.name().isEmpty()) {
            map.put(
                m.name(),
                bitField(m.type(), offset * 8 + m.bitOffset(), m.bitFieldSize(), meaning));
          }
          continue;
        }
        long at = offset + m.bitOffset() / 8;
        Object value = value(m.type(), at, i == members.size() - 1 ? end : -1, meaning);
        if (!m.name().isEmpty()) {
          map.put(m.name(), value);
        } else if (value instanceof MemberValues inner) {
          inner.forEach(
              (name, v) -> {
                if (map.putIfAbsent(name, v) == null) {
                  shown.put(name, inner.shown(name));
                }
              });
        }
      }
      String[] names = map.keySet().toArray(String[]::new);
      Shown[] each = new Shown[shown.isEmpty() ? 0 : names.length];
      for (int i = 0; i < each.length; i++) {
        each[i] = shown.getOrDefault(names[i], Shown.PLAIN);
      }
      return MemberValues.of(names, map.values().toArray(), each, address(id, offset, own));
    }

    private Map<String, Object> section(BtfType.DataSection section, long offset) {
      var map = new LinkedHashMap<String, Object>();
      for (BtfType.SectionVariable v : section.variables()) {
        map.put(
            btf.rawName(v.variable().value()),
            value(v.variable(), offset + v.byteOffset(), -1, types.at(v.variable()).meaning()));
      }
      return map;
    }
  }

  private static String hex(BigInteger bits, int digits) {
    String text = bits.toString(16);
    return "0x" + "0".repeat(Math.max(0, digits - text.length())) + text;
  }

  static byte[] raw(MemorySegment bytes, long offset, long length) {
    return bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private IllegalArgumentException valueless(TypeId id) {
    return new IllegalArgumentException("'" + btf.nameOf(id) + "' has no values");
  }
}
