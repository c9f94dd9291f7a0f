package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.Field;
import org.skep.btf.Fields;
import org.skep.btf.Format;
import org.skep.btf.TypeId;
import org.skep.btf.ValueReader;
import org.skep.btf.ValueWriter;
import org.skep.table.ValueType;

/** Turns the bytes of keys or values into Java and back, with what that needs made once. */
public final class BtfCodec implements ValueCodec {
  /** Integers that are written without the general way, which costs as much as the system call. */
  private enum Plain {
    NONE,
    U32,
    S32,
    U64,
    S64
  }

  private final ValueType type;
  private final Plain plain;
  private final @Nullable ValueReader reader;
  private final @Nullable ValueWriter writer;

  private BtfCodec(ValueType type, @Nullable ValueReader reader, @Nullable ValueWriter writer) {
    this.type = type;
    this.plain = plain(type);
    this.reader = reader;
    this.writer = writer;
  }

  /**
   * A codec for values of a type of the object, or for so many bytes.
   *
   * @param id {@code void} for none
   */
  public static BtfCodec of(Optional<Btf> types, TypeId id, int byteSize) {
    return of(types, id, byteSize, Map.of());
  }

  /**
   * The same, whose structs are shown with names of this machine.
   *
   * @param names how numbers are called whose names depend on the machine
   */
  public static BtfCodec of(
      Optional<Btf> types, TypeId id, int byteSize, Map<Format, LongFunction<String>> names) {
    if (types.isEmpty() || id.equals(TypeId.VOID) || byteSize == 0) {
      return ofBytes(byteSize);
    }
    try {
      Btf btf = types.get();
      ValueType type = ValueType.of(btf, id);
      return type.byteSize() == byteSize
          ? new BtfCodec(type, new ValueReader(btf, id, names), new ValueWriter(btf, id))
          : ofBytes(byteSize);
    } catch (IllegalArgumentException | ArithmeticException e) {
      return ofBytes(byteSize); // a type without values, such as a struct that is only declared
    }
  }

  /** A codec for values of a type that is known. */
  public static BtfCodec of(ValueType type) {
    return of(type, Map.of());
  }

  /** The same, whose structs are shown with names of this machine. */
  public static BtfCodec of(ValueType type, Map<Format, LongFunction<String>> names) {
    return type.btf() == null || type.type() == null
        ? ofBytes(type.byteSize())
        : of(Optional.of(type.btf()), type.type(), type.byteSize(), names);
  }

  private static BtfCodec ofBytes(int byteSize) {
    return new BtfCodec(ValueType.ofBytes(byteSize), null, null);
  }

  private static Plain plain(ValueType type) {
    if (type.btf() != null
        && type.type() != null
        && type.btf().resolved(type.type()) instanceof BtfType.Int t
        && t.bitSize() == t.byteSize() * Byte.SIZE
        && t.encoding() != BtfType.Encoding.BOOL
        && isOfMachine(type.btf(), type.type())) {
      return switch (t.byteSize()) {
        case Integer.BYTES -> t.signed() ? Plain.S32 : Plain.U32;
        case Long.BYTES -> t.signed() ? Plain.S64 : Plain.U64;
        default -> Plain.NONE;
      };
    }
    return Plain.NONE;
  }

  /** Whether a number is written as the machine has it, and not in the order of the network. */
  private static boolean isOfMachine(Btf btf, TypeId type) {
    Field field = Fields.flatten(btf, type).getFirst();
    return !field.networkOrder() && field.format() != Format.PORT;
  }

  /** Writes a number that certainly fits; whatever else it is, the general way judges. */
  private boolean writePlain(Object value, MemorySegment bytes, long offset) {
    if (plain == Plain.NONE || !(value instanceof Integer || value instanceof Long)) {
      return false;
    }
    long number = ((Number) value).longValue();
    boolean fits =
        switch (plain) {
          case U32 -> number >= 0 && number <= 0xffff_ffffL;
          case S32 -> number == (int) number;
          case U64 -> number >= 0;
          case S64 -> true;
          case NONE -> false;
        };
    if (fits && type.byteSize() == Integer.BYTES) {
      bytes.set(ValueLayout.JAVA_INT_UNALIGNED, offset, (int) number);
    } else if (fits) {
      bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, number);
    }
    return fits;
  }

  @Override
  public ValueType type() {
    return type;
  }

  @Override
  public Object read(MemorySegment bytes, long offset) {
    return reader != null ? reader.read(bytes, offset) : type.read(bytes, offset);
  }

  /**
   * Reads a struct into a record.
   *
   * @throws IllegalArgumentException if a component has no member, or it is no struct
   */
  <R extends Record> R read(MemorySegment bytes, long offset, Class<R> recordClass) {
    if (reader == null) {
      throw new IllegalArgumentException(
          "read '"
              + type.name()
              + "' into record '"
              + recordClass.getSimpleName()
              + "': the type is not known (as(\"struct NAME\") gives one)");
    }
    return reader.read(bytes, offset, recordClass);
  }

  /** Writes a value; what it leaves out is zeros, padding too. */
  @Override
  public void write(Object value, MemorySegment bytes, long offset) {
    if (writePlain(value, bytes, offset)) {
      return;
    }
    int size = type.byteSize();
    for (long i = 0; i < size; i++) {
      bytes.set(ValueLayout.JAVA_BYTE, offset + i, (byte) 0);
    }
    if (value instanceof byte[] raw && raw.length == size) {
      MemorySegment.copy(raw, 0, bytes, ValueLayout.JAVA_BYTE, offset, size);
    } else if (writer != null) {
      writer.write(value, bytes, offset);
    } else {
      type.write(value, bytes, offset);
    }
  }
}
