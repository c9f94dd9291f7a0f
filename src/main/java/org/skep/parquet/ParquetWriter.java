package org.skep.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MilliSeconds;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Util;
import org.skep.btf.Format;
import org.skep.parquet.ParquetColumn.Kind;

/**
 * Writes a Parquet file group by group. After each group the file is whole: who reads it meanwhile,
 * or after the process was killed, finds all groups so far. The index, which a Parquet file has at
 * its end, is written again each time, and overwritten by the next group.
 *
 * <p>For one thread.
 */
public final class ParquetWriter implements AutoCloseable {
  static final String MADE_BY = "skep";
  static final String ENDED = "skep.ended";
  static final String KIND = "skep.kind.";
  static final String FORMAT = "skep.format.";
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private final Path file;
  private final List<ParquetColumn> columns;
  private final FileChannel channel;
  private final Map<String, String> about = new LinkedHashMap<>();
  private final List<RowGroup> groups = new ArrayList<>();
  private long end = MAGIC.length;
  private long rows;
  private boolean closed;

  /** Gives the values of one column for the rows of a group. */
  @FunctionalInterface
  public interface Source {
    /** Puts the values of a column, by its number. */
    void fill(int column, ColumnValues values);
  }

  /**
   * Begins a file; one that is there is replaced.
   *
   * @param about what the file says of itself besides
   * @throws UncheckedIOException if it cannot be written
   */
  public ParquetWriter(Path file, List<ParquetColumn> columns, Map<String, String> about) {
    this.file = file;
    this.columns = List.copyOf(columns);
    this.about.put(MADE_BY, "1");
    for (ParquetColumn column : columns) {
      if (column.kind() == Kind.DIGITS) {
        this.about.put(KIND + column.name(), Kind.DIGITS.name());
      }
      if (column.format() != Format.NONE) {
        this.about.put(FORMAT + column.name(), column.format().word());
      }
    }
    this.about.putAll(about);
    try {
      this.channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      write(0, MAGIC);
      write(end, index(List.of()));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Writes a group of rows.
   *
   * @param count how many rows
   * @param whole whether they stay; else the next group takes their place, because it has them too
   * @throws UncheckedIOException if it cannot be written; the groups before it are in the file
   */
  public void write(int count, boolean whole, Source source) {
    try {
      var bytes = new ByteArrayOutputStream();
      List<ColumnChunk> chunks = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        var values = new ColumnValues(columns.get(i).kind(), count);
        source.fill(i, values);
        ColumnMetaData meta =
            new ColumnEncoder(values).write(columns.get(i), end + bytes.size(), bytes);
        chunks.add(new ColumnChunk(end).setMeta_data(meta));
      }
      long length = bytes.size();
      var group = new RowGroup(chunks, length, count);
      List<RowGroup> all = new ArrayList<>(groups);
      all.add(group);
      bytes.writeBytes(index(all));
      write(end, bytes.toByteArray());
      if (whole) {
        groups.add(group);
        rows += count;
        end += length;
      }
    } catch (IOException e) {
      mend();
      throw failed(e);
    }
  }

  /** How many rows are in the groups that stay. */
  public long rows() {
    return rows;
  }

  /** How many bytes the groups that stay have. */
  public long bytes() {
    return end;
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /**
   * Ends the file.
   *
   * @param more what it says of itself besides, now that it is known
   * @throws UncheckedIOException if it cannot be written
   */
  public void end(Map<String, String> more) {
    about.putAll(more);
    about.put(ENDED, "true");
    try {
      write(end, index(groups));
    } catch (IOException e) {
      mend();
      throw failed(e);
    }
  }

  /** Lets the file go. Closing again does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** The index once more, where a group or another index had its place and did not fit. */
  private void mend() {
    try {
      channel.truncate(end);
      write(end, index(groups));
    } catch (IOException e) {
      // The first failure is told.
    }
  }

  private void write(long position, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long at = position;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
    channel.truncate(at);
  }

  private byte[] index(List<RowGroup> all) throws IOException {
    List<SchemaElement> schema = new ArrayList<>();
    schema.add(new SchemaElement("events").setNum_children(columns.size()));
    columns.forEach(column -> schema.add(element(column)));
    long count = all.stream().mapToLong(RowGroup::getNum_rows).sum();
    var meta = new FileMetaData(1, schema, count, all);
    meta.setCreated_by("skep version 1 (build none)"); // the form that readers parse
    List<KeyValue> texts = new ArrayList<>();
    about.forEach((name, text) -> texts.add(new KeyValue(name).setValue(text)));
    meta.setKey_value_metadata(texts);
    var out = new ByteArrayOutputStream();
    Util.writeFileMetaData(meta, out);
    BytesUtils.writeIntLittleEndian(out, out.size());
    out.writeBytes(MAGIC);
    return out.toByteArray();
  }

  private static SchemaElement element(ParquetColumn column) {
    var element =
        new SchemaElement(column.name())
            .setType(ColumnEncoder.type(column.kind()))
            .setRepetition_type(FieldRepetitionType.OPTIONAL);
    return switch (column.kind()) {
      case INT, LONG, DOUBLE, BOOLEAN -> element;
      case UNSIGNED_LONG ->
          element
              .setConverted_type(ConvertedType.UINT_64)
              .setLogicalType(LogicalType.INTEGER(new IntType((byte) Long.SIZE, false)));
      case TEXT, DIGITS ->
          element
              .setConverted_type(ConvertedType.UTF8)
              .setLogicalType(LogicalType.STRING(new StringType()));
      case TIME ->
          element
              .setConverted_type(ConvertedType.TIMESTAMP_MILLIS)
              .setLogicalType(
                  LogicalType.TIMESTAMP(
                      new TimestampType(true, TimeUnit.MILLIS(new MilliSeconds()))));
    };
  }

  private UncheckedIOException failed(IOException e) {
    String why =
        e instanceof FileSystemException system && system.getReason() != null
            ? system.getReason()
            : e instanceof java.nio.file.NoSuchFileException
                ? "no such folder"
                : e instanceof java.nio.file.AccessDeniedException
                    ? "permission denied"
                    : String.valueOf(e.getMessage());
    String kept = rows > 0 ? " (the " + rows + " rows before are in it)" : "";
    return new UncheckedIOException("write '" + file + "': " + why + kept, e);
  }
}
