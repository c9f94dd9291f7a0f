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
import org.apache.parquet.format.NanoSeconds;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Format;
import org.skep.parquet.ParquetColumn.Kind;

/**
 * Writes a Parquet file group by group. After each group the file is whole: who reads it meanwhile,
 * or after the process was killed, finds all groups so far.
 *
 * <p>The index, which a Parquet file has at its end, is written again each time, and never over the
 * one that is valid: a group and its index go between the groups that stay and that index, where
 * there is room, and cutting the file there makes them valid at once; else they go behind it. Where
 * the process is killed while they are written behind it, {@link ParquetTable} goes back to it.
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
  private final Storage storage;
  private final Map<String, String> about = new LinkedHashMap<>();
  private final List<RowGroup> groups = new ArrayList<>();

  /** Behind the groups that stay. */
  private long end = MAGIC.length;

  /** Where the valid index begins, or the group before it that will be replaced. */
  private long validFrom = MAGIC.length;

  /** The end of the file, where the valid index ends. */
  private long validTo = MAGIC.length;

  private long rows;
  private boolean closed;

  /** Where the bytes of a file go. */
  interface Storage extends AutoCloseable {
    void write(long position, byte[] bytes) throws IOException;

    void truncate(long size) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** The bytes of a file on a disk. */
  private record Disk(FileChannel channel) implements Storage {
    static Disk create(Path file) {
      try {
        return new Disk(
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE));
      } catch (IOException e) {
        throw failed(file, e, 0);
      }
    }

    @Override
    public void write(long position, byte[] bytes) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      long at = position;
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

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
    this(file, Disk.create(file), columns, about);
  }

  ParquetWriter(
      Path file, Storage storage, List<ParquetColumn> columns, Map<String, String> about) {
    this.file = file;
    this.storage = storage;
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
      var bytes = new ByteArrayOutputStream();
      bytes.writeBytes(MAGIC);
      bytes.writeBytes(index(List.of()));
      storage.write(0, bytes.toByteArray());
      validTo = bytes.size();
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
      List<ColumnMetaData> metas = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        var values = new ColumnValues(columns.get(i).kind(), count);
        source.fill(i, values);
        ColumnMetaData meta = new ColumnEncoder(values).write(columns.get(i), bytes.size(), bytes);
        metas.add(meta);
        chunks.add(new ColumnChunk(0).setMeta_data(meta));
      }
      long length = bytes.size();
      var group = new RowGroup(chunks, length, count);
      long at = put(bytes.toByteArray(), group, chunks, metas);
      if (whole) {
        groups.add(group);
        rows += count;
        end = at + length;
        validFrom = end;
      }
    } catch (IOException e) {
      cut();
      throw failed(e);
    }
  }

  /**
   * Writes a group and an index of it and those that stay, which become valid.
   *
   * @param body of the group, whose chunks begin at 0
   * @param group null for an index alone
   * @param chunks of the group
   * @param metas what describes each of them
   * @return where the body is
   */
  private long put(
      byte[] body, @Nullable RowGroup group, List<ColumnChunk> chunks, List<ColumnMetaData> metas)
      throws IOException {
    List<RowGroup> all = new ArrayList<>(groups);
    if (group != null) {
      all.add(group);
    }
    long at = validTo;
    move(chunks, metas, at);
    byte[] index = index(all);
    if (end + body.length + index.length <= validFrom) {
      move(chunks, metas, end - at);
      at = end;
      index = index(all);
    }
    var bytes = new ByteArrayOutputStream(body.length + index.length);
    bytes.writeBytes(body);
    bytes.writeBytes(index);
    storage.write(at, bytes.toByteArray());
    storage.truncate(at + bytes.size());
    validFrom = at;
    validTo = at + bytes.size();
    return at;
  }

  private static void move(List<ColumnChunk> chunks, List<ColumnMetaData> metas, long by) {
    for (ColumnChunk chunk : chunks) {
      chunk.setFile_offset(chunk.getFile_offset() + by);
    }
    for (ColumnMetaData meta : metas) {
      meta.setData_page_offset(meta.getData_page_offset() + by);
      if (meta.isSetDictionary_page_offset()) {
        meta.setDictionary_page_offset(meta.getDictionary_page_offset() + by);
      }
    }
  }

  /** How many rows are in the groups that stay. */
  public long rows() {
    return rows;
  }

  /** How many bytes the file has. */
  public long bytes() {
    return validTo;
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
      put(new byte[0], null, List.of(), List.of());
    } catch (IOException e) {
      cut();
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
      storage.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Takes away what was written behind the valid index and did not fit. */
  private void cut() {
    try {
      storage.truncate(validTo);
    } catch (IOException e) {
      // The first failure is told.
    }
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
          element.setLogicalType(
              LogicalType.TIMESTAMP(new TimestampType(true, TimeUnit.NANOS(new NanoSeconds()))));
    };
  }

  private UncheckedIOException failed(IOException e) {
    return failed(file, e, rows);
  }

  private static UncheckedIOException failed(Path file, IOException e, long rows) {
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
