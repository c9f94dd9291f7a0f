package org.skep.parquet;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.btf.Format;
import org.skep.parquet.ParquetColumn.Kind;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A damaged file is refused or read, and never waited for. */
class ParquetRobustnessTest {
  private static final int FILES = 400;

  @TempDir Path folder;

  @Test
  void damagedFilesAreRefusedAtOnce() throws IOException {
    byte[] whole = write(folder.resolve("whole.parquet"));
    int refused = 0;
    for (int seed = 0; seed < FILES; seed++) {
      var random = new Random(seed);
      byte[] bytes = whole.clone();
      // the index at the end is what most of the reading goes by
      int from = seed % 2 == 0 ? 0 : bytes.length / 2;
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt(256);
      }
      Path file = folder.resolve("damaged-" + seed + ".parquet");
      Files.write(file, bytes);
      refused += assertTimeoutPreemptively(Duration.ofSeconds(30), () -> isRefused(file)) ? 1 : 0;
      Files.delete(file);
    }
    assertTrue(refused > FILES / 2, "only " + refused + " of " + FILES + " were refused");
  }

  private static boolean isRefused(Path file) {
    try {
      var _ = ParquetTable.read(file, 100);
      return false;
    } catch (IllegalArgumentException | UncheckedIOException e) {
      return true;
    }
  }

  private static byte[] write(Path file) throws IOException {
    List<ParquetColumn> columns =
        List.of(
            new ParquetColumn("n", Kind.LONG, Format.NONE),
            new ParquetColumn("name", Kind.TEXT, Format.NONE));
    try (var writer = new ParquetWriter(file, columns, Map.of("source", "a test"))) {
      for (int group = 0; group < 2; group++) {
        var names = StringColumn.create("name");
        LongStream.range(0, 500).forEach(i -> names.append("task-" + i % 37));
        long[] numbers = LongStream.range(0, 500).map(i -> i * 7919).toArray();
        Table table = Table.create("t", LongColumn.create("n", numbers), names);
        writer.write(500, true, (i, values) -> values.put(table, columns.get(i).name(), null));
      }
      writer.end(Map.of());
    }
    return Files.readAllBytes(file);
  }
}
