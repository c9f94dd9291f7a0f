package org.skep.bpf;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;

/**
 * What types the events of a ring or perf buffer can have, as an object tells by its BTF. The first
 * of these that says anything counts:
 *
 * <ol>
 *   <li>the value's type in the definition of the map;
 *   <li>what calls send into this map, which {@code skep_records.h} has noted;
 *   <li>what calls send into a ring that they do not name, unless it is known to go into another;
 *   <li>structs marked {@code skep_record};
 *   <li>structs that a global pointer keeps in the description, as other loaders ask for.
 * </ol>
 */
final class RecordTypes {
  private static final String SENDS = "skep:sends:";
  private static final String RECORD = "skep:record";

  /** What a noted call sends, and into which map; {@code ""} where it does not say. */
  private record Sent(String map, TypeId type) {}

  private final Btf btf;
  private final List<Sent> sent = new ArrayList<>();
  private final Set<TypeId> marked = new LinkedHashSet<>();
  private final Set<TypeId> kept = new LinkedHashSet<>();
  private final Optional<TypeId> declared;

  private RecordTypes(Btf btf, String map) {
    this.btf = btf;
    this.declared =
        Optional.of(DeclaredTypes.of(Optional.of(btf), map, "value"))
            .map(btf::resolve)
            .filter(t -> btf.type(t) instanceof BtfType.Struct);
    btf.types()
        .forEach(
            id -> {
              switch (btf.type(id)) {
                case BtfType.DeclTag tag -> tag(tag);
                case BtfType.Variable variable -> struct(variable.type()).ifPresent(kept::add);
                default -> {}
              }
            });
  }

  /** The candidates for the events of a map, most likely one; none where nothing is known. */
  static List<TypeId> of(Btf btf, String map) {
    return new RecordTypes(btf, map).candidates(map);
  }

  private List<TypeId> candidates(String map) {
    if (declared.isPresent()) {
      return List.of(declared.get());
    }
    List<TypeId> named = sent(s -> s.map.equals(map));
    if (!named.isEmpty()) {
      return named;
    }
    List<TypeId> elsewhere = sent(s -> !s.map.isEmpty());
    List<TypeId> unnamed = sent(s -> s.map.isEmpty());
    List<TypeId> here = unnamed.stream().filter(t -> !elsewhere.contains(t)).toList();
    if (!here.isEmpty()) {
      return here;
    }
    return List.copyOf(marked.isEmpty() ? kept : marked);
  }

  private List<TypeId> sent(Predicate<Sent> wanted) {
    return sent.stream().filter(wanted).map(Sent::type).distinct().toList();
  }

  private void tag(BtfType.DeclTag tag) {
    if (tag.text().equals(RECORD) && tag.component() < 0) {
      marked.add(btf.resolve(tag.target()));
    } else if (tag.text().startsWith(SENDS)
        && btf.type(tag.target()) instanceof BtfType.Variable variable) {
      String map = tag.text().substring(SENDS.length()).replaceAll("[&()\\s]", "");
      target(variable.type()).ifPresent(type -> sent.add(new Sent(map, type)));
    }
  }

  private Optional<TypeId> struct(TypeId pointer) {
    return target(pointer).filter(t -> btf.type(t) instanceof BtfType.Struct);
  }

  /** What a pointer points to, where that has values and a size: no text, no {@code void}. */
  private Optional<TypeId> target(TypeId pointer) {
    if (!(btf.resolved(pointer) instanceof BtfType.Pointer to)) {
      return Optional.empty();
    }
    TypeId type = btf.resolve(to.target());
    return switch (btf.type(type)) {
      case BtfType.Struct s when s.byteSize() > 0 -> Optional.of(type);
      case BtfType.Union u when u.byteSize() > 0 -> Optional.of(type);
      case BtfType.Int i when !i.isChar() && i.byteSize() > 1 -> Optional.of(type);
      default -> Optional.empty();
    };
  }
}
