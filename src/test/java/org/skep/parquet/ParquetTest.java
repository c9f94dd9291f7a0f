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
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.skep.btf.Format;
import org.skep.parquet.ParquetColumn.Kind;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** What is written is what is read, by a library that others wrote. */
class ParquetTest {
  private static final List<ParquetColumn> COLUMNS =
      List.of(
          new ParquetColumn("small", Kind.INT, Format.NONE),
          new ParquetColumn("took", Kind.LONG, Format.NANOS),
          new ParquetColumn("big", Kind.UNSIGNED_LONG, Format.NONE),
          new ParquetColumn("huge", Kind.DIGITS, Format.NONE),
          new ParquetColumn("part", Kind.DOUBLE, Format.NONE),
          new ParquetColumn("yes", Kind.BOOLEAN, Format.NONE),
          new ParquetColumn("text", Kind.TEXT, Format.NONE),
          new ParquetColumn("at", Kind.TIME, Format.NONE));

  @TempDir private Path folder;

  private static Table table() {
    var at = InstantColumn.create("at");
    at.append(Instant.parse("2026-03-01T10:00:00.123Z"));
    at.appendMissing();
    at.append(Instant.parse("1969-12-31T23:59:59.999Z"));
    return Table.create(
        "events",
        IntColumn.create("small", new int[] {-5, Integer.MIN_VALUE, 65_535}),
        LongColumn.create("took", 1_500, -7, Long.MIN_VALUE),
        DoubleColumn.create("big", new double[] {1, 0x1p63, 0x1p64}),
        DoubleColumn.create("huge", new double[] {1, 2, 3.402823669209385E38}),
        DoubleColumn.create("part", new double[] {0.1, Double.NaN, Double.NEGATIVE_INFINITY}),
        BooleanColumn.create("yes", new Boolean[] {true, null, false}),
        StringColumn.create("text", "läuft\n'\"", "", "läuft\n'\""),
        at,
        StringColumn.create("big.exact", "1", "9223372036854775808", "18446744073709551615"),
        StringColumn.create("huge.exact", "1", "2", "340282366920938463463374607431768211455"));
  }

  private ParquetWriter writer(Path file) {
    return new ParquetWriter(file, COLUMNS, Map.of("table", "opens.log"));
  }

  private static void write(ParquetWriter writer, Table table, boolean whole) {
    writer.write(
        table.rowCount(), whole, (i, values) -> values.put(table, COLUMNS.get(i).name(), null));
  }

  @Test
  void everyKindOfValueComesBackAsItWas() {
    Path file = folder.resolve("a.parquet");
    try (var writer = writer(file)) {
      write(writer, table(), true);
      writer.end(Map.of("lost", "7"));
    }
    ParquetTable read = ParquetTable.read(file, 100);
    Table expected = table();
    assertEquals(expected.columnNames(), read.table().columnNames());
    for (String name : expected.columnNames()) {
      assertEquals(expected.column(name).type(), read.table().column(name).type(), name);
      for (int row = 0; row < 3; row++) {
        assertEquals(
            expected.column(name).getUnformattedString(row),
            read.table().column(name).getUnformattedString(row),
            name + " " + row);
      }
    }
    assertEquals("1.50 µs", read.table().column("took").getString(0));
    assertEquals("opens.log", read.table().name());
    assertEquals("7", read.about().get("lost"));
    assertTrue(read.isEnded());
    assertTrue(read.table().notes().toString().contains("do not fit into 63 bits"));
  }

  @Test
  void unsignedNumbersThatFitStayWhole() {
    Path file = folder.resolve("b.parquet");
    Table fits = Table.create("t", LongColumn.create("big", 1, Long.MIN_VALUE, Long.MAX_VALUE));
    List<ParquetColumn> one = List.of(new ParquetColumn("big", Kind.UNSIGNED_LONG, Format.NONE));
    try (var writer = new ParquetWriter(file, one, Map.of())) {
      writer.write(3, true, (i, values) -> values.put(fits, "big", null));
      writer.end(Map.of());
    }
    Table read = ParquetTable.read(file, 100).table();
    assertEquals(fits.column("big").asList(), read.column("big").asList());
    assertEquals(1, read.columnCount());
  }

  @Test
  void theFileIsWholeAfterEachGroup() {
    Path file = folder.resolve("c.parquet");
    try (var writer = writer(file)) {
      assertEquals(0, ParquetTable.read(file, 100).rows());
      write(writer, table(), true);
      write(writer, table().first(2), false);
      assertEquals(5, ParquetTable.read(file, 100).table().rowCount());
      write(writer, table(), true);
      ParquetTable meanwhile = ParquetTable.read(file, 100);
      assertEquals(6, meanwhile.table().rowCount());
      assertFalse(meanwhile.isEnded());
    }
    assertFalse(ParquetTable.read(file, 100).isEnded(), "as after a kill");
    assertEquals(6, ParquetTable.read(file, 100).rows());
  }

  @Test
  void theLastRowsOfManyGroupsAreKept() {
    Path file = folder.resolve("d.parquet");
    List<ParquetColumn> columns =
        List.of(
            new ParquetColumn("n", Kind.LONG, Format.NONE),
            new ParquetColumn("r", Kind.UNSIGNED_LONG, Format.NONE),
            new ParquetColumn("name", Kind.TEXT, Format.NONE));
    var random = new Random(7);
    long[] randoms = random.longs(30_000).map(l -> l >>> 1).toArray();
    try (var writer = new ParquetWriter(file, columns, Map.of())) {
      for (int group = 0; group < 3; group++) {
        int first = group * 10_000;
        var names = StringColumn.create("name");
        long[] numbers = new long[10_000];
        long[] part = new long[10_000];
        for (int i = 0; i < 10_000; i++) {
          numbers[i] = (long) first + i;
          part[i] = randoms[first + i];
          names.append("task-" + (first + i) % 7_001);
        }
        Table table =
            Table.create("t", LongColumn.create("n", numbers), LongColumn.create("r", part), names);
        writer.write(10_000, true, (i, values) -> values.put(table, columns.get(i).name(), null));
      }
      writer.end(Map.of());
    }
    ParquetTable read = ParquetTable.read(file, 12_345);
    assertEquals(30_000, read.rows());
    assertEquals(12_345, read.table().rowCount());
    for (int i = 0; i < 12_345; i++) {
      int row = 30_000 - 12_345 + i;
      assertEquals(row, read.table().longColumn("n").getLong(i));
      assertEquals(randoms[row], read.table().longColumn("r").getLong(i));
      assertEquals("task-" + row % 7_001, read.table().stringColumn("name").get(i));
    }
    assertTrue(read.table().notes().toString().contains("the last 12345 of 30000 rows"));
  }

  @Test
  void whatIsNoParquetFileIsRefused() throws IOException {
    Path file = folder.resolve("e.parquet");
    Files.writeString(file, "PAR1 and then nothing of the kind");
    var refused = assertThrows(IllegalArgumentException.class, () -> ParquetTable.read(file, 10));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("not a Parquet file"), refused.getMessage());
    Path none = folder.resolve("none.parquet");
    assertThrows(UncheckedIOException.class, () -> ParquetTable.read(none, 10));
    var nowhere =
        assertThrows(UncheckedIOException.class, () -> writer(folder.resolve("no/such/a.parquet")));
    assertTrue(
        String.valueOf(nowhere.getMessage()).contains("no such folder"), nowhere.getMessage());
  }

  /** Its index names places of the last file, where the first one has its own. */
  @Test
  void filesThatWereJoinedAreRefusedAsSuch() throws IOException {
    List<ParquetColumn> one = List.of(new ParquetColumn("n", Kind.LONG, Format.NONE));
    byte[][] files = new byte[3][];
    for (int i = 0; i < files.length; i++) {
      Path file = folder.resolve(i + ".parquet");
      int rows = i == 2 ? 0 : 500;
      Table table = Table.create("t", LongColumn.create("n", new Random(i).longs(rows).toArray()));
      try (var writer = new ParquetWriter(file, one, Map.of())) {
        writer.write(rows, true, (c, values) -> values.put(table, "n", null));
        writer.end(Map.of());
      }
      files[i] = Files.readAllBytes(file);
      assertEquals(rows, ParquetTable.read(file, 1_000).rows());
    }
    Path joined = folder.resolve("joined.parquet");
    for (int[] order : new int[][] {{0, 1}, {0, 0}, {1, 0, 1}, {2, 0}, {0, 2}, {2, 2}}) {
      try (var out = Files.newOutputStream(joined)) {
        for (int i : order) {
          out.write(files[i]);
        }
      }
      var refused =
          assertThrows(IllegalArgumentException.class, () -> ParquetTable.read(joined, 1_000));
      assertEquals(
          "read '"
              + joined
              + "': several Parquet files joined into one (read each by itself; a.append(b) puts"
              + " their tables together)",
          refused.getMessage());
    }
  }

  @Test
  @Timeout(60)
  void aFileWhoseValuesWereChangedIsRefused() throws IOException {
    Path file = folder.resolve("f.parquet");
    List<ParquetColumn> one = List.of(new ParquetColumn("n", Kind.LONG, Format.NONE));
    long[] numbers = new Random(3).longs(1_000).toArray();
    try (var writer = new ParquetWriter(file, one, Map.of())) {
      Table table = Table.create("t", LongColumn.create("n", numbers));
      writer.write(1_000, true, (i, values) -> values.put(table, "n", null));
      writer.end(Map.of());
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[4_000] ^= 4;
    Files.write(file, bytes);
    var refused =
        assertThrows(IllegalArgumentException.class, () -> ParquetTable.read(file, 5_000));
    assertTrue(String.valueOf(refused.getMessage()).contains("damaged"), refused.getMessage());
  }
}
