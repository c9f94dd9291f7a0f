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
  private final Map<TypeId, Integer> expansions = new ConcurrentHashMap<>();
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
    expansion(resolved, 0);
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
   * How many types a value is made of, all members of members counted. So whoever walks through a
   * type comes to an end: one that contains itself, or doubles at every level, is refused here.
   */
  private int expansion(TypeId resolved, int depth) {
    Integer known = expansions.get(resolved);
    if (known != null) {
      return known;
    }
    if (depth > TypeSizes.DEPTH) {
      throw TypeSizes.tooDeep(btf, resolved);
    }
    long sum = 1;
    switch (btf.type(resolved)) {
      case BtfType.Struct t -> sum += expansion(t.members(), depth);
      case BtfType.Union t -> sum += expansion(t.members(), depth);
      case BtfType.Array t -> sum += expansion(btf.resolve(t.element()), depth + 1);
      default -> {}
    }
    if (sum > MAX_EXPANSION) {
      throw new BtfFormatException(
          "a type of at most " + MAX_EXPANSION + " members",
          "type " + resolved.value() + ", which has more",
          btf.recordOffset(resolved));
    }
    expansions.put(resolved, (int) sum);
    return (int) sum;
  }

  private long expansion(List<Member> members, int depth) {
    long sum = 0;
    for (Member m : members) {
      sum += expansion(btf.resolve(m.type()), depth + 1);
    }
    return sum;
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
