package org.skep.parquet;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.Validity;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.skep.table.NotedTable;
import org.skep.table.build.NumberColumns;
import tech.tablesaw.columns.Column;

/**
 * What a Parquet file holds, as a table: that which {@link ParquetWriter} was given, or the flat
 * columns of another's.
 *
 * @param table the last rows of the file; a column for each of its, and where numbers do not fit a
 *     {@code NAME.exact} behind them
 * @param rows how many rows the file has
 * @param about what the file says of itself
 */
public record ParquetTable(NotedTable table, long rows, Map<String, String> about) {
  /** Copies what it gets. */
  public ParquetTable {
    about = Map.copyOf(about);
  }

  /** Kept, so that its level is: which instructions of the CPU are used is nobody's concern. */
  private static final Logger LOG = Logger.getLogger("dev.hardwood");

  static {
    LOG.setLevel(Level.WARNING);
  }

  /** Whether Skep wrote the file. */
  public boolean isOurs() {
    return about.containsKey(ParquetWriter.MADE_BY);
  }

  /** Whether it was written to its end, and not cut off. */
  public boolean isEnded() {
    return !isOurs() || about.containsKey(ParquetWriter.ENDED);
  }

  /**
   * Reads the last rows of a file.
   *
   * @param keep how many rows at most
   * @throws IllegalArgumentException if it is no Parquet file, or has columns within columns
   * @throws UncheckedIOException if it cannot be read
   */
  public static ParquetTable read(Path file, int keep) {
    try {
      if (!Files.exists(file)) {
        throw new NoSuchFileException(file.toString());
      }
      String name = String.valueOf(file.getFileName());
      if (looksLike(file)) {
        return readWhole(file, name, keep);
      }
      try (TornFile torn = TornFile.of(file)) {
        if (torn == null) {
          throw new Refused("not a Parquet file, or cut short (its footer is missing)");
        }
        return readWhole(torn.whole(), name, keep);
      }
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException("read '" + file + "': no such file", e);
    } catch (IOException e) {
      throw new UncheckedIOException("read '" + file + "': " + e.getMessage(), e);
    } catch (Refused e) {
      throw new IllegalArgumentException("read '" + file + "': " + e.getMessage(), e);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new IllegalArgumentException("read '" + file + "': the file is damaged", e);
    }
  }

  private static ParquetTable readWhole(Path file, String name, int keep) throws IOException {
    checkPages(file);
    try (var reader = ParquetFileReader.open(InputFile.of(file))) {
      return new Reading(reader, keep).table(name);
    }
  }

  private static void checkPages(Path file) {
    try {
      PageCheck.check(file);
    } catch (IOException e) {
      throw new Refused(
          e instanceof PageCheck.Joined
              ? e.getMessage() + " (read each by itself; a.append(b) puts their tables together)"
              : "the file is damaged (" + e.getMessage() + ")",
          e);
    }
  }

  /** What the message of an exception says already. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why);
    }

    Refused(String why, Throwable cause) {
      super(why, cause);
    }
  }

  /** Whether a file begins and ends as Parquet files do. */
  public static boolean looksLike(Path file) throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      var word = ByteBuffer.allocate(Integer.BYTES);
      if (channel.size() < 12 || channel.read(word) < Integer.BYTES) {
        return false;
      }
      int first = word.getInt(0);
      channel.position(channel.size() - Integer.BYTES);
      channel.read(word.clear());
      return first == 0x50415231 && word.getInt(0) == first;
    }
  }

  /** One reading of a file. */
  private static final class Reading {
    private final ParquetFileReader reader;
    private final FileMetaData meta;
    private final Map<String, String> about;
    private final int count;
    private final long skip;
    private final List<Column<?>> columns = new ArrayList<>();
    private final List<Column<?>> further = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Reading(ParquetFileReader reader, int keep) {
      this.reader = reader;
      this.meta = reader.getFileMetaData();
      this.about = meta.keyValueMetadata();
      this.count = (int) Math.min(keep, meta.numRows());
      this.skip = meta.numRows() - count;
    }

    ParquetTable table(String name) {
      List<ColumnCollector> collectors = new ArrayList<>();
      for (ColumnSchema column : reader.getFileSchema().getColumns()) {
        if (column.maxRepetitionLevel() > 0 || column.maxDefinitionLevel() > 1) {
          throw new Refused("column '" + column.name() + "' is within another");
        }
        collectors.add(ColumnCollector.of(column, about, count));
      }
      read(collectors);
      for (ColumnCollector collector : collectors) {
        NumberColumns.Made made = collector.make().get();
        columns.add(made.column());
        further.addAll(made.further());
        notes.addAll(made.notes());
      }
      columns.addAll(beforeRaw(columns), further);
      if (skip > 0) {
        notes.add("the last " + count + " of " + meta.numRows() + " rows");
      }
      return new ParquetTable(
          NotedTable.of(about.getOrDefault("table", name), columns, notes), meta.numRows(), about);
    }

    /**
     * All columns side by side: by their names they could not be asked for, which may have dots.
     */
    private void read(List<ColumnCollector> collectors) {
      try (ColumnReaders all = reader.columnReaders(ColumnProjection.all())) {
        long row = 0;
        while (all.nextBatch()) {
          int rows = all.getRecordCount();
          int from = Math.clamp(skip - row, 0, rows);
          for (int i = 0; i < collectors.size() && from < rows; i++) {
            ColumnReader column = all.getColumnReader(i);
            ColumnCollector.Taker taker = collectors.get(i).batch().of(column);
            Validity valid = column.getLeafValidity();
            for (int at = from; at < rows; at++) {
              if (!valid.isNull(at)) {
                taker.take((int) (row + at - skip), at);
              }
            }
          }
          row += rows;
        }
      }
    }

    /** The digits of rounded numbers stand before the numbers behind texts, as in other tables. */
    private static int beforeRaw(List<Column<?>> columns) {
      int end = columns.size();
      while (end > 0 && columns.get(end - 1).name().endsWith(".raw")) {
        end--;
      }
      return end;
    }
  }
}
