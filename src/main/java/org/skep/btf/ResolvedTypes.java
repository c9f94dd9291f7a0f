package org.skep.btf;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.skep.BtfFormatException;
import org.skep.btf.BtfType.Member;

/**
 * The types that a reader or writer meets, made once, and checked: every member lies within its
 * struct. So a value is never read beyond its bytes.
 */
final class ResolvedTypes {
  private static final int MAX_EXPANSION = 1_000_000;

  /**
   * A type behind typedefs and qualifiers.
   *
   * @param order of its bytes, if it is an integer: that of the network for a {@code __be32}
   * @param meaning what the type itself says of its values
   * @param members what its members mean, in their order; empty for other types
   */
  record Resolved(BtfType type, ByteOrder order, Meaning meaning, List<Meaning> members) {}

  private final Btf btf;
  private final Map<TypeId, Resolved> types = new ConcurrentHashMap<>();
  private final Map<TypeId, Expansion> expansions = new ConcurrentHashMap<>();
  private final Map<TypeId, Long> byteSizes = new ConcurrentHashMap<>();

  ResolvedTypes(Btf btf) {
    this.btf = btf;
  }

  Btf btf() {
    return btf;
  }

  /** The type behind typedefs and qualifiers. */
  BtfType of(TypeId id) {
    return at(id).type();
  }

  /** The order of the bytes of an integer: that of the network if its type is {@code __be32}. */
  ByteOrder order(TypeId id) {
    return at(id).order();
  }

  /** Both at once, as values are read often. */
  Resolved at(TypeId id) {
    Resolved known = types.get(id);
    if (known != null) {
      return known;
    }
    TypeId resolved = btf.resolve(id);
    BtfType type = btf.type(resolved);
    var _ = expansion(resolved, 0);
    switch (type) {
      case BtfType.Struct t -> check(resolved, t.members(), t.byteSize());
      case BtfType.Union t -> check(resolved, t.members(), t.byteSize());
      case BtfType.DataSection t -> check(resolved, t);
      default -> {}
    }
    Meaning meaning = Meaning.NONE.orOf(btf, id);
    boolean ofNetwork = type instanceof BtfType.Int && meaning.networkOrder();
    ByteOrder order = ofNetwork ? ByteOrder.BIG_ENDIAN : btf.byteOrder();
    Resolved made = new Resolved(type, order, meaning, meanings(resolved, type));
    types.put(id, made);
    return made;
  }

  private List<Meaning> meanings(TypeId resolved, BtfType type) {
    List<Member> members =
        switch (type) {
          case BtfType.Struct t -> t.members();
          case BtfType.Union t -> t.members();
          default -> List.of();
        };
    return IntStream.range(0, members.size())
        .mapToObj(i -> Meaning.of(btf.tagsOf(resolved, i)).orOf(btf, members.get(i).type()))
        .toList();
  }

  long byteSize(TypeId id) {
    Long known = byteSizes.get(id);
    if (known == null) {
      known = btf.byteSize(id);
      byteSizes.put(id, known);
    }
    return known;
  }

  /**
   * What a value is made of.
   *
   * @param count how many types, all members of members counted
   * @param height how many levels they have
   */
  private record Expansion(int count, int height) {}

  /**
   * What a value is made of, so that whoever walks through a type comes to an end: one that
   * contains itself, or doubles at every level, is refused here.
   */
  private Expansion expansion(TypeId resolved, int depth) {
    Expansion known = expansions.get(resolved);
    if (known == null) {
      if (depth > TypeSizes.DEPTH) {
        throw TypeSizes.tooDeep(btf, resolved);
      }
      known = sum(resolved, depth);
      expansions.put(resolved, known);
    }
    if (depth + known.height > TypeSizes.DEPTH + 1) {
      throw TypeSizes.tooDeep(btf, resolved);
    }
    return known;
  }

  private Expansion sum(TypeId resolved, int depth) {
    List<TypeId> parts =
        switch (btf.type(resolved)) {
          case BtfType.Struct t -> t.members().stream().map(Member::type).toList();
          case BtfType.Union t -> t.members().stream().map(Member::type).toList();
          case BtfType.Array t -> List.of(t.element());
          case BtfType.DataSection t ->
              t.variables().stream().map(BtfType.SectionVariable::variable).toList();
          default -> List.of();
        };
    long count = 1;
    int height = 0;
    for (TypeId part : parts) {
      Expansion of = expansion(btf.resolve(part), depth + 1);
      count += of.count;
      height = Math.max(height, of.height);
    }
    if (count > MAX_EXPANSION) {
      throw new BtfFormatException(
          "a type of at most " + MAX_EXPANSION + " members",
          "type " + resolved.value() + ", which has more",
          btf.recordOffset(resolved));
    }
    return new Expansion((int) count, height + 1);
  }

  private void check(TypeId id, List<Member> members, long byteSize) {
    for (Member m : members) {
      long bits = m.isBitField() ? m.bitFieldSize() : byteSize(m.type()) * 8;
      boolean aligned = m.isBitField() ? m.bitFieldSize() <= 128 : m.bitOffset() % 8 == 0;
      if (!aligned || m.bitOffset() + bits > byteSize * 8) {
        throw new BtfFormatException(
            "member '" + m.name() + "' within the " + byteSize + " bytes of " + btf.nameOf(id),
            bits + " bits from bit " + m.bitOffset(),
            btf.recordOffset(id));
      }
    }
  }

  private void check(TypeId id, BtfType.DataSection section) {
    for (BtfType.SectionVariable v : section.variables()) {
      if (v.byteOffset() + byteSize(v.variable()) > section.byteSize()) {
        throw new BtfFormatException(
            "'" + btf.nameOf(v.variable()) + "' within " + section.byteSize() + " bytes",
            byteSize(v.variable()) + " bytes from " + v.byteOffset(),
            btf.recordOffset(id));
      }
    }
  }
}
