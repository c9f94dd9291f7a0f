package org.skep.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.skep.parquet.ParquetColumn.Kind;

/**
 * The values of a column in the bytes of a Parquet file: one page, and one more for the texts, each
 * of which is there once. Integers are written by their differences, which makes little of times
 * and counters, so that nothing is compressed besides.
 */
final class ColumnEncoder {
  private static final HeapByteBufferAllocator HEAP = HeapByteBufferAllocator.getInstance();
  private static final int FIRST = 64;
  private static final int PAGE = 1 << 20;

  private final ColumnValues values;
  private final int rows;
  private final BitSet present;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ColumnEncoder(ColumnValues values) {
    this.values = values;
    this.rows = values.rows();
    this.present = values.present();
  }

  /**
   * Writes the pages.
   *
   * @param at where in the file they will begin
   * @return what the file has to say of them
   */
  ColumnMetaData write(ParquetColumn column, long at, ByteArrayOutputStream target)
      throws IOException {
    long dictionary = -1;
    List<Encoding> encodings = new ArrayList<>(List.of(Encoding.RLE));
    long data = at;
    BytesInput body;
    Encoding encoding;
    if (column.kind() == Kind.TEXT || column.kind() == Kind.DIGITS) {
      dictionary = at;
      body = texts();
      data = at + out.size();
      encoding = Encoding.RLE_DICTIONARY;
      encodings.add(Encoding.PLAIN);
    } else {
      encoding = encoding(column.kind());
      body = numbers(column.kind());
    }
    encodings.add(encoding);
    dataPage(body, encoding);
    var meta =
        new ColumnMetaData(
            type(column.kind()),
            encodings,
            List.of(column.name()),
            CompressionCodec.UNCOMPRESSED,
            rows,
            out.size(),
            out.size(),
            data);
    meta.setStatistics(new Statistics().setNull_count(rows - present.cardinality()));
    if (dictionary >= 0) {
      meta.setDictionary_page_offset(dictionary);
    }
    out.writeTo(target);
    return meta;
  }

  static Type type(Kind kind) {
    return switch (kind) {
      case INT -> Type.INT32;
      case LONG, UNSIGNED_LONG, TIME -> Type.INT64;
      case DOUBLE -> Type.DOUBLE;
      case BOOLEAN -> Type.BOOLEAN;
      case TEXT, DIGITS -> Type.BYTE_ARRAY;
    };
  }

  private static Encoding encoding(Kind kind) {
    return switch (kind) {
      case INT, LONG, UNSIGNED_LONG, TIME -> Encoding.DELTA_BINARY_PACKED;
      case DOUBLE, BOOLEAN -> Encoding.PLAIN;
      case TEXT, DIGITS -> Encoding.RLE_DICTIONARY;
    };
  }

  private BytesInput numbers(Kind kind) {
    return switch (kind) {
      case INT -> {
        var writer = new DeltaBinaryPackingValuesWriterForInteger(FIRST, PAGE, HEAP);
        each(row -> writer.writeInteger((int) values.number(row)));
        yield bytes(writer);
      }
      case LONG, UNSIGNED_LONG, TIME -> {
        var writer = new DeltaBinaryPackingValuesWriterForLong(FIRST, PAGE, HEAP);
        each(row -> writer.writeLong(values.number(row)));
        yield bytes(writer);
      }
      case DOUBLE -> {
        ByteBuffer buffer =
            ByteBuffer.allocate(Double.BYTES * present.cardinality())
                .order(ByteOrder.LITTLE_ENDIAN);
        each(row -> buffer.putLong(values.number(row)));
        yield BytesInput.from(buffer.array());
      }
      case BOOLEAN -> {
        var bits = new BitSet();
        int count = 0;
        for (int row = present.nextSetBit(0); row >= 0; row = present.nextSetBit(row + 1)) {
          bits.set(count++, values.number(row) != 0);
        }
        byte[] bytes = new byte[(count + 7) / 8];
        byte[] set = bits.toByteArray();
        System.arraycopy(set, 0, bytes, 0, set.length);
        yield BytesInput.from(bytes);
      }
      case TEXT, DIGITS -> throw new IllegalArgumentException(kind + " is no number");
    };
  }

  private static BytesInput bytes(DeltaBinaryPackingValuesWriter writer) {
    return writer.getBytes();
  }

  private interface Row {
    void take(int row);
  }

  private void each(Row row) {
    for (int at = present.nextSetBit(0); at >= 0; at = present.nextSetBit(at + 1)) {
      row.take(at);
    }
  }

  /** Writes the page of the distinct texts; the body of the other page has their numbers. */
  private BytesInput texts() throws IOException {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    var distinct = new ByteArrayOutputStream();
    int[] codes = new int[present.cardinality()];
    int count = 0;
    for (int row = present.nextSetBit(0); row >= 0; row = present.nextSetBit(row + 1)) {
      String text = values.text(row);
      Integer known = numbers.get(text);
      if (known == null) {
        known = numbers.size();
        numbers.put(text, known);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        BytesUtils.writeIntLittleEndian(distinct, bytes.length);
        distinct.writeBytes(bytes);
      }
      codes[count++] = known;
    }
    var header = new PageHeader(PageType.DICTIONARY_PAGE, distinct.size(), distinct.size());
    header.setDictionary_page_header(new DictionaryPageHeader(numbers.size(), Encoding.PLAIN));
    header.setCrc(sum(distinct.toByteArray()));
    Util.writePageHeader(header, out);
    distinct.writeTo(out);
    int width = BytesUtils.getWidthFromMaxInt(Math.max(0, numbers.size() - 1));
    try (var encoder = new RunLengthBitPackingHybridEncoder(width, FIRST, PAGE, HEAP)) {
      for (int code : codes) {
        encoder.writeInt(code);
      }
      var numbered = new ByteArrayOutputStream();
      numbered.write(width);
      encoder.toBytes().writeAllTo(numbered);
      return BytesInput.from(numbered);
    }
  }

  /** Which rows have a value, then the values. */
  private void dataPage(BytesInput body, Encoding encoding) throws IOException {
    var levels = new ByteArrayOutputStream();
    try (var encoder = new RunLengthBitPackingHybridEncoder(1, FIRST, PAGE, HEAP)) {
      for (int row = 0; row < rows; row++) {
        encoder.writeInt(present.get(row) ? 1 : 0);
      }
      encoder.toBytes().writeAllTo(levels);
    }
    int size = Math.toIntExact(Integer.BYTES + levels.size() + body.size());
    var page = new ByteArrayOutputStream(size);
    BytesUtils.writeIntLittleEndian(page, levels.size());
    levels.writeTo(page);
    body.writeAllTo(page);
    var header = new PageHeader(PageType.DATA_PAGE, size, size);
    header.setData_page_header(new DataPageHeader(rows, encoding, Encoding.RLE, Encoding.RLE));
    header.setCrc(sum(page.toByteArray()));
    Util.writePageHeader(header, out);
    page.writeTo(out);
  }

  /** By which a reader knows that the bytes of a page are those that were written. */
  private static int sum(byte[] page) {
    var sum = new CRC32();
    sum.update(page);
    return (int) sum.getValue();
  }
}
