package org.skep.host.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;
import org.skep.btf.TypeLayout;
import org.skep.host.ModuleTypes;
import org.skep.host.hooks.NamePattern;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;
import org.skep.text.Nearest;

/** C's types by name: those of the running Linux, or of a compiled object. */
public final class TypeCatalog {
  private final Btf btf;
  private final String owner;
  private final Supplier<List<Btf>> others;

  private TypeCatalog(Btf btf, String owner, Supplier<List<Btf>> others) {
    this.btf = btf;
    this.owner = owner;
    this.others = others;
  }

  /**
   * The types of the running Linux; {@link #layout} and {@link #members} know those of its modules
   * too.
   *
   * @throws org.skep.UnsupportedFeatureException when it does not describe them
   */
  public static TypeCatalog ofRunningLinux() {
    return new TypeCatalog(Btf.ofRunningLinux(), "the running Linux", ModuleTypes::all);
  }

  /**
   * Other types.
   *
   * @param owner whose they are, for messages: {@code object 'opens'}
   */
  public static TypeCatalog of(Btf btf, String owner) {
    return new TypeCatalog(btf, owner, List::of);
  }

  /**
   * A type as C writes it down, with the offset and size of each member, the holes and the bit
   * fields. Definitions of the same name that differ follow each other.
   *
   * @param name such as {@code task_struct}, {@code struct sock}, {@code u64}; functions too
   * @throws IllegalArgumentException if there is no such type
   */
  public String layout(String name) {
    Btf home = home(name);
    return String.join(
        "\n\n",
        of(home, owner).named(name).stream()
            .map(id -> TypeLayout.of(home, id))
            .distinct()
            .toList());
  }

  /** Where a name is defined: here, or in what belongs to it. */
  private Btf home(String name) {
    return btf.find(name).isPresent()
        ? btf
        : others.get().stream().filter(o -> o.find(name).isPresent()).findFirst().orElse(btf);
  }

  /**
   * All definitions of a name: structs, unions and enums before typedefs, functions where there is
   * nothing else.
   *
   * @throws IllegalArgumentException if there is none
   */
  public List<TypeId> named(String name) {
    TypeId first = btf.find(name).orElseThrow(() -> unknown(name));
    if (!defines(first)) {
      return List.of(first);
    }
    String last = name.strip().substring(name.strip().lastIndexOf(' ') + 1);
    return Stream.concat(
            Stream.of(first),
            btf.findAll(last).stream()
                .filter(id -> !id.equals(first))
                .filter(id -> btf.type(id).getClass() == btf.type(first).getClass()))
        .toList();
  }

  private boolean defines(TypeId id) {
    return switch (btf.type(id)) {
      case BtfType.Struct t -> true;
      case BtfType.Union t -> true;
      case BtfType.Enum t -> true;
      case BtfType.Enum64 t -> true;
      default -> false;
    };
  }

  private IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "find type '"
            + name
            + "': "
            + owner
            + " has no such type"
            + Nearest.hint(name, names().distinct()));
  }

  /** The names of all structs, unions, enums and typedefs. */
  public Stream<String> names() {
    return matching(NamePattern.of("*")).map(btf::declaredName);
  }

  /** Names are compared first: reading a type with all its members takes longer. */
  private Stream<TypeId> matching(NamePattern glob) {
    return btf.types()
        .filter(
            id -> {
              String name = btf.declaredName(id);
              return !name.isEmpty() && glob.matches(name);
            })
        .filter(id -> defines(id) || btf.type(id) instanceof BtfType.Typedef);
  }

  private record Match(String name, String kind, OptionalLong byteSize, int members) {}

  /**
   * The types whose names match, a row for each: {@code type}, {@code kind}, {@code size} in bytes
   * (missing where it has none) and {@code members}.
   *
   * @param pattern with {@code *} and {@code ?}
   */
  public NotedTable find(String pattern) {
    var glob = NamePattern.of(pattern);
    List<Match> matches =
        matching(glob)
            .map(this::match)
            .distinct()
            .sorted((a, b) -> a.name().compareTo(b.name()))
            .toList();
    List<String> notes =
        matches.isEmpty()
            ? List.of("No type of " + owner + " matches '" + pattern + "'.")
            : List.of();
    return Rows.of("types", matches)
        .text("type", Match::name)
        .text("kind", Match::kind)
        .perhaps("size", Match::byteSize)
        .integer("members", Match::members)
        .table(notes);
  }

  private Match match(TypeId id) {
    OptionalLong size;
    try {
      size = OptionalLong.of(btf.byteSize(id));
    } catch (IllegalArgumentException e) {
      size = OptionalLong.empty();
    }
    return switch (btf.type(id)) {
      case BtfType.Struct t -> new Match(t.name(), "struct", size, t.members().size());
      case BtfType.Union t -> new Match(t.name(), "union", size, t.members().size());
      case BtfType.Enum t -> new Match(t.name(), "enum", size, t.enumerators().size());
      case BtfType.Enum64 t -> new Match(t.name(), "enum", size, t.enumerators().size());
      default -> new Match(btf.declaredName(id), "typedef", size, 0);
    };
  }

  /**
   * The members of a type, also those of the structs and unions within, a row for each: {@code
   * type} (the outermost), {@code member} (by path), {@code declared} (in C), {@code offset} (in
   * bytes), {@code bit} (within that byte, for bit fields), {@code bits} and {@code value} (for the
   * names of an enum).
   *
   * @param pattern a name, or a pattern with {@code *} and {@code ?}; of many types, only the
   *     members that are their own
   * @param where the last part of the member's path: a pattern, or a text that it holds; empty for
   *     all
   * @throws IllegalArgumentException if there is no type of this name
   */
  public NotedTable members(String pattern, String where) {
    NamePattern glob = NamePattern.of(pattern);
    if (glob.isName() && home(pattern) != btf) {
      return of(home(pattern), owner).members(pattern, where);
    }
    List<TypeId> types =
        glob.isName() ? named(pattern) : matching(glob).filter(this::defines).toList();
    NamePattern wanted = NamePattern.of(where);
    var walk = new MemberWalk(btf, wanted.isName() ? wanted.anywhere() : wanted, glob.isName());
    types.forEach(walk::add);
    return table(walk, where);
  }

  /** The names of enums that are this, with the enums that they belong to, as {@link #members}. */
  public NotedTable enumerators(String name) {
    var walk = new MemberWalk(btf, NamePattern.of(name), false);
    btf.types()
        .filter(
            id -> btf.type(id) instanceof BtfType.Enum || btf.type(id) instanceof BtfType.Enum64)
        .forEach(walk::add);
    return table(walk, name);
  }

  private static NotedTable table(MemberWalk walk, String where) {
    var members = new ArrayList<>(walk.members().stream().distinct().toList());
    var notes = new ArrayList<String>();
    if (members.isEmpty()) {
      notes.add("No member matches '" + where + "'.");
    }
    if (walk.full()) {
      notes.add("Only the first " + members.size() + " are listed.");
    }
    return Rows.of("members", members)
        .text("type", MemberWalk.Found::type)
        .text("member", MemberWalk.Found::path)
        .text("declared", MemberWalk.Found::declared)
        .perhaps("offset", MemberWalk.Found::byteOffset)
        .perhaps("bit", MemberWalk.Found::bit)
        .perhaps("bits", MemberWalk.Found::bits)
        .perhaps("value", MemberWalk.Found::value)
        .table(notes);
  }
}
