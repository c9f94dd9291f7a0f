package org.skep.parquet;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@link ParquetWriter} whose last group or index was cut off, as when the process was
 * killed while it wrote: up to the last index that is there, it is a whole file.
 *
 * @param whole a copy up to there, which closing deletes
 */
record TornFile(Path whole) implements AutoCloseable {
  private static final int MAGIC = 0x31524150; // PAR1
  private static final int WORD = Integer.BYTES;
  private static final int PIECE = 1 << 20;
  private static final int LARGEST_INDEX = 64 << 20;

  /** Looks for the last index; null where there is none that Skep wrote. */
  static @Nullable TornFile of(Path file) throws IOException {
    try (var channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size < 3 * WORD || read(channel, 0, WORD).getInt(0) != MAGIC) {
        return null;
      }
      for (long to = size; to > 2 * WORD; to -= PIECE - 2 * WORD) {
        long from = Math.max(WORD, to - PIECE);
        ByteBuffer bytes = read(channel, from, (int) (to - from));
        for (int at = bytes.limit() - WORD; at >= WORD; at--) {
          if (bytes.getInt(at) == MAGIC && isIndex(channel, from + at, bytes.getInt(at - WORD))) {
            return copy(channel, from + at + WORD);
          }
        }
      }
      return null;
    }
  }

  private static boolean isIndex(FileChannel channel, long magic, int length) throws IOException {
    long at = magic - WORD - length;
    if (length <= 0 || length > LARGEST_INDEX || at < WORD) {
      return false;
    }
    try {
      FileMetaData meta =
          Util.readFileMetaData(new ByteArrayInputStream(read(channel, at, length).array()));
      List<KeyValue> texts = meta.getKey_value_metadata();
      return texts != null
          && texts.stream().anyMatch(text -> ParquetWriter.MADE_BY.equals(text.getKey()));
    } catch (IOException | RuntimeException e) {
      return false; // bytes of a column that look like the end of an index
    }
  }

  private static TornFile copy(FileChannel from, long size) throws IOException {
    var copy = new TornFile(Files.createTempFile("skep-replay", ".parquet"));
    boolean whole = false;
    try (var to = FileChannel.open(copy.whole, StandardOpenOption.WRITE)) {
      for (long done = 0; done < size; ) {
        done += from.transferTo(done, size - done, to);
      }
      whole = true;
      return copy;
    } finally {
      if (!whole) {
        copy.close();
      }
    }
  }

  private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("the file ends too early");
      }
    }
    return buffer.flip();
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(whole);
  }
}
