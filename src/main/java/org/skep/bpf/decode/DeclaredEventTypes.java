package org.skep.bpf.decode;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.skep.bpf.base.DeclaredTypes;
import org.skep.bpf.base.SendNotes;
import org.skep.bpf.base.SendNotes.Sent;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;

/**
 * What types the events of a ring or perf buffer can have, as an object tells by its BTF. The first
 * of these that says anything counts:
 *
 * <ol>
 *   <li>the value's type in the definition of the map;
 *   <li>what calls send into this map, as {@link SendNotes} has it;
 *   <li>what calls send into a map that is only known when the program runs, unless it is known to
 *       go into another;
 *   <li>structs marked {@code skep_record};
 *   <li>structs that a global pointer keeps in the description, as other loaders ask for.
 * </ol>
 */
public final class DeclaredEventTypes {
  private static final String RECORD = "skep:record";

  private final SendNotes notes;
  private final Set<TypeId> marked = new LinkedHashSet<>();
  private final Set<TypeId> kept = new LinkedHashSet<>();
  private final Optional<TypeId> declared;

  private DeclaredEventTypes(Btf btf, String map) {
    this.notes = SendNotes.of(btf);
    this.declared =
        Optional.of(DeclaredTypes.of(Optional.of(btf), map, "value"))
            .map(btf::resolve)
            .filter(t -> btf.type(t) instanceof BtfType.Struct);
    btf.types()
        .forEach(
            id -> {
              switch (btf.type(id)) {
                case BtfType.DeclTag tag when tag.text().equals(RECORD) && tag.component() < 0 ->
                    marked.add(btf.resolve(tag.target()));
                case BtfType.Variable variable ->
                    SendNotes.target(btf, variable.type())
                        .filter(t -> btf.type(t) instanceof BtfType.Struct)
                        .ifPresent(kept::add);
                default -> {}
              }
            });
  }

  /** The candidates for the events of a map, most likely one; none where nothing is known. */
  public static List<TypeId> of(Btf btf, String map) {
    return new DeclaredEventTypes(btf, map).candidates(map);
  }

  /**
   * Whether events of a type may have something behind it: a call sends more bytes than the type
   * has, or as many as only the run decides; or nobody knows what calls send.
   *
   * @param own the description of the map's object
   * @param btf the description that the type belongs to, which may be another
   */
  public static boolean mayBeLonger(Btf own, String map, Btf btf, TypeId type) {
    List<Sent> sent = SendNotes.of(own).into(map);
    if (sent.isEmpty()) {
      return of(own, map).size() <= 1;
    }
    List<Sent> ofType = ofType(sent, own, btf, type);
    long size = btf.byteSize(type);
    return ofType.isEmpty()
        ? sent.stream().anyMatch(s -> s.byteSize().isEmpty() || s.type().isEmpty())
        : ofType.stream().anyMatch(s -> s.byteSize().isEmpty() || s.byteSize().getAsLong() > size);
  }

  /**
   * Whether events of a type may end before it does: a call sends fewer bytes than the type has, or
   * as many as only the run decides.
   *
   * @param unlessKnown the answer where nobody knows what calls send
   */
  public static boolean mayBeShorter(
      Btf own, String map, Btf btf, TypeId type, boolean unlessKnown) {
    List<Sent> sent = SendNotes.of(own).into(map);
    if (sent.isEmpty()) {
      return unlessKnown;
    }
    List<Sent> ofType = ofType(sent, own, btf, type);
    long size = btf.byteSize(type);
    return ofType.isEmpty()
        ? unlessKnown && sent.stream().anyMatch(s -> s.type().isEmpty())
        : ofType.stream().anyMatch(s -> s.byteSize().isEmpty() || s.byteSize().getAsLong() < size);
  }

  private static List<Sent> ofType(List<Sent> sent, Btf own, Btf btf, TypeId type) {
    TypeId resolved = btf.resolve(type);
    return own.equals(btf)
        ? sent.stream().filter(s -> s.type().equals(Optional.of(resolved))).toList()
        : List.of();
  }

  private List<TypeId> candidates(String map) {
    if (declared.isPresent()) {
      return List.of(declared.get());
    }
    List<TypeId> named = types(notes.all().stream().filter(s -> s.map().equals(map)).toList());
    if (!named.isEmpty()) {
      return named;
    }
    List<TypeId> elsewhere = types(notes.all().stream().filter(s -> !s.map().isEmpty()).toList());
    List<TypeId> here =
        types(notes.all().stream().filter(s -> s.map().isEmpty()).toList()).stream()
            .filter(t -> !elsewhere.contains(t))
            .toList();
    if (!here.isEmpty()) {
      return here;
    }
    return List.copyOf(marked.isEmpty() ? kept : marked);
  }

  private static List<TypeId> types(List<Sent> sent) {
    return sent.stream().flatMap(s -> s.type().stream()).distinct().toList();
  }
}
