package org.skep.bpf.read;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.BtfCodec;
import org.skep.bpf.map.EntryAccess;
import org.skep.bpf.map.GlobalVariable;
import org.skep.bpf.map.KeylessAccess;
import org.skep.bpf.map.MapAbilities;
import org.skep.bpf.map.MapCodecs;
import org.skep.bpf.map.MapContext;
import org.skep.bpf.map.MapErrors;
import org.skep.bpf.map.MapFd;
import org.skep.bpf.map.MapInfo;
import org.skep.bpf.map.MapShape;
import org.skep.btf.Format;
import org.skep.table.ValueType;

/** A map as this process holds it: its descriptor, and what was found out about using it. */
public final class KernelMap {
  private final MapContext context;
  private final String name;
  private final int fd;
  private final MapFd map;
  private final boolean globals;
  private final MapShape shape;
  private final EntryReader reader;
  private volatile MapCodecs codecs;
  private volatile EntryAccess access;
  private volatile MapReading reading;

  /**
   * @param globals whether it is a section of global variables
   */
  public KernelMap(MapContext context, String name, int fd, MapInfo info, boolean globals) {
    this.context = context;
    this.name = name;
    this.fd = fd;
    this.globals = globals;
    this.shape = info.shape();
    this.map = new MapFd(name, fd, shape);
    this.codecs = MapCodecs.of(context, info);
    this.access = new EntryAccess(map, context.lifetime(), codecs);
    this.reader = MapReading.reader(context, map);
    this.reading = readingBy(reader);
  }

  public MapContext context() {
    return context;
  }

  public String name() {
    return name;
  }

  public BpfMapType type() {
    return shape.type();
  }

  public MapShape shape() {
    return shape;
  }

  public MapCodecs codecs() {
    return codecs;
  }

  /** Its entries, by key. */
  public EntryAccess access(int ability) {
    MapAbilities.require(name, shape, ability);
    return access;
  }

  /** Its values, where there are no keys. */
  public KeylessAccess keyless(int ability) {
    MapAbilities.require(name, shape, ability);
    return new KeylessAccess(map, context.lifetime(), codecs.value());
  }

  /** All of it: of a queue or stack the head. */
  public MapReading reading() {
    if (!shape.type().can(BpfMapType.Ability.HEAD)) {
      MapAbilities.require(name, shape, BpfMapType.Ability.WALK);
    }
    return reading;
  }

  /** All its entries, by key. */
  public MapReading entries() {
    MapAbilities.require(name, shape, BpfMapType.Ability.WALK);
    return reading;
  }

  /** The way that it is read, unless another is asked for. */
  public EntryReader reader() {
    return reader;
  }

  /** The same map read in another way. */
  public MapReading readingBy(EntryReader way) {
    return new MapReading(context, map, way, codecs, globals);
  }

  /** Takes values as another type; keys too, if one is given. */
  public synchronized void as(@Nullable String keyType, String valueType) {
    BtfCodec keys =
        keyType == null
            ? BtfCodec.of(codecs.key().type(), context.names().byFormat())
            : typed("keys", keyType, shape.keyBytes());
    codecs = codecs.as(shape, keys, typed("values", valueType, shape.valueBytes()));
    access = new EntryAccess(map, context.lifetime(), codecs);
    reading = readingBy(reader);
  }

  private BtfCodec typed(String what, String type, int bytes) {
    ValueType found = MapCodecs.named(context.types(), name, what, type, bytes);
    return BtfCodec.of(found, context.names().byFormat());
  }

  public void format(String column, Format format) {
    reading.format(column, format);
  }

  /** Does something with the descriptor that can be refused. */
  public void change(String operation, IntFunction<Integer> work) {
    int result = withDescriptor(work);
    if (result < 0) {
      throw MapErrors.of(operation, name, shape, -result);
    }
  }

  public <T> T withDescriptor(IntFunction<T> work) {
    return context.lifetime().use(() -> work.apply(fd));
  }

  /** Its descriptor, while the map is in use. */
  public MapFd descriptor() {
    return map;
  }

  /** The memory of a section of global variables. */
  public GlobalVariable.Memory memory() {
    var readable = context.mappings().readable(name, fd, shape);
    var writable = context.mappings().writable(name, fd, shape);
    return new GlobalVariable.Memory() {
      @Override
      public <T> T read(Function<MemorySegment, T> from) {
        return context.lifetime().use(() -> from.apply(readable.get()));
      }

      @Override
      public void write(Consumer<MemorySegment> writer) {
        context
            .lifetime()
            .use(
                () -> {
                  writer.accept(writable.get());
                  return true;
                });
      }
    };
  }
}
