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
public record MapCodecs(ValueCodec key, ValueCodec value) {

  public static MapCodecs of(MapContext context, MapInfo info) {
    MapShape shape = info.shape();
    BtfCodec key =
        BtfCodec.of(
            context.types(),
            new TypeId(info.keyType()),
            shape.keyBytes(),
            context.names().byFormat());
    return new MapCodecs(keyOf(shape, key), valueOf(context, info));
  }

  /** The same with types given by hand. */
  public MapCodecs as(MapShape shape, BtfCodec newKey, BtfCodec newValue) {
    return new MapCodecs(
        key instanceof DescriptorCodec ? key : keyOf(shape, newKey),
        value instanceof BtfCodec ? newValue : value);
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

  private static ValueCodec keyOf(MapShape shape, BtfCodec key) {
    return switch (shape.type()) {
      case LPM_TRIE -> PrefixCodec.fits(key.type()) ? new PrefixCodec(key) : key;
      case SK_STORAGE -> owner(FileDescriptors::socket);
      case TASK_STORAGE -> owner(FileDescriptors::process);
      case INODE_STORAGE -> owner(FileDescriptors::file);
      case CGRP_STORAGE -> owner(FileDescriptors::cgroup);
      default -> isNumber(shape) && !key.type().isTyped() ? BtfCodec.of(RawTypes.U32) : key;
    };
  }

  /** Whether keys are numbers by the map's kind, whether or not the source says so. */
  private static boolean isNumber(MapShape shape) {
    return shape.type().hasIndexes() || shape.type() == BpfMapType.STACK_TRACE;
  }

  /** The key of a storage: a descriptor of what the value belongs to. */
  private static ValueCodec owner(ToIntFunction<Object> open) {
    return new DescriptorCodec(RawTypes.U32, open, fd -> fd, Format.NONE);
  }

  private static ValueCodec valueOf(MapContext context, MapInfo info) {
    MapShape shape = info.shape();
    KernelObjectNames names = context.names();
    ValueType number = shape.valueBytes() == Long.BYTES ? RawTypes.U64 : RawTypes.U32;
    return switch (shape.type()) {
      case PROG_ARRAY ->
          new DescriptorCodec(number, FileDescriptors::program, names::program, Format.PROGRAM);
      case ARRAY_OF_MAPS, HASH_OF_MAPS ->
          new DescriptorCodec(number, FileDescriptors::map, names::map, Format.MAP);
      case PERF_EVENT_ARRAY ->
          new DescriptorCodec(number, FileDescriptors::any, fd -> fd, Format.NONE);
      case CGROUP_ARRAY ->
          new DescriptorCodec(number, FileDescriptors::cgroup, fd -> fd, Format.NONE);
      case SOCKMAP, SOCKHASH, REUSEPORT_SOCKARRAY, XSKMAP ->
          new DescriptorCodec(number, FileDescriptors::socket, cookie -> cookie, Format.NONE);
      case DEVMAP, DEVMAP_HASH ->
          new RedirectCodec(
              shape.valueBytes() == Long.BYTES ? RawTypes.DEVMAP : number, true, names);
      case CPUMAP ->
          new RedirectCodec(
              shape.valueBytes() == Long.BYTES ? RawTypes.CPUMAP : number, false, names);
      case STACK_TRACE -> new StackCodec(ValueType.ofBytes(shape.valueBytes()), names);
      case STRUCT_OPS ->
          info.linuxValueType() == 0
              ? typed(context, info)
              : BtfCodec.of(
                  Optional.of(Btf.ofRunningLinux()),
                  new TypeId(info.linuxValueType()),
                  shape.valueBytes());
      default -> typed(context, info);
    };
  }

  private static BtfCodec typed(MapContext context, MapInfo info) {
    return BtfCodec.of(
        context.types(),
        new TypeId(info.valueType()),
        info.shape().valueBytes(),
        context.names().byFormat());
  }

  /** How they become columns. */
  public TablePlan plan(String title, MapShape shape, KernelObjectNames names, boolean keyless) {
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
