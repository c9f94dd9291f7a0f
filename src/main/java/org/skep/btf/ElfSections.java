package org.skep.btf;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.skep.BtfFormatException;

/** Finds a section of an ELF object by its name; 64-bit objects of either byte order. */
final class ElfSections {
  private static final int HEADER_BYTES = 64;
  private static final int SECTION_BYTES = 64;
  private static final int NO_BITS = 8;
  private static final int INDEX_ELSEWHERE = 0xffff;

  private final byte[] raw;
  private final BtfBytes elf;

  private ElfSections(byte[] raw, BtfBytes elf) {
    this.raw = raw;
    this.elf = elf;
  }

  static Optional<byte[]> section(byte[] raw, String name) {
    BtfBytes.require(0, HEADER_BYTES, raw.length, "an ELF header");
    if (raw[0] != 0x7f || raw[1] != 'E' || raw[2] != 'L' || raw[3] != 'F') {
      throw new BtfFormatException(
          "an ELF object",
          String.format("bytes %02x %02x %02x %02x", raw[0], raw[1], raw[2], raw[3]),
          0);
    }
    if (raw[4] != 2) {
      throw new BtfFormatException("an ELF object of 64 bits", "class " + raw[4], 4);
    }
    var order =
        switch (raw[5]) {
          case 1 -> ByteOrder.LITTLE_ENDIAN;
          case 2 -> ByteOrder.BIG_ENDIAN;
          default -> throw new BtfFormatException("byte order 1 or 2", "byte order " + raw[5], 5);
        };
    return new ElfSections(raw, new BtfBytes(raw, order)).find(name);
  }

  private Optional<byte[]> find(String name) {
    long table = int64(40);
    if (table == 0) {
      return Optional.empty();
    }
    if (elf.uint16(58) != SECTION_BYTES) {
      throw new BtfFormatException(
          "section headers of " + SECTION_BYTES + " bytes", elf.uint16(58) + " bytes", 58);
    }
    range(table, SECTION_BYTES, 40, "a section header");
    int first = (int) table;
    // an object with very many sections keeps their number in the first of them
    long count = elf.uint16(60) != 0 ? elf.uint16(60) : int64(first + 32);
    long names = elf.uint16(62) != INDEX_ELSEWHERE ? elf.uint16(62) : elf.uint32(first + 40);
    if (count < 0 || count > raw.length / SECTION_BYTES) {
      throw new BtfFormatException("a number of sections that fits", count + " sections", 60);
    }
    range(table, count * SECTION_BYTES, 40, "the section headers");
    if (names >= count) {
      throw new BtfFormatException(
          "the names in one of " + count + " sections", "section " + names, 62);
    }
    int nameHeader = first + (int) names * SECTION_BYTES;
    long nameStart = int64(nameHeader + 24);
    long nameSize = int64(nameHeader + 32);
    range(nameStart, nameSize, nameHeader + 24, "the names of the sections");
    for (int i = 0; i < count; i++) {
      int header = first + i * SECTION_BYTES;
      long offset = elf.uint32(header);
      if (offset < nameSize
          && elf.text((int) (nameStart + offset), (int) (nameStart + nameSize)).equals(name)
          && elf.int32(header + 4) != NO_BITS) {
        long start = int64(header + 24);
        long size = int64(header + 32);
        range(start, size, header + 24, "section '" + name + "'");
        return Optional.of(Arrays.copyOfRange(raw, (int) start, (int) (start + size)));
      }
    }
    return Optional.empty();
  }

  private long int64(int at) {
    long first = elf.uint32(at);
    long second = elf.uint32(at + 4);
    return elf.order() == ByteOrder.LITTLE_ENDIAN ? second << 32 | first : first << 32 | second;
  }

  private void range(long start, long size, long at, String what) {
    if (start < 0 || size < 0 || start > raw.length || size > raw.length - start) {
      throw new BtfFormatException(
          what + " within the " + raw.length + " bytes", size + " bytes from offset " + start, at);
    }
  }
}
