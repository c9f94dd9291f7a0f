package org.skep.table.build;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.skep.btf.FieldReader;
import org.skep.btf.Text;

/** Texts and other bytes that are shown as text, each distinct one decoded once. */
final class TextColumnBuilder extends ColumnBuilder {
  private static final int SHORT = 2 * Long.BYTES;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private final int offset;
  private final int byteSize;
  private final boolean endsWithNul;
  private final boolean isWhole;
  private final boolean isText;
  private final Function<byte[], String> decoder;
  private final Function<byte[], String> partDecoder;
  private final Dictionary codes;
  private final long[] words;
  private int[] data = new int[0];
  private long behind;

  private TextColumnBuilder(
      String name,
      long offset,
      int byteSize,
      boolean endsWithNul,
      boolean isWhole,
      boolean ofText,
      Function<byte[], String> decoder,
      Function<byte[], String> partDecoder) {
    super(name);
    this.offset = Math.toIntExact(offset);
    this.byteSize = byteSize;
    this.endsWithNul = endsWithNul;
    this.isWhole = isWhole;
    this.isText = ofText;
    this.decoder = decoder;
    this.partDecoder = partDecoder;
    // Behind bytes, how many there are of a part.
    this.words = new long[(byteSize + 7) / 8 + (ofText ? 0 : 1)];
    this.codes = new Dictionary(words.length);
  }

  /**
   * A {@code char[]}.
   *
   * @param whole whether what follows its NUL counts, and is shown
   */
  static TextColumnBuilder ofText(String name, FieldReader reader, boolean whole) {
    var field = reader.field();
    boolean one = field.byteSize() == 1; // a single char may well be NUL
    return new TextColumnBuilder(
        name,
        field.byteOffset(),
        (int) field.byteSize(),
        !one && !whole,
        !one && whole,
        true,
        one ? b -> b[0] == 0 ? "\\x00" : Text.decode(b) : whole ? Text::whole : Text::decode,
        whole ? Text::whole : Text::decode);
  }

  /**
   * Bytes of which every one counts.
   *
   * @param partDecoder for less than all of them
   */
  static TextColumnBuilder ofBytes(
      String name,
      long offset,
      int byteSize,
      Function<byte[], String> decoder,
      Function<byte[], String> partDecoder) {
    return new TextColumnBuilder(name, offset, byteSize, false, false, false, decoder, partDecoder);
  }

  @Override
  void reserve(int rows) {
    if (data.length < rows) {
      data = Arrays.copyOf(data, rows);
    }
  }

  @Override
  void fill(RowBytes bytes, Slice run, int row) {
    byte[] array = bytes.array();
    int[] target = data;
    int at = row;
    for (int g = 0; g < run.groups(); g++) {
      int p = run.at(g, 0) + offset;
      if (run.stride() == 0) { // one key for several CPUs
        Arrays.fill(target, at, at + run.perGroup(), code(array, p));
        at += run.perGroup();
        continue;
      }
      for (int i = 0; i < run.perGroup(); i++, p += run.stride()) {
        target[at++] = code(array, p);
      }
    }
  }

  /**
   * Takes one value of which only the first bytes are there, the others being 0 in memory.
   *
   * @param length how many of its bytes there are
   */
  void fillPart(RowBytes bytes, int row, int length) {
    int start = offset;
    if (isText || length >= byteSize) {
      data[row] = code(bytes.array(), start);
      return;
    }
    byte[] own = Arrays.copyOfRange(bytes.array(), start, start + length);
    long[] value = new long[words.length];
    for (int i = 0; i < length; i++) {
      value[i / 8] |= (own[i] & 0xffL) << (8 * (i % 8));
    }
    value[words.length - 1] = 1L + length;
    int code = codes.find(value);
    data[row] = code >= 0 ? code : codes.add(code, partDecoder.apply(own), value);
  }

  private int code(byte[] bytes, int start) {
    return isText && byteSize <= SHORT ? shortCode(bytes, start) : longCode(bytes, start);
  }

  /** Of texts as long as the name of a task, of which there are most. */
  private int shortCode(byte[] bytes, int start) {
    long first = word(bytes, start, 0);
    long second = word(bytes, start, 8);
    if (endsWithNul) {
      long nul = nul(first);
      long kept = nul == 0 ? first : first & before(nul);
      long next = nul == 0 ? second : 0;
      nul = nul(next);
      next = nul == 0 ? next : next & before(nul);
      behind |= (first ^ kept) | (second ^ next);
      first = kept;
      second = next;
    }
    int code = codes.find(first, second);
    return code >= 0 ? code : codes.add(code, text(bytes, start), first, second);
  }

  private int longCode(byte[] bytes, int start) {
    boolean ended = false;
    for (int i = 0; 8 * i < byteSize; i++) {
      long word = word(bytes, start, 8 * i);
      long kept = ended ? 0 : word;
      long nul = endsWithNul ? nul(kept) : 0;
      if (nul != 0) {
        kept &= before(nul);
        ended = true;
      }
      behind |= word ^ kept;
      words[i] = kept;
    }
    int code = codes.find(words);
    return code >= 0 ? code : codes.add(code, text(bytes, start), words);
  }

  private String text(byte[] bytes, int start) {
    byte[] own = Arrays.copyOfRange(bytes, start, start + byteSize);
    if (isWhole && behind == 0 && Text.endsBeforeOthers(own)) {
      behind = 1;
    }
    return decoder.apply(own);
  }

  /** Eight bytes of a text, those after its end as 0. */
  private long word(byte[] bytes, int start, int at) {
    if (at + 8 <= byteSize) {
      return RowBytes.getLong(bytes, start + at);
    }
    long word = 0;
    for (int i = at; i < byteSize; i++) {
      word |= (bytes[start + i] & 0xffL) << (8 * (i - at));
    }
    return word;
  }

  /** A bit for each byte that is 0; those above the lowest one may be for others. */
  private static long nul(long word) {
    return (word - ONES) & ~word & HIGHS;
  }

  /** What is below the lowest of these bits' bytes. */
  private static long before(long nul) {
    return (1L << (Long.numberOfTrailingZeros(nul) & ~7)) - 1;
  }

  @Override
  Made make(int rows) {
    return new Made(codes.column(name(), data, rows), List.of(), notes());
  }

  /** What is to be said of texts with something behind their NUL. */
  private List<String> notes() {
    if (behind == 0) {
      return List.of();
    }
    return List.of(
        isWhole
            ? "'"
                + name()
                + "': some texts have bytes behind their NUL, shown as \\x00 and what follows, which"
                + " make them different keys (set all bytes of a key to zero before filling it)"
            : "'"
                + name()
                + "': some texts have bytes behind their NUL, which are not shown (skep_hex behind"
                + " the member shows all bytes; Java values have them too)");
  }

  @Override
  void clear() {
    codes.clear();
    behind = 0;
  }

  @Override
  void rotate(int first, int rows) {
    int[] before = Arrays.copyOf(data, first);
    System.arraycopy(data, first, data, 0, rows - first);
    System.arraycopy(before, 0, data, rows - first, first);
  }

  @Override
  void tidy(int rows) {
    codes.keepUsed(data, rows);
  }

  @Override
  void release() {
    data = new int[0];
  }
}
