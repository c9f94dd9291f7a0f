package org.skep.bpf.map;

import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.skep.UnsupportedFeatureException;
import org.skep.btf.Btf;
import org.skep.btf.Format;
import org.skep.btf.TypeId;
import org.skep.table.PerCpu;
import org.skep.table.ValueType;
import org.skep.table.build.TablePlan;

/**
 * What the keys and values of a map are in Java, by its kind and its types.
 *
 * @param key of size 0 where it has none
 * @param value of one CPU where it is per CPU
 */
public record Forms(Form key, Form value) {

  public static Forms of(MapHome home, MapInfo info) {
    MapShape shape = info.shape();
    Codec key =
        Codec.of(
            home.types(), new TypeId(info.keyType()), shape.keyBytes(), home.names().byFormat());
    return new Forms(keyOf(shape, key), valueOf(home, info));
  }

  /** The same with types given by hand. */
  public Forms as(MapShape shape, Codec newKey, Codec newValue) {
    return new Forms(
        key instanceof DescriptorForm ? key : keyOf(shape, newKey),
        value instanceof Codec ? newValue : value);
  }

  /**
   * A type of C by its name, of an object or else of the running Linux.
   *
   * @param what is to be of it, for the message
   */
  public static ValueType named(
      Optional<Btf> types, String map, String what, String type, int bytes) {
    for (Optional<Btf> place : List.of(types, linux())) {
      Optional<ValueType> found =
          place.flatMap(btf -> btf.find(type).map(id -> ValueType.of(btf, id)));
      if (found.isPresent()) {
        if (found.get().byteSize() == bytes) {
          return found.get();
        }
        throw new IllegalArgumentException(
            "take "
                + what
                + " of map '"
                + map
                + "' as '"
                + type
                + "': they are of "
                + bytes
                + " bytes, not "
                + found.get().byteSize()
                + "\n"
                + found.get().layout());
      }
    }
    throw new IllegalArgumentException(
        "take "
            + what
            + " of map '"
            + map
            + "' as '"
            + type
            + "': no such type, neither in the object nor in the running Linux (a type that"
            + " nothing uses is not in the object)");
  }

  private static Optional<Btf> linux() {
    try {
      return Optional.of(Btf.ofRunningLinux());
    } catch (UnsupportedFeatureException e) {
      return Optional.empty();
    }
  }

  private static Form keyOf(MapShape shape, Codec key) {
    return switch (shape.type()) {
      case LPM_TRIE -> PrefixForm.fits(key.type()) ? new PrefixForm(key) : key;
      case SK_STORAGE -> owner(Descriptors::socket);
      case TASK_STORAGE -> owner(Descriptors::process);
      case INODE_STORAGE -> owner(Descriptors::file);
      case CGRP_STORAGE -> owner(Descriptors::cgroup);
      default -> isNumber(shape) && !key.type().isTyped() ? Codec.of(RawTypes.U32) : key;
    };
  }

  /** Whether keys are numbers by the map's kind, whether or not the source says so. */
  private static boolean isNumber(MapShape shape) {
    return shape.type().hasIndexes() || shape.type() == BpfMapType.STACK_TRACE;
  }

  /** The key of a storage: a descriptor of what the value belongs to. */
  private static Form owner(ToIntFunction<Object> open) {
    return new DescriptorForm(RawTypes.U32, open, fd -> fd, Format.NONE);
  }

  private static Form valueOf(MapHome home, MapInfo info) {
    MapShape shape = info.shape();
    KernelNames names = home.names();
    ValueType number = shape.valueBytes() == Long.BYTES ? RawTypes.U64 : RawTypes.U32;
    return switch (shape.type()) {
      case PROG_ARRAY ->
          new DescriptorForm(number, Descriptors::program, names::program, Format.PROGRAM);
      case ARRAY_OF_MAPS, HASH_OF_MAPS ->
          new DescriptorForm(number, Descriptors::map, names::map, Format.MAP);
      case PERF_EVENT_ARRAY -> new DescriptorForm(number, Descriptors::any, fd -> fd, Format.NONE);
      case CGROUP_ARRAY -> new DescriptorForm(number, Descriptors::cgroup, fd -> fd, Format.NONE);
      case SOCKMAP, SOCKHASH, REUSEPORT_SOCKARRAY, XSKMAP ->
          new DescriptorForm(number, Descriptors::socket, cookie -> cookie, Format.NONE);
      case DEVMAP, DEVMAP_HASH ->
          new RedirectForm(
              shape.valueBytes() == Long.BYTES ? RawTypes.DEVMAP : number, true, names);
      case CPUMAP ->
          new RedirectForm(
              shape.valueBytes() == Long.BYTES ? RawTypes.CPUMAP : number, false, names);
      case STACK_TRACE -> new StackForm(ValueType.ofBytes(shape.valueBytes()), names);
      case STRUCT_OPS ->
          info.linuxValueType() == 0
              ? typed(home, info)
              : Codec.of(
                  Optional.of(Btf.ofRunningLinux()),
                  new TypeId(info.linuxValueType()),
                  shape.valueBytes());
      default -> typed(home, info);
    };
  }

  private static Codec typed(MapHome home, MapInfo info) {
    return Codec.of(
        home.types(),
        new TypeId(info.valueType()),
        info.shape().valueBytes(),
        home.names().byFormat());
  }

  /** How they become columns. */
  public TablePlan plan(String title, MapShape shape, KernelNames names, boolean keyless) {
    TablePlan plan = names.in(TablePlan.of(title, keyless ? null : key.type(), value.type()));
    var keyText = key.text();
    if (keyText != null && !keyless) {
      plan = plan.keyText(keyText);
    }
    var valueText = value.text();
    if (valueText != null) {
      plan = plan.valueText(valueText);
    }
    for (var format : value.formats().entrySet()) {
      plan = plan.format(format.getKey(), format.getValue());
    }
    boolean ofGroups =
        shape.type() == BpfMapType.CGROUP_STORAGE
            || shape.type() == BpfMapType.PERCPU_CGROUP_STORAGE;
    if (ofGroups && key.type().isTyped()) {
      plan = plan.format(plan.keyColumns().getFirst(), Format.CGROUP);
    }
    return shape.type().isPerCpu() ? plan.perCpu(shape.cpus(), PerCpu.EACH) : plan;
  }
}
