package org.skep.bpf.decode;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.skep.bpf.map.KernelObjectNames;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.Field;
import org.skep.btf.Format;
import org.skep.btf.TypeId;
import org.skep.table.ValueType;
import org.skep.table.build.TablePlan;

/**
 * How records of one type are read.
 *
 * @param name as C spells it
 * @param byteSize without a flexible array at the end
 * @param textAt the offset of an array of characters or bytes at the end, of which programs send
 *     only as much as is filled; equal to the size where there is none
 * @param cutFrom the fewest bytes that a record has
 * @param rest what a record may have behind the size
 */
public record EventType(
    String name, TablePlan plan, int byteSize, int textAt, int cutFrom, Rest rest) {
  /** The column of bytes behind a type that says nothing of them. */
  static final String PAYLOAD = "payload";

  /** What a record may have behind the size of its type. */
  sealed interface Rest {
    /** Nothing: a longer record is one of another type. */
    record Nothing() implements Rest {}

    /** Elements of a flexible array, or of a type that is not known. */
    record Elements(String member, int byteOffset, int byteSize) implements Rest {}

    /** Bytes that the program sends behind the type, as {@code bpf_perf_event_output} can. */
    record Payload() implements Rest {}
  }

  private record Last(String path, TypeId type, BtfType.Array array, long byteOffset) {}

  public static EventType of(String table, Btf btf, TypeId type) {
    ValueType value = ValueType.of(btf, type);
    int size = value.byteSize();
    TablePlan plan = TablePlan.of(table, null, value);
    Optional<Last> last = last(btf, type, "", 0);
    if (last.isEmpty()) {
      return new EventType(btf.nameOf(type), plan, size, size, size, new Rest.Nothing());
    }
    Last end = last.get();
    int elementSize = Math.toIntExact(btf.byteSize(end.array.element()));
    boolean bytes = elementSize == 1 && btf.resolved(end.array.element()) instanceof BtfType.Int;
    if (end.array.count() > 0 || elementSize == 0) {
      int cutFrom = bytes ? (int) end.byteOffset : size;
      return new EventType(btf.nameOf(type), plan, size, cutFrom, cutFrom, new Rest.Nothing());
    }
    Rest rest = new Rest.Elements(end.path, (int) end.byteOffset, elementSize);
    return new EventType(
        btf.nameOf(type),
        plan.members().containsKey(end.path)
            ? plan
            : plan.tail(empty(end.path, end.type, end.byteOffset, Field.Kind.COMPOSITE), true),
        size,
        size,
        size,
        rest);
  }

  /** The array that a type ends with, that of a struct at its end too. */
  private static Optional<Last> last(Btf btf, TypeId type, String path, long offset) {
    if (!(btf.resolved(type) instanceof BtfType.Struct struct) || struct.members().isEmpty()) {
      return Optional.empty();
    }
    BtfType.Member member = struct.members().getLast();
    long at = offset + member.bitOffset() / Byte.SIZE;
    String name = path + (path.isEmpty() || member.name().isEmpty() ? "" : ".") + member.name();
    return btf.resolved(member.type()) instanceof BtfType.Array array
        ? Optional.of(new Last(name, btf.resolve(member.type()), array, at))
        : last(btf, member.type(), name, at);
  }

  private static Field empty(String path, TypeId type, long byteOffset, Field.Kind kind) {
    return new Field(path, type, byteOffset * Byte.SIZE, 0, false, kind, false, false, Format.NONE);
  }

  /** Records of which nothing is known: a column of their bytes. */
  public static EventType unknown(String table) {
    TablePlan plan = TablePlan.of(table, null, ValueType.ofBytes(0));
    return new EventType("bytes", plan, 0, 0, 0, new Rest.Elements("value", 0, 1));
  }

  /** Whether nothing is known of the type. */
  boolean isUnknown() {
    return !plan.value().orElseThrow().isTyped();
  }

  /** The same with the bytes behind the type, if it does not end with a flexible array. */
  public EventType withPayload() {
    return rest instanceof Rest.Nothing && textAt == byteSize
        ? new EventType(
            name, plan.tail(payload(), false), byteSize, textAt, cutFrom, new Rest.Payload())
        : this;
  }

  /** The same for records of which programs may send only the beginning. */
  public EventType inParts() {
    return new EventType(name, plan, byteSize, textAt, 1, rest);
  }

  /** The same with every column that any record may need. */
  EventType withAllColumns() {
    return rest instanceof Rest.Payload
        ? new EventType(name, plan.tail(payload(), true), byteSize, textAt, cutFrom, rest)
        : this;
  }

  private Field payload() {
    return empty(PAYLOAD, TypeId.VOID, byteSize, Field.Kind.BYTES);
  }

  /** The same with the names that the running Linux has for numbers. */
  public EventType withNames(KernelObjectNames names) {
    return new EventType(name, names.in(plan), byteSize, textAt, cutFrom, rest);
  }

  /** The same with times by another clock than that of this machine. */
  public EventType withClock(LongFunction<Instant> clock) {
    return new EventType(name, plan.clock(clock), byteSize, textAt, cutFrom, rest);
  }

  static List<String> names(Btf btf, List<TypeId> types) {
    return types.stream().map(btf::nameOf).toList();
  }
}
