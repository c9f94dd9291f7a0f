package org.skep.table;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.skep.btf.FieldReader;
import org.skep.btf.Text;

/** Texts and other bytes that are shown as text, each distinct one decoded once. */
final class TextFill extends ColumnFill {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private final long offset;
  private final int byteSize;
  private final boolean endsWithNul;
  private final Function<byte[], String> decoder;
  private final Codes codes;
  private final long[] words;
  private int[] data = new int[0];
  private boolean junk;

  private TextFill(
      String name,
      long offset,
      int byteSize,
      boolean endsWithNul,
      Function<byte[], String> decoder) {
    super(name);
    this.offset = offset;
    this.byteSize = byteSize;
    this.endsWithNul = endsWithNul;
    this.decoder = decoder;
    this.words = new long[(byteSize + 7) / 8];
    this.codes = new Codes(words.length);
  }

  /** A {@code char[]}: what follows its end does not count. */
  static TextFill ofText(String name, FieldReader reader) {
    var field = reader.field();
    boolean one = field.byteSize() == 1; // a single char may well be NUL
    return new TextFill(
        name,
        field.byteOffset(),
        (int) field.byteSize(),
        !one,
        one ? b -> b[0] == 0 ? "\\x00" : Text.decode(b) : Text::decode);
  }

  /** Bytes of which every one counts. */
  static TextFill ofBytes(
      String name, long offset, int byteSize, Function<byte[], String> decoder) {
    return new TextFill(name, offset, byteSize, false, decoder);
  }

  @Override
  void reserve(int rows) {
    if (data.length < rows) {
      data = Arrays.copyOf(data, rows);
    }
  }

  @Override
  void fill(MemorySegment bytes, Run run, int row) {
    int at = row;
    for (int g = 0; g < run.groups(); g++) {
      long p = run.start() + g * run.groupStride() + offset;
      if (run.stride() == 0) { // one key for several processors
        Arrays.fill(data, at, at + run.perGroup(), code(bytes, p));
        at += run.perGroup();
        continue;
      }
      for (int i = 0; i < run.perGroup(); i++, p += run.stride()) {
        data[at++] = code(bytes, p);
      }
    }
  }

  private int code(MemorySegment bytes, long start) {
    if (endsWithNul) {
      loadText(bytes, start);
    } else {
      load(bytes, start);
    }
    int code = codes.find(words);
    if (code >= 0) {
      return code;
    }
    byte[] raw = bytes.asSlice(start, byteSize).toArray(ValueLayout.JAVA_BYTE);
    return codes.add(code, words, decoder.apply(raw));
  }

  private void load(MemorySegment bytes, long start) {
    int whole = byteSize >> 3;
    for (int i = 0; i < whole; i++) {
      words[i] = bytes.get(LONG, start + 8L * i);
    }
    if (whole < words.length) {
      words[whole] = tail(bytes, start + 8L * whole);
    }
  }

  private void loadText(MemorySegment bytes, long start) {
    int whole = byteSize >> 3;
    boolean ended = false;
    long behind = 0;
    for (int i = 0; i < words.length; i++) {
      long word = i < whole ? bytes.get(LONG, start + 8L * i) : tail(bytes, start + 8L * i);
      if (ended) {
        behind |= word;
        words[i] = 0;
        continue;
      }
      long nul = (word - ONES) & ~word & HIGHS;
      if (nul != 0) { // the lowest of these bits marks the first NUL
        int keep = Long.numberOfTrailingZeros(nul) & ~7;
        long mask = (1L << keep) - 1;
        behind |= word & ~mask;
        word &= mask;
        ended = true;
      }
      words[i] = word;
    }
    junk |= behind != 0;
  }

  private long tail(MemorySegment bytes, long start) {
    long word = 0;
    int count = byteSize & 7;
    for (int i = 0; i < count; i++) {
      word |= (bytes.get(ValueLayout.JAVA_BYTE, start + i) & 0xffL) << (8 * i);
    }
    return word;
  }

  /** Whether some text had something behind its end, so that equal texts are different bytes. */
  boolean hasJunk() {
    return junk;
  }

  @Override
  Made make(int rows) {
    return new Made(codes.column(name(), data, rows), List.of(), List.of());
  }

  @Override
  void clear() {
    codes.clear();
    junk = false;
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
