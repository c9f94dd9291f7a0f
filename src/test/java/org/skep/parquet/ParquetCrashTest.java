package org.skep.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.btf.Format;
import org.skep.parquet.ParquetColumn.Kind;
import org.skep.table.Nanoseconds;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A process that is killed while it writes loses what it was writing, and nothing before. */
class ParquetCrashTest {
  private static final List<ParquetColumn> COLUMNS =
      List.of(
          new ParquetColumn("n", Kind.LONG, Format.NONE),
          new ParquetColumn("text", Kind.TEXT, Format.NONE));

  @TempDir Path folder;

  /** A change of the file: bytes at a position, or its size where there are none. */
  private static final class Change {
    final long position;
    final byte @Nullable [] bytes;

    Change(long position, byte @Nullable [] bytes) {
      this.position = position;
      this.bytes = bytes;
    }
  }

  /** Keeps every change, in their order. */
  private static final class Changes implements ParquetWriter.Storage {
    final List<Change> all = new ArrayList<>();

    @Override
    public void write(long position, byte[] bytes) {
      all.add(new Change(position, bytes));
    }

    @Override
    public void truncate(long size) {
      all.add(new Change(size, null));
    }

    @Override
    public void close() {}

    /** The file after so many changes, and so many bytes of the next. */
    byte[] file(int changes, int more) {
      byte[] file = {};
      for (int i = 0; i <= changes && i < all.size(); i++) {
        byte[] bytes = all.get(i).bytes;
        long at = all.get(i).position;
        if (bytes == null) {
          file = i < changes ? Arrays.copyOf(file, (int) at) : file;
          continue;
        }
        int length = i < changes ? bytes.length : Math.min(more, bytes.length);
        if (length > 0) {
          file = Arrays.copyOf(file, (int) Math.max(file.length, at + length));
          System.arraycopy(bytes, 0, file, (int) at, length);
        }
      }
      return file;
    }
  }

  private static Table rows(long from, long to) {
    var texts = StringColumn.create("text");
    LongStream.range(from, to).forEach(i -> texts.append("task-" + i % 37));
    return Table.create("t", LongColumn.create("n", LongStream.range(from, to).toArray()), texts);
  }

  private static void write(ParquetWriter writer, long from, long to, boolean whole) {
    Table table = rows(from, to);
    writer.write(
        table.rowCount(), whole, (i, values) -> values.put(table, COLUMNS.get(i).name(), null));
  }

  @Test
  void aKillAtAnyByteLosesNothingThatWasWrittenBefore() throws IOException {
    var changes = new Changes();
    long[] rowsAfter = new long[100]; // by the number of changes
    try (var writer = new ParquetWriter(folder.resolve("x"), changes, COLUMNS, Map.of())) {
      long whole = 0;
      for (int[] group : new int[][] {{20, 60, 61, 200}, {5, 400}, {1_000}}) {
        for (int i = 0; i < group.length; i++) {
          write(writer, whole, whole + group[i], i == group.length - 1);
          Arrays.fill(rowsAfter, changes.all.size(), rowsAfter.length, whole + group[i]);
        }
        whole += group[group.length - 1];
      }
      writer.end(Map.of());
      assertEquals(writer.bytes(), changes.file(changes.all.size(), 0).length);
    }
    Path file = folder.resolve("killed.parquet");
    int torn = 0;
    for (int done = 1; done < changes.all.size(); done++) {
      byte[] bytes = changes.all.get(done).bytes;
      int length = bytes == null ? 0 : bytes.length;
      for (int more : new int[] {0, length / 2, length - 1}) {
        Files.write(file, changes.file(done, Math.max(0, more)));
        torn += ParquetTable.looksLike(file) ? 0 : 1;
        long expected = rowsAfter[done];
        ParquetTable read = ParquetTable.read(file, 10_000);
        assertTrue(read.rows() >= expected, read.rows() + " of " + expected + " at " + done);
        for (int row = 0; row < read.rows(); row++) {
          assertEquals(row, read.table().longColumn("n").getLong(row));
          assertEquals("task-" + row % 37, read.table().stringColumn("text").get(row));
        }
        assertEquals(killedBeforeItsEnd(done, more, length, changes), !read.isEnded());
      }
      assertTrue(bytes == null || looksWhole(file, changes.file(done, 0)), "before " + done);
    }
    assertTrue(torn > 0, "no file was torn: the test shows nothing");
    long body = Files.size(file);
    Files.write(file, changes.file(changes.all.size(), 0));
    assertTrue(ParquetTable.read(file, 10_000).isEnded());
    assertTrue(Files.size(file) < 4 * body, "dead groups stay in the file");
  }

  private static boolean killedBeforeItsEnd(int done, int more, int length, Changes changes) {
    int last = changes.all.size() - 2; // the index of the end, then the cut behind it
    return done < last || (done == last && more < length);
  }

  private static boolean looksWhole(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    return ParquetTable.looksLike(file);
  }

  @Test
  void aFullDiskLeavesWhatWasValid() throws IOException {
    Path file = folder.resolve("full.parquet");
    boolean[] full = {false};
    var changes =
        new ParquetWriter.Storage() {
          final Changes to = new Changes();

          @Override
          public void write(long position, byte[] bytes) throws IOException {
            to.write(position, full[0] ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
            if (full[0]) {
              throw new IOException("No space left on device");
            }
          }

          @Override
          public void truncate(long size) {
            to.truncate(size);
          }

          @Override
          public void close() {}
        };
    try (var writer = new ParquetWriter(file, changes, COLUMNS, Map.of())) {
      write(writer, 0, 100, true);
      full[0] = true;
      var why = assertThrows(UncheckedIOException.class, () -> write(writer, 100, 900, true));
      assertTrue(
          String.valueOf(why.getMessage()).contains("No space left on device (the 100 rows before"),
          why.getMessage());
      assertThrows(UncheckedIOException.class, () -> writer.end(Map.of()));
    }
    Files.write(file, changes.to.file(changes.to.all.size(), 0));
    assertTrue(ParquetTable.looksLike(file));
    assertEquals(100, ParquetTable.read(file, 1_000).rows());
    assertFalse(ParquetTable.read(file, 1_000).isEnded());
  }

  @Test
  void timesKeepTheirNanoseconds() throws IOException {
    Path file = folder.resolve("times.parquet");
    Instant start = Instant.parse("2026-03-01T10:00:00.123456789Z");
    @Nullable Instant[] times = new Instant[1_000];
    for (int i = 0; i < times.length; i++) {
      times[i] = i == 500 ? null : start.plusNanos(i);
    }
    times[501] = Instant.parse("1969-12-31T23:59:59.999999999Z");
    times[502] = Instant.parse("2500-01-01T00:00:00Z"); // more than 64 bits of nanoseconds
    InstantColumn at = Nanoseconds.column("at", times);
    List<ParquetColumn> one = List.of(ParquetColumn.of(at, null));
    try (var writer = new ParquetWriter(file, one, Map.of())) {
      Table table = Table.create("t", at);
      writer.write(times.length, true, (i, values) -> values.put(table, "at", null));
      writer.end(Map.of());
    }
    InstantColumn read = ParquetTable.read(file, 10_000).table().instantColumn("at");
    for (int i = 0; i < times.length; i++) {
      OptionalLong nanos = Nanoseconds.of(read, i);
      Instant time = times[i];
      assertEquals(time == null || i == 502, nanos.isEmpty());
      if (nanos.isPresent() && time != null) {
        assertEquals(
            time.getEpochSecond() * 1_000_000_000 + time.getNano(), nanos.getAsLong(), "row " + i);
        assertEquals(time.toEpochMilli(), read.get(i).toEpochMilli());
      }
    }
    assertEquals(998, Nanoseconds.of(read).removeMissing().unique().size());
  }
}
