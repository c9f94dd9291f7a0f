package org.skep.bpf;

import static java.nio.ByteOrder.nativeOrder;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.skep.UnsupportedFeatureException;
import org.skep.btf.TypeId;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfMap;
import org.skep.table.NotedTable;
import org.skep.table.PerCpu;
import org.skep.table.RowTable;
import org.skep.table.TablePlan;
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
 * <p>In a per-CPU map a value is a {@code List} with one element for each possible processor, by
 * number; a single value is written for every processor.
 *
 * <p>Safe for many threads. Every method but {@link #name()} and its like is refused with an {@link
 * IllegalStateException} once the object is closed.
 */
public final class BpfMap {
  private final BpfObject object;
  private final String name;
  private final MemorySegment pointer;
  private final int fd;
  private final boolean globals;
  private final MapShape shape;
  private final Codec key;
  private final Codec value;
  private final EntryAccess access;
  private final EntryReader reader;
  private volatile @Nullable TablePlan plan;

  BpfMap(BpfObject object, String name, MemorySegment pointer) {
    this.object = object;
    this.name = name;
    this.pointer = pointer;
    this.globals = LibbpfMap.bpf_map__is_internal(pointer);
    this.fd = LibbpfMap.bpf_map__fd(pointer);
    this.shape = MapShape.of(name, fd);
    this.key =
        Codec.of(
            object.types(),
            new TypeId(LibbpfMap.bpf_map__btf_key_type_id(pointer)),
            shape.keyBytes());
    this.value =
        Codec.of(
            object.types(),
            new TypeId(LibbpfMap.bpf_map__btf_value_type_id(pointer)),
            shape.valueBytes());
    this.access = new EntryAccess(name, object.lifetime(), fd, shape, key, value);
    this.reader = reader();
  }

  private EntryReader reader() {
    KeyWalk plain = new KeyWalk(name, fd, shape);
    if (shape.isMappable()) {
      return new MappedReader(shape, object.mappings().readable(name, fd, shape));
    }
    return shape.type().hasBatch() ? BatchReader.of(name, fd, shape, plain) : plain;
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

  /** The object that it is part of. */
  public BpfObject owner() {
    return object;
  }

  /**
   * The value of a key; empty where the map has no such key.
   *
   * @throws IllegalArgumentException if the key is none of the map's type; the message shows the
   *     type
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot be read so
   */
  public Optional<Object> get(Object wanted) {
    MapAbilities.require(name, shape.type(), BpfMapType.Ability.READ);
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
    switch (newValue) {
      case BpfProgram program when shape.type() == BpfMapType.PROG_ARRAY -> {
        program.withDescriptor(descriptor -> putDescriptor(newKey, descriptor));
        program.tailCalledFrom(name + "[" + newKey + "]");
      }
      case BpfMap inner when shape.type().holdsMaps() ->
          inner.withDescriptor(descriptor -> putDescriptor(newKey, descriptor));
      default -> {
        MapAbilities.require(name, shape.type(), BpfMapType.Ability.WRITE);
        access.put(newKey, newValue);
      }
    }
  }

  /** The kernel takes a descriptor, and gives back its own number of the program or map. */
  private boolean putDescriptor(Object newKey, int descriptor) {
    access.put(newKey, ByteBuffer.allocate(4).order(nativeOrder()).putInt(descriptor).array());
    return true;
  }

  /**
   * Removes a key.
   *
   * @return whether it was there
   * @throws org.skep.UnsupportedFeatureException if maps of this kind cannot lose a key
   */
  public boolean remove(Object oldKey) {
    MapAbilities.require(name, shape.type(), BpfMapType.Ability.REMOVE);
    return access.remove(oldKey);
  }

  /** The type of its keys; of size 0 where it has none. */
  public ValueType key() {
    return key.type();
  }

  /** The type of its values, of one processor where it is per CPU. */
  public ValueType value() {
    return value.type();
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
    Instant takenAt = Instant.now();
    long start = System.nanoTime();
    RowTable rows = plan().rows();
    long[] entries = {0};
    Completeness completeness =
        read(
            (keys, values, stride, count) -> {
              rows.add(globals ? null : keys, shape.keyBytes(), values, stride, count);
              entries[0] += count;
            },
            limit);
    NotedTable table = rows.table();
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    return new Snapshot(
        table.withNote(Snapshot.note(completeness, entries[0], duration)),
        completeness,
        takenAt,
        duration,
        entries[0]);
  }

  /** Reads all entries as a table; see {@link Snapshot#table()}. */
  public Table table() {
    return snapshot().table();
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
    return object
        .lifetime()
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
              object.ownedLinks().add(link);
              return link;
            });
  }

  private String title() {
    return globals ? object.name() + name : object.name() + "." + name;
  }

  private TablePlan plan() {
    TablePlan made = plan;
    if (made == null) {
      made = TablePlan.of(title(), globals ? null : key.type(), value.type());
      if (shape.type().isPerCpu()) {
        made = made.perCpu(shape.cpus(), PerCpu.EACH);
      }
      plan = made;
    }
    return made;
  }

  /** All entries as Java values, in the map's order: for a look at a small map. */
  public Map<Object, Object> entries() {
    Map<Object, Object> entries = new LinkedHashMap<>();
    read(
        (keys, values, stride, count) -> {
          for (int i = 0; i < count; i++) {
            entries.put(
                key.read(keys, (long) i * shape.keyBytes()), access.decode(values, i * stride));
          }
        },
        Long.MAX_VALUE);
    return entries;
  }

  /** The memory of a section of global variables. */
  GlobalVariable.Memory memory() {
    var readable = object.mappings().readable(name, fd, shape);
    var writable = object.mappings().writable(name, fd, shape);
    return new GlobalVariable.Memory() {
      @Override
      public <T> T read(Function<MemorySegment, T> reader) {
        return object.lifetime().use(() -> reader.apply(readable.get()));
      }

      @Override
      public void write(Consumer<MemorySegment> writer) {
        object
            .lifetime()
            .use(
                () -> {
                  writer.accept(writable.get());
                  return true;
                });
      }
    };
  }

  Completeness read(EntrySink sink, long limit) {
    MapAbilities.require(name, shape.type(), BpfMapType.Ability.WALK);
    return object.lifetime().use(() -> reader.read(sink, limit));
  }

  /** Reads key by key, whatever faster way there is: the yardstick of the faster ways. */
  Completeness readPlainly(EntrySink sink) {
    return object.lifetime().use(() -> new KeyWalk(name, fd, shape).read(sink, Long.MAX_VALUE));
  }

  /** Reads in batches that begin with room for so many entries. */
  Completeness readByBatches(EntrySink sink, long first) {
    KeyWalk plain = new KeyWalk(name, fd, shape);
    return object
        .lifetime()
        .use(() -> new BatchReader(name, fd, shape, plain, first).read(sink, Long.MAX_VALUE));
  }

  <T> T withDescriptor(IntFunction<T> work) {
    return object.lifetime().use(() -> work.apply(fd));
  }

  @Override
  public String toString() {
    return shape.type().words() + " '" + name + "' of " + object.name();
  }
}
