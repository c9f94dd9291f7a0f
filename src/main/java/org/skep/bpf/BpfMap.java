package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.skep.UnsupportedFeatureException;
import org.skep.btf.Format;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.table.PerCpu;
import org.skep.table.ValueType;
import tech.tablesaw.api.Table;

/**
 * A map of a loaded object: what programs and this process share.
 *
 * <p>Keys and values are Java values by their C types: a number for a scalar, a {@code String} for
 * {@code char[]}, a {@code Map} by member names for a struct, a {@code List} for an array. A struct
 * is also written from a record or from JSON text. Where the source gives sizes only, they are
 * {@code byte[]}. A {@code byte[]} of the right length is always taken as it is.
 *
 * <p>Where a map holds something of the kernel, that is what is put and what is seen: a {@link
 * BpfProgram} in an array of programs, a {@link BpfMap} in a map of maps, a path in an array of
 * control groups, a network interface by name in a device map, a socket in a map of sockets. They
 * are read as {@link Reference}s. The keys of a trie are prefixes such as {@code "10.0.0.0/8"};
 * those of storages are the process, socket, file or control group that a value belongs to.
 *
 * <p>In a per-CPU map a value is a {@code List} with one element for each possible processor, by
 * number; a single value is written for every processor.
 *
 * <p>Safe for many threads. Every method but {@link #name()} and its like is refused with an {@link
 * IllegalStateException} once the object is closed.
 */
public final class BpfMap {
  private final MapHome home;
  private final String name;
  private final int fd;
  private final boolean globals;
  private final MapShape shape;
  private final EntryReader reader;
  private volatile Forms forms;
  private volatile EntryAccess access;
  private volatile MapReading reading;
  private final EventState events = new EventState();
  private @Nullable UserRing userRing;

  BpfMap(MapHome home, String name, int fd, MapInfo info, boolean globals) {
    this.home = home;
    this.name = name;
    this.fd = fd;
    this.globals = globals;
    this.shape = info.shape();
    this.forms = Forms.of(home, info);
    this.access = new EntryAccess(name, home.lifetime(), fd, shape, forms);
    this.reader = MapReading.reader(home, name, fd, shape);
    this.reading = new MapReading(home, name, fd, shape, reader, forms, globals);
  }

  /** A map of a loaded object. */
  static BpfMap of(BpfObject object, String name, MemorySegment pointer) {
    int fd = LibbpfMap.bpf_map__fd(pointer);
    MapInfo asked = MapInfo.of(name, fd);
    MapInfo info =
        new MapInfo(
            asked.shape(),
            asked.name(),
            asked.btf(),
            typeOf(object, name, "key", LibbpfMap.bpf_map__btf_key_type_id(pointer)),
            typeOf(object, name, "value", LibbpfMap.bpf_map__btf_value_type_id(pointer)),
            asked.linuxValueType());
    boolean globals = LibbpfMap.bpf_map__is_internal(pointer);
    Optional<BpfObject> owner = Optional.of(object);
    MapHome home =
        new MapHome(
            globals ? object.name() : object.name() + ".",
            object.lifetime(),
            object.mappings(),
            object.types(),
            () -> owner,
            pointer);
    return new BpfMap(home, name, fd, info, globals);
  }

  private static int typeOf(BpfObject object, String map, String member, int known) {
    return known != 0 ? known : DeclaredTypes.of(object.types(), map, member).value();
  }

  /**
   * Any map of the running Linux by its number, which bpftool shows, with the types that were
   * loaded with it. It is held until nobody can reach the result any more.
   *
   * @throws org.skep.SyscallException if there is none, or this process may not see it
   */
  public static BpfMap ofId(int id) {
    return MapHome.byId(id);
  }

  /**
   * The map that is pinned at a path. It is held until nobody can reach the result any more.
   *
   * @throws org.skep.SyscallException if none is pinned there
   */
  public static BpfMap pinned(Path path) {
    return MapHome.pinned(path);
  }

  private KeylessAccess keyless(int ability) {
    MapAbilities.require(name, shape, ability);
    return new KeylessAccess(name, home.lifetime(), fd, shape, forms.value());
  }

  /** Its name in the source. */
  public String name() {
    return name;
  }

  /** What kind of map it is. */
  public BpfMapType type() {
    return shape.type();
  }

  /** How many entries it can hold. */
  public int maxEntries() {
    return (int) Math.min(Integer.MAX_VALUE, shape.maxEntries());
  }

  /** The kernel's number of the map, as bpftool shows it. */
  public int id() {
    return shape.id();
  }

  /**
   * The object that it is part of.
   *
   * @throws IllegalStateException if it is part of none, but was asked for by number or path
   */
  public BpfObject owner() {
    return home.object()
        .get()
        .orElseThrow(() -> new IllegalStateException("map '" + name + "' is no part of an object"));
  }

  /**
   * The value of a key; empty where the map has no such key.
   *
   * @throws IllegalArgumentException if the key is none of the map's type; the message shows the
   *     type
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot be read so
   */
  public Optional<Object> get(Object wanted) {
    MapAbilities.require(name, shape, BpfMapType.Ability.READ);
    return access.get(wanted);
  }

  /**
   * Sets the value of a key, which need not be there. Into an array of programs a {@link
   * BpfProgram} is put, into a map of maps a {@link BpfMap}.
   *
   * @throws IllegalArgumentException if key or value is none of the map's type
   * @throws org.skep.SyscallException if the map is full or read-only, or an array without such an
   *     index
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot be written so
   */
  public void put(Object newKey, Object newValue) {
    MapAbilities.require(name, shape, BpfMapType.Ability.WRITE);
    access.put(newKey, newValue);
    if (newValue instanceof BpfProgram program && shape.type() == BpfMapType.PROG_ARRAY) {
      program.tailCalledFrom(name + "[" + newKey + "]");
    }
  }

  /**
   * Removes a key.
   *
   * @return whether it was there
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot lose a key
   */
  public boolean remove(Object oldKey) {
    MapAbilities.require(name, shape, BpfMapType.Ability.REMOVE);
    return access.remove(oldKey);
  }

  /**
   * Adds a value to a queue, a stack or a bloom filter.
   *
   * @throws IllegalArgumentException if the value is none of the map's type
   * @throws org.skep.SyscallException if it is full
   * @throws org.skep.UnsupportedFeatureException if the map is none of these
   */
  public void push(Object value) {
    keyless(BpfMapType.Ability.PUSH).push(value, false);
  }

  /**
   * The value that {@link #pop()} would take; empty where there is none. It stays there.
   *
   * @throws org.skep.UnsupportedFeatureException if the map is no queue or stack
   */
  public Optional<Object> peek() {
    return keyless(BpfMapType.Ability.HEAD).head(false);
  }

  /**
   * Takes a value: of a queue the oldest, of a stack the newest; empty where there is none. The
   * program that reads it will not find it.
   *
   * @throws org.skep.UnsupportedFeatureException if the map is no queue or stack
   */
  public Optional<Object> pop() {
    return keyless(BpfMapType.Ability.HEAD).head(true);
  }

  /**
   * Whether the map has this key. Of a bloom filter: whether this value may have been added; false
   * is certain.
   *
   * @throws IllegalArgumentException if it is none of the map's type
   */
  public boolean contains(Object wanted) {
    return shape.type() == BpfMapType.BLOOM_FILTER
        ? keyless(BpfMapType.Ability.MEMBER).contains(wanted)
        : get(wanted).isPresent();
  }

  /**
   * The map that is at a key of an array or hash of maps now. It stays what it is when another is
   * put there.
   *
   * @throws NoSuchElementException if there is none
   * @throws org.skep.UnsupportedFeatureException if this is no map of maps
   */
  public BpfMap inner(Object wanted) {
    if (!shape.type().holdsMaps()) {
      throw new UnsupportedFeatureException(
          "look into map '" + name + "'",
          "a map of type " + shape.type().words() + " holds no maps",
          "maps of type array_of_maps and hash_of_maps do");
    }
    return switch (get(wanted).orElse(null)) {
      case Reference r -> home.names().ownMap(r.id()).orElseGet(() -> ofId((int) r.id()));
      case null, default ->
          throw new NoSuchElementException(
              "look into map '" + name + "': no map at '" + wanted + "' (put one)");
    };
  }

  /** The type of its keys; of size 0 where it has none. */
  public ValueType key() {
    return forms.key().type();
  }

  /** The type of its values, of one processor where it is per CPU. */
  public ValueType value() {
    return forms.value().type();
  }

  /**
   * Reads all entries, with how complete the reading is.
   *
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot be walked
   */
  public Snapshot snapshot() {
    return snapshot(Integer.MAX_VALUE);
  }

  /**
   * Reads entries until there are about so many.
   *
   * @param limit the number of entries to stop at; a batch that was begun is read to its end
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot be walked
   */
  public Snapshot snapshot(int limit) {
    requireReadable();
    return reading.snapshot(limit, PerCpu.EACH);
  }

  /**
   * Reads all entries, the values of the processors combined.
   *
   * @param how of no effect where a map is not per CPU
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot be walked
   */
  public Snapshot snapshot(PerCpu how) {
    requireReadable();
    return reading.snapshot(Integer.MAX_VALUE, how);
  }

  private void requireReadable() {
    if (!shape.type().can(BpfMapType.Ability.HEAD)) {
      MapAbilities.require(name, shape, BpfMapType.Ability.WALK);
    }
  }

  /** Reads all entries as a table; see {@link Snapshot#table()}. */
  public Table table() {
    return snapshot().table();
  }

  /** Reads a per-CPU map with a row and a column {@code cpu} for each key and processor. */
  public Table perCpu() {
    return snapshot(PerCpu.EACH).table();
  }

  /** Reads a per-CPU map with a row for each key: each number the sum over the processors. */
  public Table sum() {
    return snapshot(PerCpu.SUM).table();
  }

  /** Reads a per-CPU map with a row for each key: each number the largest of the processors'. */
  public Table max() {
    return snapshot(PerCpu.MAX).table();
  }

  /** Reads a per-CPU map with a row for each key: each number the smallest of the processors'. */
  public Table min() {
    return snapshot(PerCpu.MIN).table();
  }

  /**
   * Gives values a type of C that the source did not give, as where it says {@code value_size}
   * only. From now on they are read, written and shown by it, whoever asks.
   *
   * @param valueType such as {@code struct flow}; one of the object, else of the running Linux
   * @return this map
   * @throws IllegalArgumentException if there is no such type, or it is of another size
   */
  public BpfMap as(String valueType) {
    return as(codec(key()), typed("values", valueType, shape.valueBytes()));
  }

  /**
   * Gives keys and values a type, as {@link #as(String)} does for values.
   *
   * @return this map
   * @throws IllegalArgumentException if there is no such type, or it is of another size
   */
  public BpfMap as(String keyType, String valueType) {
    return as(
        typed("keys", keyType, shape.keyBytes()), typed("values", valueType, shape.valueBytes()));
  }

  private synchronized BpfMap as(Codec keys, Codec values) {
    forms = forms.as(shape, keys, values);
    access = new EntryAccess(name, home.lifetime(), fd, shape, forms);
    reading = new MapReading(home, name, fd, shape, reader, forms, globals);
    return this;
  }

  private static Codec codec(ValueType type) {
    return Codec.of(type);
  }

  private Codec typed(String what, String type, int bytes) {
    return Codec.of(Forms.named(home.types(), name, what, type, bytes));
  }

  /**
   * Says what a column of its tables means from now on, as a marker of {@code skep.h} would have.
   *
   * @return this map
   * @throws IllegalArgumentException if there is no such column
   */
  public BpfMap format(String column, Format format) {
    reading.format(column, format);
    return this;
  }

  /**
   * Refuses every later change from outside of programs, for ever. Programs go on writing, unless
   * the map was made with {@code BPF_F_RDONLY_PROG}.
   *
   * @return this map
   * @throws org.skep.SyscallException if it is refused, as for maps that are mapped for writing
   */
  public BpfMap freeze() {
    return done("freeze", withDescriptor(LibbpfSyscall::bpf_map_freeze));
  }

  /**
   * Pins it, so that it stays when the object closes and this process ends, until the path is
   * removed.
   *
   * @param path on a BPF file system, such as {@code /sys/fs/bpf/counts}
   * @return this map
   * @throws org.skep.SyscallException if it is refused
   */
  public BpfMap pin(Path path) {
    return done(
        "pin to '" + path + "'",
        withDescriptor(map -> LibbpfSyscall.bpf_obj_pin(map, path.toString())));
  }

  private BpfMap done(String operation, int result) {
    if (result < 0) {
      throw MapRefusals.of(operation, name, shape, -result);
    }
    return this;
  }

  /** The events of a ring or perf buffer, to be read as {@link EventSource} says. */
  public EventSource events() {
    return new EventSource(this);
  }

  /**
   * Sends an event to the programs that read a user ring buffer. They read it when they run next.
   *
   * @param value of the type that the map's definition gives its value; or a {@code byte[]}
   * @throws IllegalStateException if the ring is full
   * @throws IllegalArgumentException if the value is none of the type, or there is no type
   * @throws UnsupportedFeatureException if the map is of another kind
   */
  public void send(Object value) {
    home.lifetime()
        .use(
            () -> {
              userRing().send(value);
              return true;
            });
  }

  private synchronized UserRing userRing() {
    UserRing made = userRing;
    if (made == null) {
      made = UserRing.of(this, fd, home.mappings().arena());
      userRing = made;
    }
    return made;
  }

  EventState eventState() {
    return events;
  }

  MapHome home() {
    return home;
  }

  MapShape shape() {
    return shape;
  }

  /**
   * Hands the functions of a struct_ops map to the kernel.
   *
   * @return what holds them there; the object owns it
   * @throws org.skep.UnsupportedFeatureException if the map is of another kind
   * @throws org.skep.SyscallException if it is refused
   */
  public BpfLink attach() {
    if (shape.type() != BpfMapType.STRUCT_OPS) {
      throw new UnsupportedFeatureException(
          "attach map '" + name + "'",
          "a map of type " + shape.type().words() + " is not attached",
          "maps of struct_ops are; programs are attached each on its own");
    }
    MemorySegment pointer = home.pointer();
    if (pointer == null) {
      throw new IllegalStateException("map '" + name + "' is no part of an object");
    }
    return home.lifetime()
        .use(
            () -> {
              var told = Libbpf.listen(() -> LibbpfMap.bpf_map__attach_struct_ops(pointer));
              AttachPoint point = new AttachPoint.StructOps(name);
              if (told.value().isNull()) {
                throw AttachRefusals.of(name, point, told.value().errno(), told.messages());
              }
              BpfLink link =
                  new BpfLink(
                      name, point, List.of(new NativeLink.OfLibbpf(told.value().segment())));
              owner().ownedLinks().add(link);
              return link;
            });
  }

  /** All entries as Java values, in the map's order: for a look at a small map. */
  public Map<Object, Object> entries() {
    MapAbilities.require(name, shape, BpfMapType.Ability.WALK);
    return reading.entries();
  }

  /**
   * All entries as objects of these classes, in the map's order. A struct is read into a record,
   * whose components have the names of its members; a number or text into the class of such.
   *
   * <pre>{@code
   * record Who(int pid, String comm) {}
   * Map<Who, Long> opened = opens.map("counts").entries(Who.class, Long.class);
   * }</pre>
   *
   * @throws IllegalArgumentException if what is there does not fit the classes
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot be walked, or have a
   *     value for each processor
   */
  public <K, V> Map<K, V> entries(Class<K> keyClass, Class<V> valueClass) {
    MapAbilities.require(name, shape, BpfMapType.Ability.WALK);
    if (shape.type().isPerCpu()) {
      throw new UnsupportedFeatureException(
          "read map '" + name + "' into records",
          "it has a value for each processor",
          "sum() and max() make tables of one, entries() has lists");
    }
    return reading.entries(keyClass, valueClass);
  }

  /** The memory of a section of global variables. */
  GlobalVariable.Memory memory() {
    var readable = home.mappings().readable(name, fd, shape);
    var writable = home.mappings().writable(name, fd, shape);
    return new GlobalVariable.Memory() {
      @Override
      public <T> T read(Function<MemorySegment, T> reader) {
        return home.lifetime().use(() -> reader.apply(readable.get()));
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

  Completeness read(EntrySink sink, long limit) {
    requireReadable();
    return reading.read(sink, limit);
  }

  /** The way that it is read, unless another is asked for. */
  EntryReader usualReader() {
    return reader;
  }

  /** The same map read in another way. */
  MapReading readingBy(EntryReader way) {
    return new MapReading(home, name, fd, shape, way, forms, globals);
  }

  /** Reads key by key, whatever faster way there is: the yardstick of the faster ways. */
  Completeness readPlainly(EntrySink sink) {
    return home.lifetime().use(() -> new KeyWalk(name, fd, shape).read(sink, Long.MAX_VALUE));
  }

  /** Reads in batches that begin with room for so many entries. */
  Completeness readByBatches(EntrySink sink, long first) {
    KeyWalk plain = new KeyWalk(name, fd, shape);
    return home.lifetime()
        .use(() -> new BatchReader(name, fd, shape, plain, first).read(sink, Long.MAX_VALUE));
  }

  <T> T withDescriptor(IntFunction<T> work) {
    return home.lifetime().use(() -> work.apply(fd));
  }

  @Override
  public String toString() {
    return shape.type().words()
        + " '"
        + name
        + "'"
        + home.object().get().map(o -> " of " + o.name()).orElse("");
  }
}
