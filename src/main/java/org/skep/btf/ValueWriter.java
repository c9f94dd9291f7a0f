package org.skep.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.skep.btf.BtfType.Member;
import org.skep.btf.ScalarWriter.Mismatch;
import org.skep.text.Addresses;
import org.skep.text.Nearest;

/**
 * Turns Java values into the bytes of one type.
 *
 * <p>A struct or union is given as a {@link Map} by member names, as a record whose components have
 * the names of members, or as JSON text: {@code {"pid": 1, "comm": "bash"}}. As in C, members that
 * are not named are zero, and so is all padding: two keys with equal members are equal keys. Arrays
 * are lists, Java arrays or JSON, with all their elements; a {@code char[]} is a {@link String}
 * ({@link Text} tells of its escapes) or a {@code byte[]}. Enums are given by name or number,
 * integers by any whole {@link Number} or as text, decimal or {@code 0x…}, addresses of the network
 * as {@code "10.0.0.1"}; a marked member also by what it is shown as, an error or signal by its
 * name. One character is that character for a {@code char}, {@code "5"} too. What a {@link
 * ValueReader} returns is taken again and gives the same bytes, padding aside.
 *
 * <p>A wrong name, type, range or size gives an {@link IllegalArgumentException} that names the
 * member and shows the layout; nothing is written then. May be used from several threads.
 */
public final class ValueWriter {
  private final Btf btf;
  private final TypeId type;
  private final ResolvedTypes types;
  private final long byteSize;
  private final ScalarWriter scalars;

  /**
   * @throws IllegalArgumentException when the type has no values, such as {@code void}
   */
  public ValueWriter(Btf btf, TypeId type) {
    this.btf = btf;
    this.type = type;
    this.types = new ResolvedTypes(btf);
    this.byteSize = types.byteSize(type);
    this.scalars = new ScalarWriter(btf.byteOrder());
  }

  /** The bytes that are written. */
  public long byteSize() {
    return byteSize;
  }

  /**
   * Writes the value at the offset.
   *
   * @throws IllegalArgumentException when the value is none of this type, or the bytes are too few
   */
  public void write(Object value, MemorySegment bytes, long offset) {
    if (offset < 0 || offset > bytes.byteSize() - byteSize) {
      throw new IllegalArgumentException(
          "write '"
              + btf.nameOf(type)
              + "': needs "
              + byteSize
              + " bytes, but there are "
              + Math.max(0, bytes.byteSize() - offset));
    }
    MemorySegment.copy(MemorySegment.ofArray(toBytes(value)), 0, bytes, offset, byteSize);
  }

  /**
   * The value as bytes.
   *
   * @throws IllegalArgumentException when the value is none of this type
   */
  public byte[] toBytes(Object value) {
    byte[] scratch = new byte[Math.toIntExact(byteSize)]; // all zero, so the padding is
    try {
      write(type, value, MemorySegment.ofArray(scratch), 0, "", types.at(type).meaning());
    } catch (Misplaced e) {
      throw new IllegalArgumentException(
          "write '" + btf.nameOf(type) + "': " + e.getMessage() + "\n" + TypeLayout.of(btf, type));
    }
    return scratch;
  }

  private void write(
      TypeId id,
      @Nullable Object value,
      MemorySegment bytes,
      long offset,
      String path,
      Meaning meaning) {
    try {
      if (value instanceof String text && address(text, id, bytes, offset, meaning)) {
        return;
      }
      switch (types.of(id)) {
        case BtfType.Int t ->
            scalars
                .in(types.order(id))
                .integer(t, value, bytes, offset * 8 + t.bitOffset(), t.bitSize(), meaning);
        case BtfType.Float t -> scalars.floating(t.byteSize(), value, bytes, offset);
        case BtfType.Enum t ->
            scalars.enumeration(t.known(), t.signed(), value, bytes, offset * 8, t.byteSize() * 8);
        case BtfType.Enum64 t ->
            scalars.enumeration(
                t.enumerators(), t.signed(), value, bytes, offset * 8, t.byteSize() * 8);
        case BtfType.Pointer t -> scalars.pointer(btf.pointerByteSize(), value, bytes, offset);
        case BtfType.Array t -> array(t, value, bytes, offset, path, meaning);
        case BtfType.Struct t -> members(id, t.members(), value, bytes, offset, path, false);
        case BtfType.Union t -> members(id, t.members(), value, bytes, offset, path, true);
        case BtfType.DataSection t -> section(t, value, bytes, offset);
        case BtfType.Void t -> throw new Mismatch("no value", value);
        case BtfType.Forward t -> throw new Mismatch("no value", value);
        case BtfType.Function t -> throw new Mismatch("no value", value);
        case BtfType.FunctionPrototype t -> throw new Mismatch("no value", value);
        case BtfType.DeclTag t -> throw new Mismatch("no value", value);
        case BtfType.Typedef t -> throw new AssertionError(t);
        case BtfType.Const t -> throw new AssertionError(t);
        case BtfType.Volatile t -> throw new AssertionError(t);
        case BtfType.Restrict t -> throw new AssertionError(t);
        case BtfType.TypeTag t -> throw new AssertionError(t);
        case BtfType.Variable t -> throw new AssertionError(t);
      }
    } catch (Mismatch e) {
      throw new Misplaced((path.isEmpty() ? "" : "'" + path + "' ") + e.getMessage());
    }
  }

  private void bitField(
      Member m,
      @Nullable Object value,
      MemorySegment bytes,
      long at,
      String path,
      Meaning meaning) {
    try {
      switch (types.of(m.type())) {
        case BtfType.Int t -> scalars.integer(t, value, bytes, at, m.bitFieldSize(), meaning);
        case BtfType.Enum t ->
            scalars.enumeration(t.known(), t.signed(), value, bytes, at, m.bitFieldSize());
        case BtfType.Enum64 t ->
            scalars.enumeration(t.enumerators(), t.signed(), value, bytes, at, m.bitFieldSize());
        default -> scalars.number(value, bytes, at, m.bitFieldSize(), false);
      }
    } catch (Mismatch e) {
      throw new Misplaced("'" + path + "' " + e.getMessage());
    }
  }

  private void array(
      BtfType.Array t,
      @Nullable Object value,
      MemorySegment bytes,
      long offset,
      String path,
      Meaning meaning) {
    long size = types.byteSize(t.element());
    BtfType element = types.of(t.element());
    boolean isText = element instanceof BtfType.Int c && c.isChar();
    if (value instanceof byte[] || (isText && value instanceof String)) {
      byte[] raw = value instanceof byte[] b ? b : Text.encode((String) value);
      boolean fits = isText ? raw.length <= t.count() : raw.length == t.count() * size;
      if (!fits) {
        throw new Mismatch(
            (isText ? "at most " : "exactly ") + t.count() * size + " bytes", raw.length);
      }
      MemorySegment.copy(raw, 0, bytes, ValueLayout.JAVA_BYTE, offset, raw.length);
      return;
    }
    List<@Nullable Object> list = GivenValue.elements(value, t.count());
    if (list.size() != t.count()) {
      throw new Mismatch(t.count() + " elements", list.size());
    }
    Meaning each = meaning.format() == Format.NONE ? types.at(t.element()).meaning() : meaning;
    for (int i = 0; i < list.size(); i++) {
      write(t.element(), list.get(i), bytes, offset + i * size, path + "[" + i + "]", each);
    }
  }

  /** Takes {@code 10.0.0.1}, {@code ::1} or {@code 02:00:00:00:00:01} where so many bytes are. */
  private boolean address(
      String text, TypeId id, MemorySegment bytes, long offset, Meaning meaning) {
    boolean isText =
        types.of(id) instanceof BtfType.Array a
            && types.of(a.element()) instanceof BtfType.Int e
            && e.isChar();
    boolean possible =
        switch (types.of(id)) {
          case BtfType.Int t -> t.encoding() != BtfType.Encoding.BOOL;
          case BtfType.Array a -> !isText || meaning.isAddress(types.byteSize(id) * Byte.SIZE);
          case BtfType.Struct t -> true;
          case BtfType.Union t -> true;
          default -> false;
        };
    long size = possible ? types.byteSize(id) : 0;
    if (!Addresses.isMeant(text, size)) {
      return false;
    }
    try {
      byte[] address = Addresses.parse(text, (int) size);
      MemorySegment.copy(address, 0, bytes, ValueLayout.JAVA_BYTE, offset, address.length);
      return true;
    } catch (IllegalArgumentException e) {
      if (isText) {
        return false; // the bytes of an address as text
      }
      throw new Mismatch("expected an address: " + e.getMessage());
    }
  }

  private void members(
      TypeId id,
      List<Member> members,
      @Nullable Object value,
      MemorySegment bytes,
      long offset,
      String path,
      boolean union) {
    Map<String, @Nullable Object> given = GivenValue.members(value, btf.nameOf(id));
    Set<String> known = new LinkedHashSet<>();
    names(members, known, 0);
    for (String name : given.keySet()) {
      if (!known.contains(name)) {
        throw new Misplaced(
            (path.isEmpty() ? "" : "'" + path + "' ")
                + "has no member '"
                + name
                + "'"
                + Nearest.hint(name, known));
      }
    }
    given(id, members, given, bytes, offset, path, union);
  }

  /** Writes those members that are given, and for an anonymous one those of its members. */
  private void given(
      TypeId id,
      List<Member> members,
      Map<String, @Nullable Object> given,
      MemorySegment bytes,
      long offset,
      String path,
      boolean union) {
    var views = new UnionViews(types, bytes, offset, path, union);
    List<Meaning> meanings = types.at(id).members();
    for (int i = 0; i < members.size(); i++) {
      Member m = members.get(i);
      Meaning meaning = meanings.get(i);
      long bit = offset * 8 + m.bitOffset();
      if (!m.name().isEmpty()) {
        if (given.containsKey(m.name())) {
          String inner = path.isEmpty() ? m.name() : path + "." + m.name();
          Object value = given.get(m.name());
          views.write(
              m.name(),
              m,
              target -> {
                if (m.isBitField()) {
                  bitField(m, value, target, bit, inner, meaning);
                } else {
                  write(m.type(), value, target, bit / 8, inner, meaning);
                }
              });
        }
      } else if (!m.isBitField()) {
        Set<String> names = new LinkedHashSet<>();
        BtfType inner = types.of(m.type());
        names(membersOf(inner), names, 0);
        Map<String, @Nullable Object> part = new LinkedHashMap<>(given);
        part.keySet().retainAll(names);
        if (!part.isEmpty()) {
          views.write(
              String.join(", ", part.keySet()),
              m,
              target ->
                  given(
                      m.type(),
                      membersOf(inner),
                      part,
                      target,
                      bit / 8,
                      path,
                      inner instanceof BtfType.Union));
        }
      }
    }
  }

  private void section(
      BtfType.DataSection section, @Nullable Object value, MemorySegment bytes, long offset) {
    Map<String, BtfType.SectionVariable> variables = new LinkedHashMap<>();
    section.variables().forEach(v -> variables.put(btf.rawName(v.variable().value()), v));
    GivenValue.members(value, btf.nameOf(type))
        .forEach(
            (name, v) -> {
              var place = variables.get(name);
              if (place == null) {
                throw new Misplaced(
                    "has no variable '" + name + "'" + Nearest.hint(name, variables.keySet()));
              }
              write(
                  place.variable(),
                  v,
                  bytes,
                  offset + place.byteOffset(),
                  name,
                  types.at(place.variable()).meaning());
            });
  }

  private void names(List<Member> members, Set<String> names, int depth) {
    for (Member m : members) {
      if (!m.name().isEmpty()) {
        names.add(m.name());
      } else if (depth < TypeSizes.DEPTH && names.size() < 100_000) {
        names(membersOf(types.of(m.type())), names, depth + 1);
      }
    }
  }

  private static List<Member> membersOf(BtfType type) {
    return switch (type) {
      case BtfType.Struct t -> t.members();
      case BtfType.Union t -> t.members();
      default -> List.of();
    };
  }

  /** A mismatch whose message says at which member. */
  static final class Misplaced extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    Misplaced(String message) {
      super(message);
    }
  }
}
