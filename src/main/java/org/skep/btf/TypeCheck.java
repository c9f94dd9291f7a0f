package org.skep.btf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.skep.BtfFormatException;
import org.skep.btf.BtfType.Member;
import org.skep.btf.BtfType.SectionVariable;
import org.skep.btf.ElfObject.Section;
import org.skep.btf.ElfObject.Symbol;

/**
 * Proves of the types of an object what libbpf takes for granted: each refers to a type of a kind
 * that may stand there, none contains itself, and variables lie within their sections.
 */
final class TypeCheck {
  private static final int MOST_PARTS = 1_000_000;

  /** More levels than C nests, and few enough to follow them by recursion. */
  private static final int MOST_LEVELS = 256;

  private static final int UNDER_WAY = -1;
  private static final String STRUCT_OPS = ".struct_ops";

  private final Btf btf;
  private final ElfObject elf;

  /** Where symbols begin, by the number of their section and their name. */
  private final Map<Integer, Map<String, Long>> addresses = new HashMap<>();

  /** How many types each is made of, members of members counted; 0 where that was not asked. */
  private final int[] parts;

  /** How many levels each has. */
  private final int[] levels;

  private TypeCheck(Btf btf, ElfObject elf, List<Symbol> symbols) {
    this.btf = btf;
    this.elf = elf;
    for (Symbol s : symbols) {
      addresses.computeIfAbsent(s.section(), _ -> new HashMap<>()).putIfAbsent(s.name(), s.value());
    }
    this.parts = new int[btf.typeCount()];
    this.levels = new int[btf.typeCount()];
  }

  static void check(Btf btf, ElfObject elf, List<Symbol> symbols) {
    var check = new TypeCheck(btf, elf, symbols);
    btf.types().forEach(check::kinds);
    btf.types().forEach(id -> check.contained(id, 0));
    btf.types()
        .forEach(
            id -> {
              if (btf.type(id) instanceof BtfType.DataSection section) {
                check.variables(id, section);
              }
            });
  }

  private void kinds(TypeId id) {
    switch (btf.type(id)) {
      case BtfType.Pointer t -> plain(id, t.target());
      case BtfType.Typedef t -> plain(id, t.target());
      case BtfType.Const t -> plain(id, t.target());
      case BtfType.Volatile t -> plain(id, t.target());
      case BtfType.Restrict t -> plain(id, t.target());
      case BtfType.TypeTag t -> plain(id, t.target());
      case BtfType.Array t -> {
        plain(id, t.element());
        plain(id, t.index());
      }
      case BtfType.Struct t -> t.members().forEach(m -> plain(id, m.type()));
      case BtfType.Union t -> t.members().forEach(m -> plain(id, m.type()));
      case BtfType.FunctionPrototype t -> {
        plain(id, t.result());
        t.parameters().forEach(p -> plain(id, p.type()));
      }
      case BtfType.Variable t -> plain(id, t.type());
      case BtfType.Function t ->
          require(
              btf.type(t.prototype()) instanceof BtfType.FunctionPrototype,
              id,
              t.prototype(),
              "a prototype");
      case BtfType.DataSection t ->
          t.variables()
              .forEach(
                  v ->
                      require(
                          btf.type(v.variable()) instanceof BtfType.Variable
                              || btf.type(v.variable()) instanceof BtfType.Function,
                          id,
                          v.variable(),
                          "a variable or function"));
      case BtfType.Void _ -> {}
      case BtfType.Int _ -> {}
      case BtfType.Enum _ -> {}
      case BtfType.Enum64 _ -> {}
      case BtfType.Forward _ -> {}
      case BtfType.Float _ -> {}
      case BtfType.DeclTag _ -> {}
    }
  }

  /** A value, or void, or what a pointer may point to. */
  private void plain(TypeId id, TypeId target) {
    boolean isPlain =
        switch (btf.type(target)) {
          case BtfType.Function _ -> false;
          case BtfType.Variable _ -> false;
          case BtfType.DataSection _ -> false;
          case BtfType.DeclTag _ -> false;
          default -> true;
        };
    require(isPlain, id, target, "a type of values");
  }

  private void require(boolean holds, TypeId id, TypeId target, String expected) {
    if (!holds) {
      throw new BtfFormatException(
          expected + " in type " + id.value(),
          "type " + target.value() + ", of another kind",
          btf.recordOffset(id));
    }
  }

  /** How many types a type is made of; those behind pointers do not count. */
  private int contained(TypeId id, int depth) {
    int at = id.value();
    if (at == 0) {
      return 1;
    }
    if (parts[at] > 0) {
      return parts[at];
    }
    if (parts[at] == UNDER_WAY || depth > MOST_LEVELS) {
      throw new BtfFormatException(
          "a type of at most " + MOST_LEVELS + " levels and " + MOST_PARTS + " parts",
          "type " + id.value() + ", which has more or contains itself",
          btf.recordOffset(id));
    }
    parts[at] = UNDER_WAY;
    long sum = 1;
    int deepest = 0;
    for (TypeId part : partsOf(btf.type(id)).toList()) {
      sum += contained(part, depth + 1);
      deepest = Math.max(deepest, levels[part.value()]);
    }
    if (deepest >= MOST_LEVELS || sum > MOST_PARTS) {
      throw new BtfFormatException(
          "a type of at most " + MOST_LEVELS + " levels and " + MOST_PARTS + " parts",
          "type " + id.value() + ", which has more or contains itself",
          btf.recordOffset(id));
    }
    levels[at] = deepest + 1;
    parts[at] = (int) sum;
    return parts[at];
  }

  private static Stream<TypeId> partsOf(BtfType type) {
    return switch (type) {
      case BtfType.Typedef t -> Stream.of(t.target());
      case BtfType.Const t -> Stream.of(t.target());
      case BtfType.Volatile t -> Stream.of(t.target());
      case BtfType.Restrict t -> Stream.of(t.target());
      case BtfType.TypeTag t -> Stream.of(t.target());
      case BtfType.Array t -> Stream.of(t.element());
      case BtfType.Struct t -> t.members().stream().map(Member::type);
      case BtfType.Union t -> t.members().stream().map(Member::type);
      case BtfType.Variable t -> Stream.of(t.type());
      default -> Stream.empty();
    };
  }

  /** clang leaves offsets to libbpf, which takes them from the symbols. */
  private void variables(TypeId id, BtfType.DataSection data) {
    var found = ObjectCheck.named(elf, data.name());
    if (found.isEmpty()) {
      return; // .kconfig and .ksyms
    }
    Section section = found.get();
    boolean isStructOps = data.name().startsWith(STRUCT_OPS);
    for (SectionVariable place : data.variables()) {
      long offset =
          btf.type(place.variable()) instanceof BtfType.Variable variable
              ? Math.max(place.byteOffset(), addressOf(variable.name(), section))
              : place.byteOffset();
      if (offset + place.byteSize() > section.byteSize()) {
        throw new BtfFormatException(
            "'"
                + btf.nameOf(place.variable())
                + "' within the "
                + section.byteSize()
                + " bytes of section '"
                + data.name()
                + "'",
            place.byteSize() + " bytes from " + offset,
            btf.recordOffset(id));
      }
      if (isStructOps) {
        structOps(place);
      }
    }
  }

  private long addressOf(String variable, Section section) {
    return addresses.getOrDefault(section.index(), Map.of()).getOrDefault(variable, 0L);
  }

  /** libbpf copies a struct of functions, and its members one by one. */
  private void structOps(SectionVariable place) {
    if (!(btf.resolved(place.variable()) instanceof BtfType.Struct struct)) {
      return;
    }
    boolean fits = struct.byteSize() <= place.byteSize();
    for (Member m : struct.members()) {
      fits &= m.isBitField() || m.bitOffset() / 8 + byteSize(m.type()) <= struct.byteSize();
    }
    if (!fits) {
      throw new BtfFormatException(
          "struct '" + struct.name() + "' and its members within " + place.byteSize() + " bytes",
          "more",
          btf.recordOffset(place.variable()));
    }
  }

  private long byteSize(TypeId id) {
    try {
      return btf.byteSize(id);
    } catch (IllegalArgumentException e) {
      return Long.MAX_VALUE / 2; // one without a size is no member
    }
  }
}
