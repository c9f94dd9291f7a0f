package org.skep.bpf.read;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.skep.bpf.base.RecordingKeys;
import org.skep.bpf.recording.Replay;
import org.skep.btf.Field;
import org.skep.host.LinuxVersion;
import org.skep.parquet.TableFile;
import org.skep.table.NotedTable;
import org.skep.table.query.Difference;
import tech.tablesaw.api.Table;

/**
 * What a map held when it was read, with what is known about the reading. It is a copy: it does not
 * change any more and outlives the object.
 */
public final class Snapshot {
  private final NotedTable table;
  private final List<String> losses;
  private final List<String> keys;
  private final Map<String, Field> members;
  private final long startNanos;
  private final Completeness completeness;
  private final Instant takenAt;
  private final Duration duration;
  private final long entries;

  Snapshot(
      NotedTable table,
      List<String> losses,
      List<String> keys,
      Map<String, Field> members,
      Completeness completeness,
      Instant takenAt,
      long startNanos,
      Duration duration,
      long entries) {
    this.table = table;
    this.losses = List.copyOf(losses);
    this.keys = keys;
    this.members = members;
    this.startNanos = startNanos;
    this.completeness = completeness;
    this.takenAt = takenAt;
    this.duration = duration;
    this.entries = entries;
  }

  /** Whether anything is missing or came twice. */
  public Completeness completeness() {
    return completeness;
  }

  /**
   * What programs could not add, in words: that the map is full, and how many updates {@code
   * skep_add} and {@code skep_count} saw refused since the object was loaded. Empty where nothing
   * is known of it: programs that ignore what {@code bpf_map_update_elem} returns tell nobody.
   */
  public List<String> losses() {
    return losses;
  }

  /** When the reading began. */
  public Instant takenAt() {
    return takenAt;
  }

  /** How long the reading took, the making of the table included. */
  public Duration duration() {
    return duration;
  }

  /** How many keys were read. */
  public long entries() {
    return entries;
  }

  /** How many rows the table has: one for each key, or for each key and CPU. */
  public int rows() {
    return table.rowCount();
  }

  /**
   * The entries. Columns are named by the members of key and value, {@code key} and {@code value}
   * for scalars; a per-CPU map has a column {@code cpu} and a row for each key and CPU.
   */
  public Table table() {
    return table;
  }

  /**
   * What became of the numbers since an earlier reading of the same map: how much each grew, and in
   * a column {@code NAME/s} how much a second. A key that is new grew from 0; keys that are gone
   * are left out and counted in a note.
   *
   * @throws IllegalArgumentException if the other was not taken before this one, or has other
   *     columns
   */
  public NotedTable minus(Snapshot earlier) {
    long elapsed = startNanos - earlier.startNanos;
    if (elapsed <= 0) {
      throw new IllegalArgumentException(
          "subtract '"
              + earlier.table.name()
              + "': it was taken at "
              + earlier.takenAt
              + ", not before "
              + takenAt
              + " (later.minus(earlier))");
    }
    NotedTable grown =
        Difference.of(table, earlier.table, keys, members, Duration.ofNanos(elapsed));
    return completeness.isComplete() && earlier.completeness.isComplete()
        ? grown
        : grown.withNote(
            "of readings that were " + earlier.completeness + ", then " + completeness);
  }

  /**
   * Writes the entries into a Parquet file, with what is known of them, for {@link Replay} to read
   * anywhere. A file that is there is replaced.
   *
   * @param about what the file is to say of itself besides, such as {@code clang} and {@code
   *     source}
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public void record(Path file, Map<String, String> about) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("table", table.name());
    all.put(RecordingKeys.MAP, table.name());
    all.put(RecordingKeys.TIME, takenAt.toString());
    all.put(RecordingKeys.LINUX, LinuxVersion.running().release());
    all.putAll(about);
    TableFile.write(file, table, members, all);
  }

  /** When it was taken, how long that took and how complete it is, in a line. */
  @Override
  public String toString() {
    return table.name() + ": " + note(completeness, entries, duration, losses);
  }

  static String note(
      Completeness completeness, long entries, Duration duration, List<String> losses) {
    List<String> parts = new ArrayList<>();
    parts.add(entries + (entries == 1 ? " entry" : " entries"));
    parts.add("read in " + words(duration));
    parts.add(completeness.toString());
    parts.addAll(losses);
    return String.join(", ", parts);
  }

  private static String words(Duration duration) {
    long micros = duration.toNanos() / 1_000;
    return micros < 10_000 ? micros + " µs" : micros / 1_000 + " ms";
  }
}
