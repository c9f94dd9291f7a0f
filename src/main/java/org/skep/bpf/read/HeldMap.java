package org.skep.bpf.read;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.Codec;
import org.skep.bpf.map.EntryAccess;
import org.skep.bpf.map.Forms;
import org.skep.bpf.map.GlobalVariable;
import org.skep.bpf.map.KeylessAccess;
import org.skep.bpf.map.MapAbilities;
import org.skep.bpf.map.MapFd;
import org.skep.bpf.map.MapHome;
import org.skep.bpf.map.MapInfo;
import org.skep.bpf.map.MapRefusals;
import org.skep.bpf.map.MapShape;
import org.skep.btf.Format;
import org.skep.table.ValueType;

/** A map as this process holds it: its descriptor, and what was found out about using it. */
public final class HeldMap {
  private final MapHome home;
  private final String name;
  private final int fd;
  private final MapFd map;
  private final boolean globals;
  private final MapShape shape;
  private final EntryReader reader;
  private volatile Forms forms;
  private volatile EntryAccess access;
  private volatile MapReading reading;

  /**
   * @param globals whether it is a section of global variables
   */
  public HeldMap(MapHome home, String name, int fd, MapInfo info, boolean globals) {
    this.home = home;
    this.name = name;
    this.fd = fd;
    this.globals = globals;
    this.shape = info.shape();
    this.map = new MapFd(name, fd, shape);
    this.forms = Forms.of(home, info);
    this.access = new EntryAccess(map, home.lifetime(), forms);
    this.reader = MapReading.reader(home, map);
    this.reading = readingBy(reader);
  }

  public MapHome home() {
    return home;
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

  public Forms forms() {
    return forms;
  }

  /** Its entries, by key. */
  public EntryAccess access(int ability) {
    MapAbilities.require(name, shape, ability);
    return access;
  }

  /** Its values, where there are no keys. */
  public KeylessAccess keyless(int ability) {
    MapAbilities.require(name, shape, ability);
    return new KeylessAccess(map, home.lifetime(), forms.value());
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
    return new MapReading(home, map, way, forms, globals);
  }

  /** Takes values as another type; keys too, if one is given. */
  public synchronized void as(@Nullable String keyType, String valueType) {
    Codec keys =
        keyType == null
            ? Codec.of(forms.key().type(), home.names().byFormat())
            : typed("keys", keyType, shape.keyBytes());
    forms = forms.as(shape, keys, typed("values", valueType, shape.valueBytes()));
    access = new EntryAccess(map, home.lifetime(), forms);
    reading = readingBy(reader);
  }

  private Codec typed(String what, String type, int bytes) {
    ValueType found = Forms.named(home.types(), name, what, type, bytes);
    return Codec.of(found, home.names().byFormat());
  }

  public void format(String column, Format format) {
    reading.format(column, format);
  }

  /** Does something with the descriptor that can be refused. */
  public void change(String operation, IntFunction<Integer> work) {
    int result = withDescriptor(work);
    if (result < 0) {
      throw MapRefusals.of(operation, name, shape, -result);
    }
  }

  public <T> T withDescriptor(IntFunction<T> work) {
    return home.lifetime().use(() -> work.apply(fd));
  }

  /** Its descriptor, while the map is in use. */
  public MapFd descriptor() {
    return map;
  }

  /** The memory of a section of global variables. */
  public GlobalVariable.Memory memory() {
    var readable = home.mappings().readable(name, fd, shape);
    var writable = home.mappings().writable(name, fd, shape);
    return new GlobalVariable.Memory() {
      @Override
      public <T> T read(Function<MemorySegment, T> from) {
        return home.lifetime().use(() -> from.apply(readable.get()));
      }

      @Override
      public void write(Consumer<MemorySegment> writer) {
        home.lifetime()
            .use(
                () -> {
                  writer.accept(writable.get());
                  return true;
                });
      }
    };
  }
}
