package org.skep.parquet;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/**
 * Goes along the pages of a file by their headers, before anything else reads it: where the index
 * or a header is damaged, Hardwood looks for the next page for ever, on a thread that cannot be
 * stopped.
 */
final class PageCheck {
  private static final int END_BYTES = 8;
  private static final int MAGIC = 0x31524150; // PAR1
  private static final int MAGIC_BYTES = Integer.BYTES;

  /** The length of an index and the end of its file, and the beginning of the next. */
  private static final int SEAM = 3 * MAGIC_BYTES;

  private static final int PIECE = 1 << 20;
  private static final int USUAL_HEADER = 1 << 10;
  private static final int LARGEST_HEADER = 1 << 20;

  /** The file is several, one behind the other. */
  static final class Joined extends IOException {
    private static final long serialVersionUID = 1;

    Joined() {
      super("several Parquet files joined into one");
    }
  }

  private final FileChannel channel;

  private PageCheck(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Looks at a file that begins and ends as Parquet files do.
   *
   * @throws IOException if it cannot be read, or a page is not where the index says
   * @throws RuntimeException if what is read makes no sense at all
   */
  static void check(Path file) throws IOException {
    try (var channel = FileChannel.open(file)) {
      var check = new PageCheck(channel);
      try {
        check.check();
      } catch (IOException e) {
        throw check.hasSeam(0, channel.size()) ? new Joined() : e;
      }
    }
  }

  private void check() throws IOException {
    long size = channel.size();
    int index = read(size - END_BYTES, Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
    long pages = size - END_BYTES - index;
    expect(index > 0 && pages >= Integer.BYTES, "the index has no place");
    FileMetaData meta = Util.readFileMetaData(new ByteArrayInputStream(read(pages, index).array()));
    List<RowGroup> groups = there(meta.getRow_groups(), "there are no groups");
    if (isJoined(groups, pages)) {
      throw new Joined();
    }
    for (RowGroup group : groups) {
      for (ColumnChunk chunk : there(group.getColumns(), "a group has no columns")) {
        check(there(chunk.getMeta_data(), "a column is not described"), pages);
      }
    }
  }

  /**
   * Whether another file ends, and one begins, behind the pages that the index names: they are of
   * that other file then.
   */
  private boolean isJoined(List<RowGroup> groups, long index) throws IOException {
    long end = MAGIC_BYTES;
    for (RowGroup group : groups) {
      for (ColumnChunk chunk : there(group.getColumns(), "a group has no columns")) {
        end = Math.max(end, end(chunk));
      }
    }
    return hasSeam(end, index);
  }

  private boolean hasSeam(long begin, long end) throws IOException {
    for (long from = begin; from + SEAM <= end; from += PIECE - SEAM + 1) {
      ByteBuffer piece =
          read(from, (int) Math.min(PIECE, end - from)).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at + SEAM <= piece.limit(); at++) {
        int index = piece.getInt(at);
        if (piece.getInt(at + MAGIC_BYTES) == MAGIC
            && piece.getInt(at + 2 * MAGIC_BYTES) == MAGIC
            && index > 0
            && index < from + at) {
          return true;
        }
      }
    }
    return false;
  }

  /** Where the pages of a column and what is written of them end. */
  private static long end(ColumnChunk chunk) throws IOException {
    ColumnMetaData column = there(chunk.getMeta_data(), "a column is not described");
    long first =
        column.isSetDictionary_page_offset() && column.getDictionary_page_offset() > 0
            ? Math.min(column.getDictionary_page_offset(), column.getData_page_offset())
            : column.getData_page_offset();
    long end = first + column.getTotal_compressed_size();
    end = Math.max(end, chunk.getColumn_index_offset() + chunk.getColumn_index_length());
    end = Math.max(end, chunk.getOffset_index_offset() + chunk.getOffset_index_length());
    return Math.max(end, column.getBloom_filter_offset() + column.getBloom_filter_length());
  }

  private void check(ColumnMetaData column, long pages) throws IOException {
    long at = column.getData_page_offset();
    if (column.isSetDictionary_page_offset() && column.getDictionary_page_offset() > 0) {
      at = Math.min(at, column.getDictionary_page_offset());
    }
    long end = at + column.getTotal_compressed_size();
    expect(at >= Integer.BYTES && at <= end && end <= pages, "a column has no place");
    long values = 0;
    while (values < column.getNum_values()) {
      expect(at < end, "a page is missing");
      Page page = page(at, end);
      PageHeader header = page.header();
      at += page.headerBytes() + (long) header.getCompressed_page_size();
      expect(header.getCompressed_page_size() >= 0 && at <= end, "a page is too long");
      expect(header.getUncompressed_page_size() >= 0, "a page has no size");
      DataPageHeader first = header.getData_page_header();
      DataPageHeaderV2 second = header.getData_page_header_v2();
      int count = first != null ? first.getNum_values() : 0;
      count = second != null ? second.getNum_values() : count;
      expect(count >= 0, "a page has no values");
      values += count;
    }
    expect(values == column.getNum_values(), "there are too many values");
  }

  private record Page(PageHeader header, int headerBytes) {}

  private Page page(long at, long end) throws IOException {
    for (int most : new int[] {USUAL_HEADER, LARGEST_HEADER}) {
      byte[] bytes = read(at, (int) Math.min(end - at, most)).array();
      var in = new ByteArrayInputStream(bytes);
      try {
        return new Page(Util.readPageHeader(in), bytes.length - in.available());
      } catch (IOException e) {
        if (bytes.length < most) {
          throw e; // it does not go on behind what was read
        }
      }
    }
    throw new IOException("a page has no header");
  }

  private ByteBuffer read(long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("the file ends too early");
      }
    }
    return buffer.flip();
  }

  private static <T> T there(@Nullable T found, String otherwise) throws IOException {
    if (found == null) {
      throw new IOException(otherwise);
    }
    return found;
  }

  private static void expect(boolean so, String otherwise) throws IOException {
    if (!so) {
      throw new IOException(otherwise);
    }
  }
}
