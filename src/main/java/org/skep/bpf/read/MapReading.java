package org.skep.bpf.read;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.EntryAccess;
import org.skep.bpf.map.MapCodecs;
import org.skep.bpf.map.MapContext;
import org.skep.bpf.map.MapFd;
import org.skep.bpf.map.MapShape;
import org.skep.bpf.map.TypeConverter;
import org.skep.btf.Format;
import org.skep.table.NotedTable;
import org.skep.table.PerCpu;
import org.skep.table.build.TableBuilder;
import org.skep.table.build.TablePlan;
import org.skep.table.query.FirstRows;

/** Reads a map whole, into a table or as Java values, as its forms say. */
public final class MapReading {
  /** A mask: after so many entries it is looked whether to stop. */
  private static final int LOOKS = 0xfff;

  /** Room for more is made as it comes. */
  private static final int LARGEST_GUESS = 4_000_000;

  /** Rows that are looked at together where only the first are wanted. */
  private static final int PIECE = 500_000;

  private final MapContext context;
  private final String name;
  private final MapFd map;
  private final MapShape shape;
  private final MapCodecs codecs;
  private final EntryReader reader;
  private final boolean globals;
  private final boolean keyless;
  private volatile TablePlan plan;
  private volatile int expected;
  private volatile @Nullable LossCount lost;

  /**
   * @param globals whether it holds global variables, whose one key says nothing
   */
  MapReading(MapContext context, MapFd map, EntryReader reader, MapCodecs codecs, boolean globals) {
    this.context = context;
    this.map = map;
    this.name = map.name();
    this.shape = map.shape();
    this.codecs = codecs;
    this.globals = globals;
    this.keyless = globals || shape.keyBytes() == 0;
    this.reader = reader;
    this.plan = codecs.plan(context.prefix() + name, shape, context.names(), keyless);
  }

  /** The fastest way that a map of this shape can be read. */
  public static EntryReader reader(MapContext context, MapFd map) {
    MapShape shape = map.shape();
    if (shape.type().can(BpfMapType.Ability.HEAD)) {
      return new HeadReader(map);
    }
    KeyWalk plain = new KeyWalk(map);
    if (!shape.type().hasBatch()) {
      return plain;
    }
    BatchReader inBatches = BatchReader.of(map, plain);
    if (shape.type() == BpfMapType.LPM_TRIE) {
      return new TrieReader(inBatches);
    }
    if (shape.isMappable()) {
      return new MappedReader(
          shape, context.mappings().readable(map.name(), map.fd(), shape), inBatches);
    }
    if (!ForEachReader.canRead(shape)) {
      return inBatches;
    }
    ForEachReader walk = new ForEachReader(map.fd(), shape, inBatches);
    context.mappings().whenClosed(walk::close);
    return walk;
  }

  void format(String column, Format format) {
    plan = plan.format(column, format);
  }

  public Snapshot snapshot(int limit, PerCpu how) {
    Instant takenAt = Instant.now();
    long start = System.nanoTime();
    TablePlan by = shape.type().isPerCpu() ? plan.perCpu(shape.cpus(), how) : plan;
    TableBuilder rows = by.rows();
    rows.expect(expected); // a map that is read again mostly has as many
    long[] entries = {0};
    Completeness completeness =
        read(
            (keys, values, stride, count) -> {
              rows.add(keyless ? null : keys, shape.keyBytes(), values, stride, count);
              entries[0] += count;
            },
            limit);
    expected = (int) Math.min(entries[0], LARGEST_GUESS);
    NotedTable table = rows.drain(List.of());
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    List<String> losses = losses(entries[0]);
    return new Snapshot(
        table.withNote(Snapshot.note(completeness, entries[0], duration, losses)),
        losses,
        by.keyColumns(),
        by.members(),
        completeness,
        takenAt,
        start,
        duration,
        entries[0]);
  }

  /**
   * The first rows, without keeping the others; empty if the pieces have columns of different
   * types, as where numbers above 2^63 are in some alone.
   */
  public Optional<NotedTable> first(FirstRows first, PerCpu how) {
    long start = System.nanoTime();
    TableBuilder rows = (shape.type().isPerCpu() ? plan.perCpu(shape.cpus(), how) : plan).rows();
    long[] entries = {0};
    boolean[] same = {true};
    Completeness completeness =
        read(
            (keys, values, stride, count) -> {
              if (same[0]) {
                rows.add(keyless ? null : keys, shape.keyBytes(), values, stride, count);
                entries[0] += count;
                if (rows.rowCount() >= PIECE) {
                  same[0] = first.add(rows.drain(List.of()));
                }
              }
            },
            Integer.MAX_VALUE);
    if (!same[0] || !first.add(rows.drain(List.of()))) {
      return Optional.empty();
    }
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    return first.table(
        List.of(Snapshot.note(completeness, entries[0], duration, losses(entries[0]))));
  }

  /** What programs could not add, as far as anybody knows. */
  private List<String> losses(long entries) {
    List<String> losses = new ArrayList<>();
    if (shape.type().refusesWhenFull() && entries >= shape.maxEntries()) {
      losses.add("full, new keys are refused (max_entries is " + shape.maxEntries() + ")");
    }
    long refused = globals ? 0 : context.lifetime().use(() -> lossCount().now());
    if (refused > 0) {
      losses.add(refused + (refused == 1 ? " update was refused" : " updates were refused"));
    }
    return losses;
  }

  private LossCount lossCount() {
    LossCount known = lost;
    if (known == null) {
      known = LossCount.of(context, name);
      lost = known;
    }
    return known;
  }

  public Map<Object, Object> entries() {
    EntryAccess values = new EntryAccess(map, context.lifetime(), codecs);
    DistinctEntries<Object, Object> entries = new DistinctEntries<>(name);
    each(
        (keys, key, bytes, value) ->
            entries.add(
                codecs.key().read(keys, key),
                keys.asSlice(key, shape.keyBytes()),
                values.decode(bytes, value)));
    return entries.all();
  }

  public <K, V> Map<K, V> entries(Class<K> keyClass, Class<V> valueClass) {
    DistinctEntries<K, V> entries = new DistinctEntries<>(name);
    each(
        (keys, key, bytes, value) ->
            entries.add(
                TypeConverter.value(codecs.key(), keys, key, keyClass),
                keys.asSlice(key, shape.keyBytes()),
                TypeConverter.value(codecs.value(), bytes, value, valueClass)));
    return entries.all();
  }

  /** Takes an entry: where its key and its value are. */
  @FunctionalInterface
  private interface Entry {
    void take(MemorySegment keys, long key, MemorySegment values, long value);
  }

  /** A copy of entries that were read. */
  private record Piece(MemorySegment keys, MemorySegment values, long stride, int count) {}

  /** Reads all and hands over each entry afterwards, as that may run the user's own code. */
  private void each(Entry entry) {
    List<Piece> pieces = new ArrayList<>();
    read(
        (keys, values, stride, count) ->
            pieces.add(
                new Piece(
                    copy(keys, (long) count * shape.keyBytes()),
                    copy(values, count * stride),
                    stride,
                    count)),
        Long.MAX_VALUE);
    for (Piece piece : pieces) {
      for (int i = 0; i < piece.count; i++) {
        if ((i & LOOKS) == LOOKS) {
          EntryReader.endWhenInterrupted();
        }
        entry.take(piece.keys, (long) i * shape.keyBytes(), piece.values, i * piece.stride);
      }
    }
  }

  private static MemorySegment copy(MemorySegment from, long bytes) {
    MemorySegment copy = MemorySegment.ofArray(new long[Math.toIntExact(bytes / Long.BYTES + 1)]);
    MemorySegment.copy(from, 0, copy, 0, bytes);
    return copy;
  }

  public Completeness read(EntrySink sink, long limit) {
    return context.lifetime().use(() -> reader.read(sink, limit));
  }
}
