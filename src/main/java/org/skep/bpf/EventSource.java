package org.skep.bpf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.base.ResourceStack;
import org.skep.bpf.decode.EventStatus;
import org.skep.bpf.decode.EventTypeResolver;
import org.skep.bpf.decode.Events;
import org.skep.bpf.decode.TaggedEvents;
import org.skep.bpf.events.EventBuffer;
import org.skep.bpf.events.EventPoller;
import org.skep.bpf.events.EventState;
import org.skep.bpf.events.EventStream;
import org.skep.bpf.events.PerfBuffers;
import org.skep.bpf.events.RingEvents;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.read.KernelMap;
import org.skep.bpf.read.LossCount;
import org.skep.bpf.recording.EventFile;
import org.skep.bpf.recording.EventFiles;
import org.skep.bpf.recording.ParquetEventFile;
import org.skep.bpf.recording.Recording;
import org.skep.bpf.recording.RecordingWriter;
import org.skep.bpf.recording.Replay;
import org.skep.internal.libbpf.Libc;
import org.skep.table.NotedTable;

/**
 * How the events of a ring or perf buffer are to be read. It never changes: each setting gives
 * another.
 *
 * <pre>{@code
 * Events read = opens.map("log").events().read(Duration.ofSeconds(5));
 * Table t = read.table();
 *
 * try (EventStream stream = opens.map("log").events().keep(10_000).open()) {
 *   ...
 *   stream.table();
 * }
 * }</pre>
 *
 * <p>A ring holds the events that programs have sent since it was last read, as many as it has room
 * for. A perf buffer is there only while it is read: what was sent before is gone.
 */
public final class EventSource {
  /** How many events are kept where nothing else is said. */
  public static final int KEPT = 1_000_000;

  private static final int OVERWRITE = 1 << 19;
  private static final long PERF_BYTES = 256 << 10;

  private record Settings(
      @Nullable String type,
      @Nullable String tag,
      Map<String, String> types,
      int keep,
      boolean buffered,
      long bufferBytes,
      @Nullable Path recording,
      @Nullable Path parquet,
      Map<String, String> about) {
    Settings typed(@Nullable String one, @Nullable String member, Map<String, String> many) {
      return new Settings(
          one, member, many, keep, buffered, bufferBytes, recording, parquet, about);
    }

    Settings kept(int rows) {
      return new Settings(type, tag, types, rows, buffered, bufferBytes, recording, parquet, about);
    }

    Settings withBuffered() {
      return new Settings(type, tag, types, keep, true, bufferBytes, recording, parquet, about);
    }

    Settings buffered(long bytes) {
      return new Settings(type, tag, types, keep, buffered, bytes, recording, parquet, about);
    }

    Settings recorded(Path file, Map<String, String> words) {
      return new Settings(type, tag, types, keep, buffered, bufferBytes, file, parquet, words);
    }

    Settings spilled(Path file, Map<String, String> words) {
      return new Settings(type, tag, types, keep, buffered, bufferBytes, recording, file, words);
    }
  }

  private final KernelMap map;
  private final EventState state;
  private final Settings settings;

  /**
   * @param state what the readings of the map have to know of each other
   */
  EventSource(KernelMap map, EventState state) {
    this(
        map,
        state,
        new Settings(null, null, Map.of(), KEPT, false, PERF_BYTES, null, null, Map.of()));
  }

  private EventSource(KernelMap map, EventState state, Settings settings) {
    this.map = map;
    this.state = state;
    this.settings = settings;
  }

  /**
   * Says the type of the events, where the object does not tell.
   *
   * @param name such as {@code struct event}; a type of the object, or else of the running Linux
   */
  public EventSource type(String name) {
    return new EventSource(map, state, settings.typed(name, null, Map.of()));
  }

  /**
   * Says how events of several types are told apart.
   *
   * @param tag a member that all the types have in the same place
   * @param types for each value of the tag, a number or the name of an enumerator, the type
   */
  public EventSource types(String tag, Map<String, String> types) {
    return new EventSource(map, state, settings.typed(null, tag, new LinkedHashMap<>(types)));
  }

  /**
   * Says how many events stay in the table: the last so many, of each type.
   *
   * @param rows at least 1
   */
  public EventSource keep(int rows) {
    if (rows < 1 || rows > Replay.MOST_ROWS) {
      throw new IllegalArgumentException(
          "keep " + rows + " events of '" + map.name() + "': expected 1 to " + Replay.MOST_ROWS);
    }
    return new EventSource(map, state, settings.kept(rows));
  }

  /**
   * Keeps the events that are in the ring when a timed reading begins, which else are counted and
   * skipped. {@link EventStatus#before} tells how many they were; they are not part of the rate.
   */
  public EventSource withBuffered() {
    return new EventSource(map, state, settings.withBuffered());
  }

  /**
   * Says how large a perf buffer is for each CPU, rounded up to a power of two.
   *
   * @throws IllegalArgumentException for a ring, whose size is that of its map
   */
  public EventSource bufferBytes(long bytes) {
    if (map.type() == BpfMapType.RINGBUF) {
      throw new IllegalArgumentException(
          "buffer "
              + bytes
              + " bytes of '"
              + map.name()
              + "': a ring has the size of its map (max_entries in the source, or --size "
              + map.name()
              + "=BYTES)");
    }
    if (bytes < 1 || bytes > 1 << 30) {
      throw new IllegalArgumentException(
          "buffer " + bytes + " bytes of '" + map.name() + "': expected 1 to " + (1 << 30));
    }
    return new EventSource(map, state, settings.buffered(bytes));
  }

  /**
   * Writes the events into a file too, all of them, for {@link Recording} to read anywhere.
   *
   * @param about what the file is to say of itself, such as {@code clang} and {@code source}
   */
  public EventSource record(Path file, Map<String, String> about) {
    return new EventSource(map, state, settings.recorded(file, new LinkedHashMap<>(about)));
  }

  /**
   * Writes the events into a Parquet file too, all of them, with the columns of the table; so the
   * table need hold no more than {@link #keep} says. The file can be read while it is written, and
   * loses the last few seconds when the process is killed; one that is there is replaced.
   *
   * @param about what the file is to say of itself, such as {@code clang} and {@code source}
   */
  public EventSource parquet(Path file, Map<String, String> about) {
    return new EventSource(map, state, settings.spilled(file, new LinkedHashMap<>(about)));
  }

  /**
   * Reads for a time, from now on: what is in the ring already is skipped, unless {@link
   * #withBuffered} says otherwise. With {@link Duration#ZERO}, reads what is in the ring now.
   *
   * @throws InterruptedException if the thread is interrupted; what was read is lost then: {@link
   *     #open} keeps it
   */
  public Events read(Duration time) throws InterruptedException {
    try (EventStream stream = open(time, Long.MAX_VALUE)) {
      return stream.await();
    }
  }

  /**
   * Reads until there are so many events, with those that are in the ring already; see {@link
   * #read(Duration)}.
   */
  public Events read(long count) throws InterruptedException {
    try (EventStream stream = open(null, count)) {
      return stream.await();
    }
  }

  /**
   * The table before the first event: its columns, and no rows. Nothing is read, and no file is
   * written.
   *
   * @throws IllegalArgumentException as {@link #open(Duration, long)} says
   * @throws UnsupportedFeatureException if the map carries no events
   */
  public NotedTable empty() {
    requireEvents();
    TaggedEvents kinds = kinds(settings.keep, false);
    return kinds.table(kinds.tables());
  }

  /** Begins to read in the background, what is in the ring already first, until it is closed. */
  public EventStream open() {
    return open(null, Long.MAX_VALUE);
  }

  /**
   * Begins to read in the background.
   *
   * @param time how long at most, from now on, as {@link #read(Duration)} says; null for no end
   * @param count how many events at most
   * @throws IllegalArgumentException if a type that was named is not there, or the object does not
   *     tell which of several types the events have
   * @throws IllegalStateException if the map is being read already, or its object is closed
   * @throws org.skep.SyscallException if Linux refuses it
   * @throws java.io.UncheckedIOException if a file that is to have the events cannot be written
   * @throws UnsupportedFeatureException if the map carries no events
   */
  public EventStream open(@Nullable Duration time, long count) {
    requireEvents();
    TaggedEvents kinds = kinds(settings.keep, false);
    LossCount loss = LossCount.of(map.context(), map.name());
    boolean perf = map.type() == BpfMapType.PERF_EVENT_ARRAY;
    boolean skips = !perf && time != null && time.isPositive() && !settings.buffered;
    long told = state.begin(map.name());
    try (var opening = new ResourceStack()) {
      opening.add(() -> state.end(told));
      List<EventFile> files = files(kinds, opening);
      long start = System.nanoTime();
      EventBuffer buffer = buffer(skips);
      opening.add(buffer::close);
      EventPoller wait = new EventPoller(buffer.descriptors());
      opening.add(wait::close);
      long lossBefore = perf ? 0 : skips ? loss.now() : told;
      var sinks = new EventFiles(kinds, files);
      var parts = new EventStream.Parts(state, buffer, wait, kinds, sinks, loss, lossBefore);
      EventStream stream = new EventStream(map, parts, start, time, count).start();
      opening.done();
      return stream;
    }
  }

  private List<EventFile> files(TaggedEvents kinds, ResourceStack opening) {
    List<EventFile> files = new ArrayList<>();
    Path recording = settings.recording;
    Path parquet = settings.parquet;
    if (recording != null && parquet != null) {
      EventFiles.requireTwo(recording, parquet);
    }
    if (recording != null) {
      EventFile file = new RecordingWriter(recording, map, kinds, settings.about);
      opening.add(file::close);
      files.add(file);
    }
    if (parquet != null) {
      EventFile file =
          new ParquetEventFile(parquet, map, kinds(ParquetEventFile.room(), true), settings.about);
      opening.add(file::close);
      files.add(file);
    }
    return files;
  }

  private void requireEvents() {
    if (map.type() != BpfMapType.RINGBUF && map.type() != BpfMapType.PERF_EVENT_ARRAY) {
      throw new UnsupportedFeatureException(
          "read events of '" + map.name() + "'",
          "map type " + map.type().words() + " is not an event buffer",
          map.type() == BpfMapType.USER_RINGBUF
              ? "it passes events to a program: send them"
              : "it has entries: read it as a table");
    }
    if (map.type() == BpfMapType.RINGBUF && (map.shape().flags() & OVERWRITE) != 0) {
      throw new UnsupportedFeatureException(
          "read events of '" + map.name() + "'",
          "in a ring with BPF_F_RB_OVERWRITE they may change while they are read",
          "make it without that flag");
    }
  }

  private EventBuffer buffer(boolean skips) {
    return map.withDescriptor(
        fd ->
            map.type() == BpfMapType.RINGBUF
                ? new RingEvents(map.name(), fd, map.shape().maxEntries(), skips)
                : new PerfBuffers(map.name(), fd, perfBytes()));
  }

  private long perfBytes() {
    long bytes = Math.max(settings.bufferBytes, Libc.getpagesize());
    return Long.highestOneBit(2 * bytes - 1);
  }

  private TaggedEvents kinds(int keep, boolean allColumns) {
    EventTypeResolver planner = new EventTypeResolver(map, keep, allColumns);
    String tag = settings.tag;
    return tag == null ? planner.one(settings.type) : planner.many(tag, settings.types);
  }

  @Override
  public String toString() {
    return "events of " + map.name();
  }
}
