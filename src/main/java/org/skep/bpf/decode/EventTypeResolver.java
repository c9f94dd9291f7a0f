package org.skep.bpf.decode;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.read.KernelMap;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.Field;
import org.skep.btf.FieldReader;
import org.skep.btf.Fields;
import org.skep.btf.TypeId;
import org.skep.text.Nearest;
import org.skep.text.WholeNumber;

/** Settles what types the events of a map have, by what was said and what its object tells. */
public final class EventTypeResolver {
  private record Typed(Btf btf, TypeId id) {}

  private final KernelMap map;
  private final String table;
  private final boolean roundsUp;
  private final int keep;
  private final boolean allColumns;

  /**
   * @param allColumns whether tables have every column that any record may need
   */
  public EventTypeResolver(KernelMap map, int keep, boolean allColumns) {
    this.allColumns = allColumns;
    this.map = map;
    this.table = map.context().prefix() + map.name();
    this.roundsUp = map.type() == BpfMapType.PERF_EVENT_ARRAY;
    this.keep = keep;
  }

  /**
   * All events have one type.
   *
   * @param named null to find it
   */
  public TaggedEvents one(@Nullable String named) {
    EventType type = named == null ? found() : of(find(named), true);
    return TaggedEvents.ofOne(table, new EventRows(type, roundsUp, keep));
  }

  /** The value of a member says the type. */
  public TaggedEvents many(String member, Map<String, String> types) {
    Map<Long, EventRows> byTag = new LinkedHashMap<>();
    TaggedEvents.@Nullable Tag where = null;
    for (var entry : types.entrySet()) {
      Typed typed = find(entry.getValue());
      TaggedEvents.Tag here = tag(typed.btf, typed.id, member);
      if (where != null && !samePlace(where.reader().field(), here.reader().field())) {
        throw refused(member + " of " + entry.getValue() + " is at another offset");
      }
      where = here;
      byTag.put(value(here, entry.getKey()), new EventRows(of(typed, true), roundsUp, keep));
    }
    if (where == null) {
      throw refused("no types are given for " + member);
    }
    return TaggedEvents.ofMany(table, where, byTag);
  }

  private static boolean samePlace(Field a, Field b) {
    return a.bitOffset() == b.bitOffset() && a.bitSize() == b.bitSize();
  }

  /**
   * @param named whether the user has named the type
   */
  private EventType of(Typed typed, boolean named) {
    EventType type = EventType.of(table, typed.btf, typed.id).withNames(map.context().names());
    Optional<Btf> own = map.context().types();
    boolean longer =
        own.map(btf -> DeclaredEventTypes.mayBeLonger(btf, map.name(), typed.btf, typed.id))
            .orElse(true);
    boolean shorter =
        own.map(b -> DeclaredEventTypes.mayBeShorter(b, map.name(), typed.btf, typed.id, named))
            .orElse(named);
    EventType whole = longer ? type.withPayload() : type;
    EventType any = shorter ? whole.inParts() : whole;
    return allColumns ? any.withAllColumns() : any;
  }

  private EventType found() {
    Optional<Btf> types = map.context().types();
    List<TypeId> found = types.map(t -> DeclaredEventTypes.of(t, map.name())).orElse(List.of());
    if (types.isEmpty() || found.isEmpty()) {
      return EventType.unknown(table);
    }
    if (found.size() > 1) {
      throw refused(ambiguous(EventType.names(types.get(), found)));
    }
    return of(new Typed(types.get(), found.getFirst()), false);
  }

  private static String ambiguous(List<String> types) {
    StringBuilder apart = new StringBuilder("MEMBER:");
    for (int i = 0; i < types.size(); i++) {
      apart.append(i == 0 ? "" : ",").append(i).append('=').append(types.get(i));
    }
    return "they may be '"
        + String.join("' or '", types)
        + "' (--type \""
        + types.getFirst()
        + "\" names one, --types \""
        + apart
        + "\" tells them apart by a member; from Java type(...) and types(...))";
  }

  private Typed find(String name) {
    Optional<Btf> own = map.context().types();
    Optional<Typed> found =
        own.flatMap(btf -> btf.find(name).map(id -> new Typed(btf, id))).filter(t -> hasValues(t));
    if (found.isPresent()) {
      return found.get();
    }
    Btf linux = Btf.ofRunningLinux();
    return linux
        .find(name)
        .map(id -> new Typed(linux, id))
        .filter(t -> hasValues(t))
        .orElseThrow(
            () ->
                refused(
                    "no type '"
                        + name
                        + "' in what the map's object describes"
                        + own.map(t -> Nearest.hint(name, structs(t))).orElse("")
                        + " (an object describes the types of what it sends where Skep compiled"
                        + " it, and else those that a global pointer names)"));
  }

  private static boolean hasValues(Typed typed) {
    return switch (typed.btf.resolved(typed.id)) {
      case BtfType.Struct s -> s.byteSize() > 0;
      case BtfType.Union u -> u.byteSize() > 0;
      case BtfType.Int _, BtfType.Enum _, BtfType.Enum64 _, BtfType.Float _ -> true;
      default -> false;
    };
  }

  private static List<String> structs(Btf btf) {
    return btf.types()
        .filter(id -> btf.type(id) instanceof BtfType.Struct s && !s.name().isEmpty())
        .map(btf::nameOf)
        .toList();
  }

  /** Where a member is, by which types are told apart. */
  public static TaggedEvents.Tag tag(Btf btf, TypeId type, String member) {
    List<Field> fields = Fields.flatten(btf, type);
    for (Field field : fields) {
      if (field.path().equals(member) && field.bitSize() <= Long.SIZE) {
        return new TaggedEvents.Tag(
            member, new FieldReader(btf, field), (int) (field.byteOffset() + field.byteSize()));
      }
    }
    throw new IllegalArgumentException(
        "tell events apart: '"
            + btf.nameOf(type)
            + "' has no member '"
            + member
            + "'"
            + Nearest.hint(member, fields.stream().map(Field::path).toList()));
  }

  private long value(TaggedEvents.Tag tag, String text) {
    return WholeNumber.find(text)
        .filter(number -> number.bitLength() <= Long.SIZE)
        .map(BigInteger::longValue)
        .or(() -> tag.reader().valueOf(text.strip()).stream().boxed().findFirst())
        .orElseThrow(
            () ->
                refused(
                    "'"
                        + text
                        + "' is not a value of '"
                        + tag.member()
                        + "'"
                        + WholeNumber.hint(text)));
  }

  private IllegalArgumentException refused(String why) {
    return new IllegalArgumentException("read events of '" + map.name() + "': " + why);
  }
}
