package org.skep.btf;

import java.util.ArrayList;
import java.util.List;
import org.skep.btf.BtfType.Member;
import org.skep.btf.Field.Kind;

/**
 * Takes a type apart into its leaves.
 *
 * <ul>
 *   <li>A struct gives its members, an anonymous one as if they were the parent's, a union every
 *       view.
 *   <li>{@code char[]} is one text; an array of unsigned bytes is one leaf of bytes.
 *   <li>Another array of at most 8 elements gives each of them, {@code a[0]}, {@code a[1]}; a
 *       longer one stays whole.
 *   <li>{@code struct in_addr} and {@code struct in6_addr} are addresses.
 *   <li>A type with more than 1,000 leaves keeps the rest of its structs whole.
 * </ul>
 */
public final class Fields {
  private static final int MAX_ELEMENTS = 8;
  private static final int MAX_FIELDS = 1_000;
  private final Btf btf;
  private final ResolvedTypes types;
  private final List<Field> fields = new ArrayList<>();

  private Fields(Btf btf) {
    this.btf = btf;
    this.types = new ResolvedTypes(btf);
  }

  /**
   * The leaves of a type in the order of their declaration.
   *
   * @throws IllegalArgumentException when the type has no values, such as {@code void}
   */
  public static List<Field> flatten(Btf btf, TypeId type) {
    btf.byteSize(type);
    var flat = new Fields(btf);
    flat.add("", type, 0, Meaning.NONE, 0);
    return List.copyOf(flat.fields);
  }

  private void add(String path, TypeId id, long bitOffset, Meaning declared, int depth) {
    Meaning meaning = declared.orOf(btf, id);
    long bitSize = types.byteSize(id) * 8;
    if (meaning.isAddress(bitSize)) {
      leaf(path, id, bitOffset, bitSize, Kind.BYTES, false, meaning);
      return;
    }
    switch (types.of(id)) {
      case BtfType.Int t -> {
        long at = bitOffset + t.bitOffset();
        leaf(path, id, at, t.bitSize(), kindOf(t), t.signed(), meaning);
      }
      case BtfType.Float t -> leaf(path, id, bitOffset, bitSize, Kind.FLOAT, true, meaning);
      case BtfType.Enum t -> leaf(path, id, bitOffset, bitSize, Kind.ENUM, t.signed(), meaning);
      case BtfType.Enum64 t -> leaf(path, id, bitOffset, bitSize, Kind.ENUM, t.signed(), meaning);
      case BtfType.Pointer t -> leaf(path, id, bitOffset, bitSize, Kind.POINTER, false, meaning);
      case BtfType.Array t -> array(path, id, t, bitOffset, meaning, depth);
      case BtfType.Struct t -> members(path, id, t.members(), bitOffset, depth);
      case BtfType.Union t -> members(path, id, t.members(), bitOffset, depth);
      case BtfType.DataSection t -> {
        for (BtfType.SectionVariable v : t.variables()) {
          String name = btf.rawName(v.variable().value());
          add(name, v.variable(), v.byteOffset() * 8, Meaning.NONE, depth + 1);
        }
      }
      // types without values were refused when their size was asked for
      case BtfType.Void t -> throw new AssertionError(t);
      case BtfType.Forward t -> throw new AssertionError(t);
      case BtfType.Function t -> throw new AssertionError(t);
      case BtfType.FunctionPrototype t -> throw new AssertionError(t);
      case BtfType.DeclTag t -> throw new AssertionError(t);
      case BtfType.Typedef t -> throw new AssertionError(t);
      case BtfType.Const t -> throw new AssertionError(t);
      case BtfType.Volatile t -> throw new AssertionError(t);
      case BtfType.Restrict t -> throw new AssertionError(t);
      case BtfType.TypeTag t -> throw new AssertionError(t);
      case BtfType.Variable t -> throw new AssertionError(t);
    }
  }

  private void leaf(
      String path,
      TypeId id,
      long bitOffset,
      long bitSize,
      Kind kind,
      boolean signed,
      Meaning meaning) {
    fields.add(
        new Field(
            path,
            id,
            bitOffset,
            bitSize,
            false,
            kind,
            signed,
            meaning.networkOrder(),
            meaning.format()));
  }

  private static Kind kindOf(BtfType.Int t) {
    return t.encoding() == BtfType.Encoding.BOOL
        ? Kind.BOOL
        : t.isChar() ? Kind.TEXT : Kind.INTEGER;
  }

  private void array(
      String path, TypeId id, BtfType.Array t, long bitOffset, Meaning meaning, int depth) {
    long elementBits = types.byteSize(t.element()) * 8;
    long bitSize = elementBits * t.count();
    BtfType element = types.of(t.element());
    if (element instanceof BtfType.Int e && e.byteSize() == 1 && kindOf(e) != Kind.BOOL) {
      if (e.isChar()) {
        leaf(path, id, bitOffset, bitSize, Kind.TEXT, false, meaning);
        return;
      }
      if (!e.signed()) {
        leaf(path, id, bitOffset, bitSize, Kind.BYTES, false, meaning);
        return;
      }
    }
    if (t.count() > MAX_ELEMENTS || elementBits == 0 || full(depth)) {
      if (bitSize > 0) {
        leaf(path, id, bitOffset, bitSize, Kind.COMPOSITE, false, meaning);
      }
      return;
    }
    for (int i = 0; i < t.count(); i++) {
      add(path + "[" + i + "]", t.element(), bitOffset + i * elementBits, meaning, depth + 1);
    }
  }

  private void members(String path, TypeId id, List<Member> members, long bitOffset, int depth) {
    if (full(depth)) {
      leaf(path, id, bitOffset, types.byteSize(id) * 8, Kind.COMPOSITE, false, Meaning.NONE);
      return;
    }
    TypeId resolved = btf.resolve(id);
    for (int i = 0; i < members.size(); i++) {
      Member m = members.get(i);
      String name = path.isEmpty() || m.name().isEmpty() ? path + m.name() : path + "." + m.name();
      Meaning meaning = Meaning.of(btf.tagsOf(resolved, i));
      if (!m.isBitField()) {
        add(name, m.type(), bitOffset + m.bitOffset(), meaning, depth + 1);
      } else if (!m.name().isEmpty()) {
        bitField(name, m, bitOffset + m.bitOffset(), meaning);
      }
    }
  }

  private void bitField(String path, Member m, long bitOffset, Meaning declared) {
    Meaning meaning = declared.orOf(btf, m.type());
    Kind kind = Kind.INTEGER;
    boolean signed = false;
    switch (types.of(m.type())) {
      case BtfType.Int t -> {
        kind = t.encoding() == BtfType.Encoding.BOOL ? Kind.BOOL : Kind.INTEGER;
        signed = t.signed();
      }
      case BtfType.Enum t -> {
        kind = Kind.ENUM;
        signed = t.signed();
      }
      case BtfType.Enum64 t -> {
        kind = Kind.ENUM;
        signed = t.signed();
      }
      default -> {}
    }
    fields.add(
        new Field(
            path,
            m.type(),
            bitOffset,
            m.bitFieldSize(),
            true,
            kind,
            signed,
            false,
            meaning.format()));
  }

  /** Whether no more is taken apart; then the rest stays whole. */
  private boolean full(int depth) {
    return fields.size() >= MAX_FIELDS || depth > TypeSizes.DEPTH;
  }
}
