package org.skep.bpf.recording;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.skep.bpf.base.RecordingKeys;
import org.skep.bpf.decode.EventStatus;
import org.skep.bpf.decode.EventType;
import org.skep.bpf.decode.TaggedEvents;
import org.skep.bpf.read.KernelMap;
import org.skep.btf.Format;
import org.skep.host.LinuxVersion;
import org.skep.parquet.ColumnValues;
import org.skep.parquet.ParquetColumn;
import org.skep.parquet.ParquetWriter;
import org.skep.parquet.TableFile;
import org.skep.table.NotedTable;

/**
 * Events into a Parquet file, a group of rows at a time: no more than one group is in memory. What
 * has come since the last whole group is written every few seconds too, so that little is lost when
 * the process is killed.
 */
public final class ParquetEventFile implements EventFile {
  /** The rows of a group. */
  private static final int GROUP = 1 << 18;

  /** More than a look can add to a group before it is written. */
  private static final int ROOM = GROUP + (1 << 12);

  private static final Duration SELDOM = Duration.ofSeconds(3);
  private static final String RECORD = "record";

  /**
   * A column of the file.
   *
   * @param sources its name in the tables of the types that have it, by their number
   */
  private record Target(ParquetColumn column, Map<Integer, String> sources) {
    Target(ParquetColumn column) {
      this(column, new HashMap<>());
    }
  }

  private final TaggedEvents group;
  private final List<Target> targets;
  private final ParquetWriter writer;
  private long lastWritten = System.nanoTime();
  private int rowsWritten;

  /**
   * Begins a file.
   *
   * @param kinds makes the rows of a group; nobody else uses it
   */
  public ParquetEventFile(Path file, KernelMap map, TaggedEvents kinds, Map<String, String> about) {
    this.group = kinds;
    this.targets = targets(kinds);
    Map<String, String> all = new LinkedHashMap<>();
    all.put("table", map.context().prefix() + map.name());
    all.put(RecordingKeys.MAP, map.name());
    all.put(RecordingKeys.TIME, Instant.now().toString());
    all.put(RecordingKeys.LINUX, LinuxVersion.running().release());
    for (EventType type : kinds.types().values()) {
      all.put("type " + type.name(), type.plan().value().orElseThrow().layout());
    }
    all.putAll(about);
    this.writer = new ParquetWriter(file, targets.stream().map(Target::column).toList(), all);
  }

  /** How many rows a group of records may have before it is written. */
  public static int room() {
    return ROOM;
  }

  private static List<Target> targets(TaggedEvents kinds) {
    List<EventType> types = List.copyOf(kinds.types().values());
    Map<String, Target> byName = new LinkedHashMap<>();
    if (types.size() > 1) {
      ParquetColumn which = new ParquetColumn(RECORD, ParquetColumn.Kind.TEXT, Format.NONE);
      byName.put(RECORD, new Target(which));
    }
    for (int t = 0; t < types.size(); t++) {
      EventType type = types.get(t);
      NotedTable empty = type.plan().rows().table();
      for (ParquetColumn column : TableFile.columns(empty, type.plan().members())) {
        place(byName, column, type).sources.put(t, column.name());
      }
    }
    return List.copyOf(byName.values());
  }

  /** Columns of several types are one where they have the same name and hold the same. */
  private static Target place(Map<String, Target> byName, ParquetColumn column, EventType type) {
    Target there = byName.get(column.name());
    String name =
        there == null || (!column.name().equals(RECORD) && there.column.equals(column))
            ? column.name()
            : type.name() + "." + column.name();
    return byName.computeIfAbsent(
        name, n -> new Target(new ParquetColumn(n, column.kind(), column.format())));
  }

  @Override
  public void take(MemorySegment bytes, long offset, long stride, int length, int count) {
    group.take(bytes, offset, stride, length, count);
    if (group.rowCount() >= GROUP) {
      write(true);
    }
  }

  @Override
  public void flushIfDue() {
    if (group.rowCount() > rowsWritten && System.nanoTime() - lastWritten > SELDOM.toNanos()) {
      write(false);
    }
  }

  private void write(boolean whole) {
    Map<String, NotedTable> byType = group.tables();
    List<String> names = List.copyOf(byType.keySet());
    List<NotedTable> tables = List.copyOf(byType.values());
    List<int[]> places = tables.size() > 1 ? group.places() : List.of();
    int rows = Math.toIntExact(group.rowCount());
    writer.write(
        rows,
        whole,
        (i, values) -> {
          Target target = targets.get(i);
          for (int t = 0; t < tables.size(); t++) {
            int[] where = places.isEmpty() ? null : places.get(t);
            String source = target.sources.get(t);
            if (source != null) {
              values.put(tables.get(t), source, where);
            } else if (where != null && target.column.name().equals(RECORD)) {
              name(values, names.get(t), where);
            }
          }
        });
    lastWritten = System.nanoTime();
    rowsWritten = whole ? 0 : rows;
    if (whole) {
      group.clear();
    }
  }

  private static void name(ColumnValues values, String name, int[] where) {
    for (int row : where) {
      values.put(row, name);
    }
  }

  @Override
  public void end(EventStatus status) {
    if (group.rowCount() > 0) {
      write(true);
    }
    Map<String, String> all = new LinkedHashMap<>(Recording.texts(status));
    all.put("status", status.toString());
    List<String> told = new ArrayList<>(status.notes());
    told.addAll(group.leftOut());
    all.put(TableFile.NOTES, String.join("\n", told));
    writer.end(all);
  }

  @Override
  public String note() {
    return String.format(
        Locale.ROOT,
        "%s has %s%,d events (%,d KiB; %%replay reads it)",
        writer.file().getFileName(),
        writer.rows() == group.received() ? "all " : "",
        writer.rows(),
        (writer.bytes() + 1023) >> 10);
  }

  @Override
  public void close() {
    writer.close();
  }
}
