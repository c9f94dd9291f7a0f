package org.skep.btf;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.skep.BtfFormatException;

/**
 * Finds the records of raw BTF and proves that they are well formed: every record within its
 * section, every name within the strings, every reference to a type that exists. What is read later
 * needs no further check of bounds.
 */
final class BtfScanner {
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER_BYTES = 24;

  private final BtfBytes bytes;
  private final @Nullable Btf base;
  private int typeStart;
  private int typeEnd;
  private int stringStart;
  private int stringEnd;
  private int[] offsets = new int[0];
  private int count;

  private BtfScanner(BtfBytes bytes, @Nullable Btf base) {
    this.bytes = bytes;
    this.base = base;
  }

  /** Parses; the bytes are kept and must not change. */
  static Btf scan(byte[] raw, @Nullable Btf base) {
    BtfBytes.require(0, HEADER_BYTES, raw.length, "a BTF header");
    var bytes = new BtfBytes(raw, orderOf(raw));
    if (base != null && base.byteOrder() != bytes.order()) {
      throw new BtfFormatException(
          "the byte order of the base, " + base.byteOrder(), bytes.order().toString(), 0);
    }
    var scanner = new BtfScanner(bytes, base);
    scanner.header();
    scanner.records();
    scanner.references();
    return new Btf(
        bytes,
        base,
        Arrays.copyOf(scanner.offsets, scanner.count),
        scanner.stringStart,
        scanner.stringEnd);
  }

  private static ByteOrder orderOf(byte[] raw) {
    int first = raw[0] & 0xff;
    int second = raw[1] & 0xff;
    if ((second << 8 | first) == MAGIC) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    if ((first << 8 | second) == MAGIC) {
      return ByteOrder.BIG_ENDIAN;
    }
    throw new BtfFormatException(
        "the magic number 0xeb9f in either byte order",
        String.format("bytes %02x %02x", first, second),
        0);
  }

  private void header() {
    int version = bytes.int8(2) & 0xff;
    if (version != 1) {
      throw new BtfFormatException("BTF version 1", "version " + version, 2);
    }
    long headerSize = bytes.uint32(4);
    if (headerSize < HEADER_BYTES || headerSize > bytes.length()) {
      throw new BtfFormatException(
          "a header of " + HEADER_BYTES + " to " + bytes.length() + " bytes",
          headerSize + " bytes",
          4);
    }
    typeStart = section(headerSize, 8, "types");
    typeEnd = Math.toIntExact(typeStart + bytes.uint32(12));
    stringStart = section(headerSize, 16, "strings");
    stringEnd = Math.toIntExact(stringStart + bytes.uint32(20));
    if ((typeStart - headerSize) % 4 != 0) {
      throw new BtfFormatException(
          "types at a multiple of 4 bytes", "offset " + bytes.uint32(8), 8);
    }
    if (stringStart == stringEnd && base != null) {
      return; // a split BTF may add no strings
    }
    if (stringStart == stringEnd || (base == null && bytes.int8(stringStart) != 0)) {
      throw new BtfFormatException("strings that begin with a NUL", "none", stringStart);
    }
    if (bytes.int8(stringEnd - 1) != 0) {
      throw new BtfFormatException(
          "a NUL at the end of the strings", "byte " + bytes.int8(stringEnd - 1), stringEnd - 1);
    }
  }

  private int section(long headerSize, int at, String what) {
    long start = headerSize + bytes.uint32(at);
    long size = bytes.uint32(at + 4);
    if (start + size > bytes.length()) {
      throw new BtfFormatException(
          what + " within the " + bytes.length() + " bytes",
          size + " bytes of them from offset " + start,
          at);
    }
    return Math.toIntExact(start);
  }

  private void records() {
    // a record has 12 bytes at least and 30 on average
    offsets = new int[Math.max(16, (typeEnd - typeStart) / 28)];
    int at = typeStart;
    while (at < typeEnd) {
      BtfBytes.require(at, BtfKind.RECORD_BYTES, typeEnd, "a type record");
      int info = bytes.int32(at + 4);
      int kind = BtfKind.kindOf(info);
      if (kind == BtfKind.VOID || kind > BtfKind.LAST) {
        throw new BtfFormatException(
            "a kind of type from 1 to " + BtfKind.LAST, "kind " + kind, at + 4L);
      }
      long size =
          BtfKind.RECORD_BYTES
              + BtfKind.fixedBytes(kind)
              + (long) BtfKind.countOf(info) * BtfKind.bytesPerMember(kind);
      BtfBytes.require(at, size, typeEnd, "a type record of kind " + kind);
      if (count == offsets.length) {
        offsets = Arrays.copyOf(offsets, count * 2);
      }
      offsets[count++] = at;
      at += (int) size;
    }
  }

  private void references() {
    long types = (base == null ? 1L : base.typeCount()) + count;
    long strings = (base == null ? 0L : base.stringBytes()) + stringEnd - stringStart;
    for (int i = 0; i < count; i++) {
      int at = offsets[i];
      int info = bytes.int32(at + 4);
      int kind = BtfKind.kindOf(info);
      string(at, strings);
      if (BtfKind.refersToType(kind)) {
        reference(at + 8, types);
      }
      int body = at + BtfKind.RECORD_BYTES;
      int members = BtfKind.countOf(info);
      switch (kind) {
        case BtfKind.INT -> integer(at);
        case BtfKind.FLOAT, BtfKind.ENUM, BtfKind.ENUM64 -> scalarSize(at + 8, kind);
        case BtfKind.ARRAY -> {
          reference(body, types);
          reference(body + 4, types);
        }
        case BtfKind.DATASEC -> {
          for (int m = 0; m < members; m++) {
            reference(body + 12 * m, types);
          }
        }
        default -> {}
      }
      int width = BtfKind.bytesPerMember(kind);
      if (width != 0 && kind != BtfKind.DATASEC) {
        boolean typed =
            kind == BtfKind.STRUCT || kind == BtfKind.UNION || kind == BtfKind.FUNC_PROTO;
        for (int m = 0; m < members; m++) {
          string(body + width * m, strings);
          if (typed) {
            reference(body + width * m + 4, types);
          }
        }
      }
    }
  }

  private void string(int at, long limit) {
    long offset = bytes.uint32(at);
    if (offset >= limit && offset != 0) {
      throw new BtfFormatException(
          "a name within " + limit + " bytes of strings", "string offset " + offset, at);
    }
  }

  private void reference(int at, long limit) {
    long id = bytes.uint32(at);
    if (id >= limit) {
      throw new BtfFormatException("a type id below " + limit, "type id " + id, at);
    }
  }

  private void integer(int at) {
    long byteSize = bytes.uint32(at + 8);
    int data = bytes.int32(at + BtfKind.RECORD_BYTES);
    int bits = data & 0xff;
    int bitOffset = data >>> 16 & 0xff;
    int encoding = data >>> 24 & 0xf;
    if (byteSize != 1 && byteSize != 2 && byteSize != 4 && byteSize != 8 && byteSize != 16) {
      throw new BtfFormatException(
          "an integer of 1, 2, 4, 8 or 16 bytes", byteSize + " bytes", at + 8L);
    }
    if (bits == 0 || bitOffset + bits > byteSize * 8) {
      throw new BtfFormatException(
          "an integer of 1 to " + byteSize * 8 + " bits",
          bits + " bits from bit " + bitOffset,
          at + 12L);
    }
    if (Integer.bitCount(encoding) > 1) {
      throw new BtfFormatException(
          "an integer that is signed, a character or a boolean", "encoding " + encoding, at + 12L);
    }
  }

  private void scalarSize(int at, int kind) {
    long byteSize = bytes.uint32(at);
    boolean known =
        byteSize == 2
            || byteSize == 4
            || byteSize == 8
            || (kind == BtfKind.FLOAT ? byteSize == 12 || byteSize == 16 : byteSize == 1);
    if (!known) {
      throw new BtfFormatException(
          kind == BtfKind.FLOAT
              ? "a floating point number of 2, 4, 8, 12 or 16 bytes"
              : "an enum of 1, 2, 4 or 8 bytes",
          byteSize + " bytes",
          at);
    }
  }
}
