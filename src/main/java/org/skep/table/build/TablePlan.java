package org.skep.table.build;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Field;
import org.skep.btf.Field.Kind;
import org.skep.btf.Fields;
import org.skep.btf.Format;
import org.skep.btf.TypeId;
import org.skep.table.BootClock;
import org.skep.table.PerCpu;
import org.skep.table.ValueType;
import org.skep.text.Nearest;

/**
 * How the keys and values of a map, or the events of a buffer, become the columns of a table. Made
 * once and used for every reading; never changes, and may be used from several threads.
 *
 * <p>Columns are named by member paths, {@code key} and {@code value} for scalars, with {@code
 * key.} or {@code value.} before a name that occurs in both. Their types depend on the C type
 * alone, with one exception:
 *
 * <ul>
 *   <li>integers of up to 16 bits are {@code INTEGER}, wider ones {@code LONG}. Where a value fits
 *       into no {@code long} (an unsigned one above 2^63), the column of this one table is a {@code
 *       DOUBLE}, a column {@code NAME.exact} has the digits as text, and a note says so;
 *   <li>{@code bool} is {@code BOOLEAN}, floating point {@code DOUBLE};
 *   <li>{@code char[]}, enums, pointers (hexadecimal), other bytes (hexadecimal), and arrays of
 *       more than 8 elements are {@code STRING};
 *   <li>{@link Format}: durations and sizes stay numbers and print with their units; a port is a
 *       number; a time is an {@code INSTANT}; addresses, error numbers and the like are text. Where
 *       the text hides a number, a column {@code NAME.raw} at the end of the table keeps it.
 * </ul>
 */
public final class TablePlan {
  /** What events have behind the size of their type, and whether there is always a column. */
  record Tail(Field field, boolean always) {}

  /** What may be set. */
  record Settings(
      int cpus,
      PerCpu perCpu,
      Map<String, Format> formats,
      Map<Format, LongFunction<String>> names,
      Supplier<LongFunction<Instant>> clock,
      @Nullable Function<byte[], String> keyText,
      @Nullable Function<byte[], String> valueText,
      @Nullable Tail tail) {

    Settings perCpu(int number, PerCpu how) {
      return new Settings(number, how, formats, names, clock, keyText, valueText, tail);
    }

    Settings formats(Map<String, Format> all) {
      return new Settings(cpus, perCpu, all, names, clock, keyText, valueText, tail);
    }

    Settings names(Map<Format, LongFunction<String>> all) {
      return new Settings(cpus, perCpu, formats, all, clock, keyText, valueText, tail);
    }

    Settings clock(Supplier<LongFunction<Instant>> other) {
      return new Settings(cpus, perCpu, formats, names, other, keyText, valueText, tail);
    }

    Settings keyText(Function<byte[], String> text) {
      return new Settings(cpus, perCpu, formats, names, clock, text, valueText, tail);
    }

    Settings tail(Tail other) {
      return new Settings(cpus, perCpu, formats, names, clock, keyText, valueText, other);
    }

    Settings valueText(Function<byte[], String> text) {
      return new Settings(cpus, perCpu, formats, names, clock, keyText, text, tail);
    }
  }

  /** A leaf of the key or value, with the name of its column. */
  private record Leaf(Field field, String column, boolean inKey) {}

  private final String name;
  private final @Nullable ValueType key;
  private final @Nullable ValueType value;
  private final Settings settings;
  private final ColumnNames names;
  private final List<Leaf> leaves;

  private TablePlan(
      String name, @Nullable ValueType key, @Nullable ValueType value, Settings settings) {
    this.name = name;
    this.key = key;
    this.value = value;
    this.settings = settings;
    List<Field> keyFields = fields(key, settings.keyText != null);
    List<Field> valueFields = new ArrayList<>(fields(value, settings.valueText != null));
    Tail tail = settings.tail;
    if (tail != null) {
      valueFields.add(tail.field);
    }
    this.names = new ColumnNames(keyFields, valueFields, hasCpuColumn() ? Set.of("cpu") : Set.of());
    this.leaves =
        Stream.concat(
                pair(keyFields, names.keyNames(), true).stream(),
                pair(valueFields, names.valueNames(), false).stream())
            .toList();
  }

  /**
   * A plan for rows of a key and a value.
   *
   * @param name of the table
   * @param key null where there is none, as for events
   * @param value null where there is none, as for a set of keys
   */
  public static TablePlan of(String name, @Nullable ValueType key, @Nullable ValueType value) {
    return new TablePlan(
        name,
        key,
        value,
        new Settings(0, PerCpu.EACH, Map.of(), Map.of(), BootClock::now, null, null, null));
  }

  /**
   * Values of so many CPUs lie one after the other, each rounded up to 8 bytes.
   *
   * @param how {@link PerCpu#EACH} for a row and a column {@code cpu} for each; else one row, in
   *     which all numbers are combined and all else is left out
   */
  public TablePlan perCpu(int cpus, PerCpu how) {
    return with(settings.perCpu(cpus, how));
  }

  /**
   * Gives a column another meaning than its declaration does.
   *
   * @throws IllegalArgumentException when there is no such column
   */
  public TablePlan format(String column, Format format) {
    var known = leaves.stream().map(Leaf::column).toList();
    String name = known.contains(column) ? column : names.renamed().getOrDefault(column, column);
    if (!known.contains(name)) {
      throw new IllegalArgumentException(
          "format '" + column + "': no such column" + Nearest.hint(column, known));
    }
    var formats = new LinkedHashMap<>(settings.formats);
    formats.put(name, format);
    return with(settings.formats(Map.copyOf(formats)));
  }

  /**
   * Says how numbers of a format are called: addresses of the running Linux, system calls, control
   * groups, stacks. Without it they stay numbers.
   */
  public TablePlan names(Format format, LongFunction<String> names) {
    var all = new LinkedHashMap<>(settings.names);
    all.put(format, names);
    return with(settings.names(Map.copyOf(all)));
  }

  /** Says how nanoseconds since boot become a time; by default by the clocks of this machine. */
  public TablePlan clock(LongFunction<Instant> clock) {
    return with(settings.clock(() -> clock));
  }

  /** Shows a key as one text made of all its bytes, in place of its members. */
  public TablePlan keyText(Function<byte[], String> text) {
    return with(settings.keyText(text));
  }

  /** Shows a value as one text made of all its bytes, in place of its members. */
  public TablePlan valueText(Function<byte[], String> text) {
    return with(settings.valueText(text));
  }

  /**
   * Gives what an event has behind the size of its type a column.
   *
   * @param field without bits, where the type ends: a flexible array of numbers or structs, or
   *     {@link Kind#BYTES}
   * @param always whether there is such a column too where no event has any
   */
  public TablePlan tail(Field field, boolean always) {
    return with(settings.tail(new Tail(field, always)));
  }

  private TablePlan with(Settings changed) {
    return new TablePlan(name, key, value, changed);
  }

  /** The name of the tables. */
  public String name() {
    return name;
  }

  /** The type of the keys. */
  public Optional<ValueType> key() {
    return Optional.ofNullable(key);
  }

  /** The type of the values. */
  public Optional<ValueType> value() {
    return Optional.ofNullable(value);
  }

  /** The columns that tell one row from another: those of the key, and {@code cpu}. */
  public List<String> keyColumns() {
    Stream<String> keys = leaves.stream().filter(Leaf::inKey).map(Leaf::column);
    return Stream.concat(keys, hasCpuColumn() ? Stream.of("cpu") : Stream.empty()).toList();
  }

  /** The members that the columns are read from, by the names of the columns. */
  public Map<String, Field> members() {
    Map<String, Field> members = new LinkedHashMap<>();
    for (Leaf leaf : leaves) {
      members.put(leaf.column, leaf.field);
    }
    return members;
  }

  /** Begins a table without rows. It belongs to one thread. */
  public TableBuilder rows() {
    return new TableBuilder(this);
  }

  Settings settings() {
    return settings;
  }

  boolean hasCpuColumn() {
    return settings.cpus > 0 && settings.perCpu == PerCpu.EACH;
  }

  private List<Leaf> pair(List<Field> fields, List<String> names, boolean inKey) {
    var pairs = new ArrayList<Leaf>();
    for (int i = 0; i < fields.size(); i++) {
      Format format = settings.formats.get(names.get(i));
      Field field = format == null ? fields.get(i) : fields.get(i).withFormat(format);
      pairs.add(new Leaf(field, names.get(i), inKey));
    }
    return pairs;
  }

  private static List<Field> fields(@Nullable ValueType type, boolean whole) {
    if (type == null) {
      return List.of();
    }
    return whole || type.btf() == null || type.type() == null
        ? List.of(
            new Field(
                "",
                TypeId.VOID,
                0,
                type.byteSize() * 8L,
                false,
                Kind.BYTES,
                false,
                false,
                Format.NONE))
        : Fields.flatten(type.btf(), type.type());
  }

  /** Fills for all columns, in the order of the columns. */
  ColumnBuilders fills() {
    var fills = new ColumnBuilders(names.renamed());
    names.notes().forEach(fills::note);
    var factory = new ColumnBuilderFactory(settings);
    for (Leaf leaf : leaves) {
      if (leaf.inKey) {
        fills.addKey(
            settings.keyText != null
                ? ColumnBuilderFactory.text(leaf.field, leaf.column, settings.keyText)
                : factory.of(key == null ? null : key.btf(), leaf.field, leaf.column, true),
            leaf.field);
      }
    }
    if (hasCpuColumn()) {
      fills.addValue(List.of(new CpuColumnBuilder("cpu")), null);
    }
    for (Leaf leaf : leaves) {
      if (!leaf.inKey && value != null) {
        fills.addValue(valueFill(factory, value, leaf, fills), leaf.field);
      }
    }
    return fills;
  }

  private List<ColumnBuilder> valueFill(
      ColumnBuilderFactory factory, ValueType type, Leaf leaf, ColumnBuilders fills) {
    if (settings.valueText != null) {
      return ColumnBuilderFactory.text(leaf.field, leaf.column, settings.valueText);
    }
    if (settings.cpus == 0 || settings.perCpu == PerCpu.EACH) {
      return factory.of(type.btf(), leaf.field, leaf.column, false);
    }
    List<ColumnBuilder> combined =
        type.btf() == null
            ? List.of()
            : factory.combined(type.btf(), leaf.field, leaf.column, settings.perCpu);
    if (combined.isEmpty()) {
      fills.note(
          "'"
              + leaf.column
              + "' is not a quantity and is left out where CPUs are combined (perCpu() has a row for"
              + " each)");
    }
    return combined;
  }
}
