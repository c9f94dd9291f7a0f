package org.skep.bpf.recording;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.skep.bpf.base.RecordingKeys;
import org.skep.bpf.read.Snapshot;
import org.skep.parquet.ParquetTable;
import org.skep.parquet.TableFile;
import org.skep.table.NotedTable;

/**
 * What was recorded, perhaps on another machine, as a table: events that {@link EventSource#record}
 * or {@link EventSource#parquet} wrote, the entries of a map that {@link Snapshot#record} wrote, or
 * any other Parquet file. It needs no rights and no BPF.
 *
 * @param table its notes say how complete it is, and that it is a recording
 * @param about what is known of it: {@code map}, {@code time}, {@code linux} (the release), and
 *     where it was known {@code clang} and {@code source}
 */
public record Replay(NotedTable table, Map<String, String> about) {
  /** The most rows that a table of events keeps. */
  public static final int MOST_ROWS = 1 << 29;

  /** Copies what it gets. */
  public Replay {
    about = Map.copyOf(about);
  }

  /**
   * Reads a file.
   *
   * @param keep how many rows of the table, the last; of events that are told apart, of each type
   * @throws IllegalArgumentException if the file is no recording, or damaged
   * @throws UncheckedIOException if it cannot be read
   */
  public static Replay of(Path file, int keep) {
    if (keep < 1 || keep > MOST_ROWS) {
      throw new IllegalArgumentException(
          "replay '" + file + "': keep " + keep + " rows: expected 1 to " + MOST_ROWS);
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IllegalArgumentException("replay '" + file + "': not a regular file");
    }
    if (!beginsAsParquet(file)) {
      Recording recording = Recording.read(file, keep);
      return new Replay((NotedTable) recording.events().table(), recording.about());
    }
    ParquetTable read = ParquetTable.read(file, keep);
    NotedTable table = read.table();
    List<String> notes = new ArrayList<>(table.notes());
    if (!read.isOurs()) {
      return new Replay(table, read.about());
    }
    String told = read.about().getOrDefault(TableFile.NOTES, "");
    told.lines().filter(note -> !notes.contains(note)).forEach(notes::add);
    if (!read.isEnded()) {
      notes.add(
          "the recording ends early: what came in its last seconds is missing, and the loss is not known");
    }
    notes.add(origin(read.about()));
    return new Replay(NotedTable.of(table, notes), read.about());
  }

  /** Says that a table is a recording, of when and where. */
  static String origin(Map<String, String> about) {
    String clang = about.containsKey("clang") ? ", compiled by clang " + about.get("clang") : "";
    return "a recording of "
        + about.get(RecordingKeys.TIME)
        + ", on Linux "
        + about.get(RecordingKeys.LINUX)
        + clang;
  }

  private static boolean beginsAsParquet(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(4), java.nio.charset.StandardCharsets.US_ASCII)
          .equals("PAR1");
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException("replay '" + file + "': no such file", e);
    } catch (IOException e) {
      throw new UncheckedIOException("replay '" + file + "': " + e.getMessage(), e);
    }
  }
}
