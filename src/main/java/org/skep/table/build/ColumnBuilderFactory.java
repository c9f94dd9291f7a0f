package org.skep.table.build;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.Field;
import org.skep.btf.FieldReader;
import org.skep.btf.Format;
import org.skep.btf.MeantList;
import org.skep.btf.NumberText;
import org.skep.btf.Text;
import org.skep.btf.ValueReader;
import org.skep.table.PerCpu;
import org.skep.table.Unit;
import org.skep.text.Addresses;

/** Chooses how a leaf becomes a column, and whether a second one keeps the number behind a text. */
final class ColumnBuilderFactory {
  private static final int COMPOSITE_CHARS = 4_000;

  private final TablePlan.Settings settings;

  ColumnBuilderFactory(TablePlan.Settings settings) {
    this.settings = settings;
  }

  /**
   * The columns of a leaf: one, and perhaps a second that belongs to the end of the table.
   *
   * @param whole whether texts show what is behind their NUL, as those of keys do, which tell one
   *     row from another
   */
  List<ColumnBuilder> of(@Nullable Btf btf, Field field, String name, boolean whole) {
    if (field.bitSize() == 0 && !field.bitField()) {
      return tail(btf, field, name);
    }
    if (btf == null) {
      return List.of(bytes(name, field, Text::hex));
    }
    var reader = new FieldReader(btf, field);
    return switch (field.kind()) {
      case INTEGER -> integer(reader, name);
      case FLOAT -> List.of(new DoubleColumnBuilder(name, reader, null, Unit.of(field.format())));
      case BOOL -> List.of(new BooleanColumnBuilder(name, reader));
      case ENUM -> List.of(new NamedColumnBuilder(name, reader, reader::enumerator));
      case POINTER -> pointer(reader, name);
      case TEXT ->
          List.of(
              field.format() == Format.HEX
                  ? bytes(name, field, Text::hex)
                  : TextColumnBuilder.ofText(name, reader, whole));
      case BYTES -> List.of(bytes(name, field, decoder(field)));
      case COMPOSITE ->
          List.of(
              bytes(
                  name, field, raw -> composite(reader, raw), part -> elements(btf, reader, part)));
    };
  }

  /** What an event has behind its type's size, as text; nothing for arrays without elements. */
  private List<ColumnBuilder> tail(@Nullable Btf btf, Field field, String name) {
    TablePlan.Tail asked = settings.tail();
    boolean always = asked == null || asked.always() || !asked.field().path().equals(field.path());
    return switch (field.kind()) {
      case TEXT -> List.of(new TailColumnBuilder(name, field.byteOffset(), Text::decode, !always));
      case BYTES -> List.of(new TailColumnBuilder(name, field.byteOffset(), Text::hex, !always));
      case COMPOSITE ->
          List.of(
              new TailColumnBuilder(
                  name,
                  field.byteOffset(),
                  btf == null ? Text::hex : elements(new ValueReader(btf, field.type())),
                  !always));
      case INTEGER, BOOL, FLOAT, ENUM, POINTER -> List.of();
    };
  }

  /** The elements of a flexible array as a list; bytes that are no whole element are left out. */
  private static Function<byte[], String> elements(ValueReader array) {
    return raw -> bounded(array.read(MemorySegment.ofArray(raw), 0, raw.length).toString());
  }

  /** A column of texts that stand for all bytes of a key or value. */
  static List<ColumnBuilder> text(Field field, String name, Function<byte[], String> decoder) {
    return List.of(bytes(name, field, decoder));
  }

  /**
   * The column of a number whose values for all CPUs become one; empty for other leaves, and for
   * numbers that stand for something which has no sum, or no greatest.
   */
  List<ColumnBuilder> combined(Btf btf, Field field, String name, PerCpu how) {
    var formatter = Unit.of(field.format());
    if (field.format() == Format.TIME && field.kind() == Field.Kind.INTEGER && how != PerCpu.SUM) {
      return List.of(
          new TimeColumnBuilder(name, new FieldReader(btf, field), settings.clock(), how));
    }
    return switch (Unit.isOfQuantities(field.format()) ? field.kind() : Field.Kind.BYTES) {
      case INTEGER -> {
        var reader = new FieldReader(btf, field);
        yield List.of(
            field.bitSize() > 64
                ? new WideColumnBuilder(name, reader, how, formatter)
                : new CombinedColumnBuilder(name, reader, how, formatter));
      }
      case FLOAT ->
          List.of(new DoubleColumnBuilder(name, new FieldReader(btf, field), how, formatter));
      case BOOL, ENUM, POINTER, TEXT, BYTES, COMPOSITE -> List.of();
    };
  }

  private List<ColumnBuilder> integer(FieldReader reader, String name) {
    Field field = reader.field();
    if (field.bitSize() > 64) {
      return List.of(new WideColumnBuilder(name, reader, null, Unit.of(field.format())));
    }
    NumberText text = reader.text();
    return switch (field.format()) {
      case NONE, PORT, NANOS, BYTES, IPV6 ->
          List.of(new NumberColumnBuilder(name, reader, Unit.of(field.format())));
      case HEX -> List.of(new NamedColumnBuilder(name, reader, text::text));
      case IPV4, MAC, ERRNO, SIGNAL, DEV ->
          text.isText()
              ? named(reader, name, text::text)
              : List.of(new NumberColumnBuilder(name, reader, null));
      case TIME ->
          List.of(
              new TimeColumnBuilder(name, reader, settings.clock()),
              new NumberColumnBuilder(name + ".raw", reader, null));
      case KSYM -> pointer(reader, name);
      case SYSCALL, CGROUP, KSTACK, USTACK, IFINDEX, PROGRAM, MAP -> {
        LongFunction<String> namer = settings.names().get(field.format());
        yield namer == null
            ? List.of(new NumberColumnBuilder(name, reader, null))
            : named(reader, name, namer);
      }
    };
  }

  private static List<ColumnBuilder> named(
      FieldReader reader, String name, LongFunction<String> namer) {
    return List.of(
        new NamedColumnBuilder(name, reader, namer),
        new NumberColumnBuilder(name + ".raw", reader, null));
  }

  /** An address is its own text; one with a symbol keeps the address beside it. */
  private List<ColumnBuilder> pointer(FieldReader reader, String name) {
    LongFunction<String> symbols =
        reader.field().format() == Format.KSYM ? settings.names().get(Format.KSYM) : null;
    LongFunction<String> hex = hex(reader);
    return symbols == null
        ? List.of(new NamedColumnBuilder(name, reader, hex))
        : List.of(
            new NamedColumnBuilder(name, reader, symbols),
            new NamedColumnBuilder(name + ".raw", reader, hex));
  }

  /** The digits of the leaf's own bits; those of a negative number do not run on to 64. */
  private static LongFunction<String> hex(FieldReader reader) {
    return new NumberText(Format.HEX, (int) reader.field().bitSize(), reader.order())::text;
  }

  private static ColumnBuilder bytes(String name, Field field, Function<byte[], String> decoder) {
    return bytes(name, field, decoder, Text::hex);
  }

  private static ColumnBuilder bytes(
      String name,
      Field field,
      Function<byte[], String> decoder,
      Function<byte[], String> partDecoder) {
    return TextColumnBuilder.ofBytes(
        name, field.byteOffset(), Math.toIntExact(field.byteSize()), decoder, partDecoder);
  }

  private static Function<byte[], String> decoder(Field field) {
    boolean isAddress =
        switch (field.format()) {
          case IPV4 -> field.byteSize() == 4;
          case IPV6 -> field.byteSize() == 16;
          case MAC -> field.byteSize() == 6;
          default -> false;
        };
    return isAddress ? Addresses::text : Text::hex;
  }

  private static String composite(FieldReader reader, byte[] raw) {
    Object value = reader.value(MemorySegment.ofArray(raw), -reader.field().byteOffset());
    return bounded(value.toString());
  }

  /** The whole elements of an array of which only the first bytes are there. */
  private static String elements(Btf btf, FieldReader reader, byte[] part) {
    Field field = reader.field();
    if (!(btf.resolved(field.type()) instanceof BtfType.Array array)) {
      return "";
    }
    byte[] raw = Arrays.copyOf(part, (int) field.byteSize());
    int count = (int) (part.length / Math.max(1, btf.byteSize(array.element())));
    Object all = reader.value(MemorySegment.ofArray(raw), -field.byteOffset());
    return count > 0 && all instanceof List<?> list
        ? bounded(MeantList.first(list, count).toString())
        : "";
  }

  private static String bounded(String text) {
    return text.length() <= COMPOSITE_CHARS ? text : text.substring(0, COMPOSITE_CHARS) + "…";
  }
}
