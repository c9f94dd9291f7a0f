package org.skep.bpf;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.attach.NativeLink;
import org.skep.bpf.attach.StructOpsAttacher;
import org.skep.bpf.base.MapHandle;
import org.skep.bpf.base.MemoryUse;
import org.skep.bpf.events.EventState;
import org.skep.bpf.events.UserRing;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.Reference;
import org.skep.bpf.read.KernelMap;
import org.skep.bpf.read.ManyEntries;
import org.skep.bpf.read.MapReading;
import org.skep.bpf.read.Snapshot;
import org.skep.btf.Format;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.table.NotedTable;
import org.skep.table.PerCpu;
import org.skep.table.ValueType;
import org.skep.table.query.FirstRows;

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
 * <p>In a per-CPU map a value is a {@code List} with one element for each possible CPU, by number;
 * a single value is written for every CPU.
 *
 * <p>Safe for many threads. Every method but {@link #name()} and its like is refused with an {@link
 * IllegalStateException} once the object is closed.
 */
public final class BpfMap implements ReadableMap, MapHandle {
  private final KernelMap held;
  private final Optional<BpfObject> object;
  private final EventState events = new EventState();
  private @Nullable UserRing userRing;

  /**
   * @param object that it is part of; empty if it was asked for by ID or path
   */
  BpfMap(KernelMap held, Optional<BpfObject> object) {
    this.held = held;
    this.object = object;
  }

  /**
   * Any map of the running Linux by its number, which bpftool shows, with the types that were
   * loaded with it. It is held until nobody can reach the result any more.
   *
   * @throws org.skep.SyscallException if there is none, or this process may not see it
   */
  public static BpfMap ofId(int id) {
    return MapOpener.byId(id);
  }

  /**
   * The map that is pinned at a path. It is held until nobody can reach the result any more.
   *
   * @throws org.skep.SyscallException if none is pinned there
   */
  public static BpfMap pinned(Path path) {
    return MapOpener.pinned(path);
  }

  @Override
  public String name() {
    return held.name();
  }

  /** What kind of map it is. */
  public BpfMapType type() {
    return held.shape().type();
  }

  /**
   * How much memory of the kernel it takes, in bytes, entries that are not made yet included where
   * its kind makes room for all at once; empty where the kernel does not tell. Exact from Linux 6.4
   * on, an estimate before.
   */
  public OptionalLong memory() {
    return withDescriptor(MemoryUse::of);
  }

  /** How many entries it can hold. */
  public int maxEntries() {
    return (int) Math.min(Integer.MAX_VALUE, held.shape().maxEntries());
  }

  /** The kernel's number of the map, as bpftool shows it. */
  public int id() {
    return held.shape().id();
  }

  /**
   * The object that it is part of.
   *
   * @throws IllegalStateException if it is part of none, but was asked for by number or path
   */
  public BpfObject owner() {
    return object.orElseThrow(
        () -> new IllegalStateException("map '" + name() + "' is not part of an object"));
  }

  /**
   * The value of a key; empty where the map has no such key.
   *
   * @throws IllegalArgumentException if the key is none of the map's type; the message shows the
   *     type
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot be read so
   */
  public Optional<Object> get(Object wanted) {
    return held.access(BpfMapType.Ability.READ).get(wanted);
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
    held.access(BpfMapType.Ability.WRITE).put(newKey, newValue);
    if (newValue instanceof BpfProgram program && type() == BpfMapType.PROG_ARRAY) {
      program.tailCalledFrom(name() + "[" + newKey + "]");
    }
  }

  /**
   * Sets the values of many keys, thousands in a call of the kernel where it has that. A key or
   * value that is none of the map's type is found before those that were taken together with it,
   * 65,536 or 8 MiB at most, are written.
   *
   * @return how many
   * @throws IllegalArgumentException if a key or value is none of the map's type
   * @throws org.skep.SyscallException if one is refused; the message says which, and how many were
   *     put before it
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot be written so
   */
  public int putAll(Map<?, ?> entries) {
    return new ManyEntries(held.access(BpfMapType.Ability.WRITE)).put(entries, this::put);
  }

  /**
   * Removes a key.
   *
   * @return whether it was there
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot lose a key
   */
  public boolean remove(Object oldKey) {
    return held.access(BpfMapType.Ability.REMOVE).remove(oldKey);
  }

  /**
   * Removes many keys, thousands in a call of the kernel where it has that.
   *
   * @return how many of them were there
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot lose a key
   */
  public int removeAll(Collection<?> keys) {
    return new ManyEntries(held.access(BpfMapType.Ability.REMOVE)).remove(keys, this::remove);
  }

  /**
   * Removes every key that is there now. Those that programs add meanwhile may stay.
   *
   * @return how many were removed
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot lose a key, or be
   *     walked
   */
  public int clear() {
    return new ManyEntries(held.access(BpfMapType.Ability.REMOVE)).clear(held.entries());
  }

  /**
   * Adds a value to a queue, a stack or a bloom filter.
   *
   * @throws IllegalArgumentException if the value is none of the map's type
   * @throws org.skep.SyscallException if it is full
   * @throws org.skep.UnsupportedFeatureException if the map is none of these
   */
  public void push(Object value) {
    held.keyless(BpfMapType.Ability.PUSH).push(value, false);
  }

  /**
   * The value that {@link #pop()} would take; empty where there is none. It stays there.
   *
   * @throws org.skep.UnsupportedFeatureException if the map is not a queue or stack
   */
  public Optional<Object> peek() {
    return held.keyless(BpfMapType.Ability.HEAD).head(false);
  }

  /**
   * Takes a value: of a queue the oldest, of a stack the newest; empty where there is none. The
   * program that reads it will not find it.
   *
   * @throws org.skep.UnsupportedFeatureException if the map is not a queue or stack
   */
  public Optional<Object> pop() {
    return held.keyless(BpfMapType.Ability.HEAD).head(true);
  }

  /**
   * Whether the map has this key. Of a bloom filter: whether this value may have been added; false
   * is certain.
   *
   * @throws IllegalArgumentException if it is none of the map's type
   */
  public boolean contains(Object wanted) {
    return type() == BpfMapType.BLOOM_FILTER
        ? held.keyless(BpfMapType.Ability.MEMBER).contains(wanted)
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
    if (!type().holdsMaps()) {
      throw new UnsupportedFeatureException(
          "look into map '" + name() + "'",
          "a map of type " + type().words() + " holds no maps",
          "maps of type array_of_maps and hash_of_maps do");
    }
    return switch (get(wanted).orElse(null)) {
      case Reference r -> ownMap(r.id()).orElseGet(() -> ofId((int) r.id()));
      case null, default ->
          throw new NoSuchElementException(
              "look into map '" + name() + "': no map at '" + wanted + "' (put one)");
    };
  }

  private Optional<BpfMap> ownMap(long id) {
    return object.flatMap(o -> o.maps().stream().filter(m -> m.id() == id).findFirst());
  }

  /** The type of its keys; of size 0 where it has none. */
  public ValueType key() {
    return held.codecs().key().type();
  }

  /** The type of its values, of one CPU where it is per CPU. */
  public ValueType value() {
    return held.codecs().value().type();
  }

  @Override
  public Snapshot snapshot(int limit) {
    return held.reading().snapshot(limit, PerCpu.EACH);
  }

  @Override
  public Snapshot snapshot(PerCpu how) {
    return held.reading().snapshot(Integer.MAX_VALUE, how);
  }

  /**
   * The first rows of its table, without the memory of the others: for maps of many millions.
   *
   * @param first which rows; for this reading alone
   * @return empty where columns of different pieces have different types, as with numbers above
   *     2^63 in some alone: take a {@link #snapshot}
   */
  public Optional<NotedTable> first(FirstRows first, PerCpu how) {
    return held.reading().first(first, how);
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
    held.as(null, valueType);
    return this;
  }

  /**
   * Gives keys and values a type, as {@link #as(String)} does for values.
   *
   * @return this map
   * @throws IllegalArgumentException if there is no such type, or it is of another size
   */
  public BpfMap as(String keyType, String valueType) {
    held.as(keyType, valueType);
    return this;
  }

  /**
   * Says what a column of its tables means from now on, as a marker of {@code skep.h} would have.
   *
   * @return this map
   * @throws IllegalArgumentException if there is no such column
   */
  public BpfMap format(String column, Format format) {
    held.format(column, format);
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
    held.change("freeze", LibbpfSyscall::bpf_map_freeze);
    return this;
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
    held.change("pin to '" + path + "'", map -> LibbpfSyscall.bpf_obj_pin(map, path.toString()));
    return this;
  }

  /** The events of a ring or perf buffer, to be read as {@link EventSource} says. */
  public EventSource events() {
    return new EventSource(held, events);
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
    UserRing ring = withDescriptor(this::userRing);
    byte[] event = ring.bytes(value); // may run user code
    withDescriptor(
        _ -> {
          ring.send(event);
          return true;
        });
  }

  private synchronized UserRing userRing(int fd) {
    UserRing made = userRing;
    if (made == null) {
      made = held.context().mappings().make(arena -> UserRing.of(held, fd, arena));
      userRing = made;
    }
    return made;
  }

  /**
   * Hands the functions of a struct_ops map to the kernel.
   *
   * @return what holds them there; the object owns it
   * @throws org.skep.UnsupportedFeatureException if the map is of another kind
   * @throws org.skep.SyscallException if it is refused
   */
  public BpfLink attach() {
    var attacher = new StructOpsAttacher(held.name(), held.shape(), held.context().pointer());
    return held.context()
        .lifetime()
        .use(
            () -> {
              List<NativeLink> links = withDescriptor(attacher::attach);
              BpfLink made = new BpfLink(name(), new AttachPoint.StructOps(name()), links);
              owner().ownedLinks().add(made);
              return made;
            });
  }

  /**
   * All entries as Java values, in the map's order: for a look at a small map.
   *
   * @throws IllegalStateException if keys differ in padding alone, so that one Java value would
   *     stand for several
   */
  public Map<Object, Object> entries() {
    return held.entries().entries();
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
   * @throws IllegalStateException if one object would stand for several keys, as where the record
   *     leaves out a member
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot be walked, or have a
   *     value for each CPU
   */
  public <K, V> Map<K, V> entries(Class<K> keyClass, Class<V> valueClass) {
    MapReading reading = held.entries();
    if (type().isPerCpu()) {
      throw new UnsupportedFeatureException(
          "read map '" + name() + "' into records",
          "it has a value for each CPU",
          "sum() and max() make tables of one, entries() has lists");
    }
    return reading.entries(keyClass, valueClass);
  }

  /** What is behind it. */
  KernelMap held() {
    return held;
  }

  @Override
  public <T> T withDescriptor(IntFunction<T> work) {
    return held.withDescriptor(work);
  }

  @Override
  public String toString() {
    return type().words() + " '" + name() + "'" + object.map(o -> " of " + o.name()).orElse("");
  }
}
