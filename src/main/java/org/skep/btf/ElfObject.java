package org.skep.btf;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.skep.BtfFormatException;

/**
 * The sections, symbols and relocations of an ELF object; 64-bit objects of either byte order.
 * Nothing here reads beyond the bytes, whatever they are.
 */
public final class ElfObject {
  /** {@code SHT_SYMTAB}. */
  public static final int SYMBOLS = 2;

  /** {@code SHT_NOBITS}: a section without bytes in the file, such as {@code .bss}. */
  public static final int NO_BITS = 8;

  /** {@code SHT_REL}. */
  public static final int RELOCATIONS = 9;

  /** {@code STT_OBJECT}: a symbol that is a variable. */
  public static final int VARIABLE = 1;

  /** {@code STT_FUNC}: a symbol that is a function. */
  public static final int FUNCTION = 2;

  static final int SYMBOL_BYTES = 24;
  static final int RELOCATION_BYTES = 16;

  private static final int HEADER_BYTES = 64;
  private static final int SECTION_BYTES = 64;
  private static final int INDEX_ELSEWHERE = 0xffff;

  /**
   * A section.
   *
   * @param index its number
   * @param name its name; empty where the file has none
   * @param header the offset of its header in the file
   * @param type such as {@link #SYMBOLS}
   * @param flags {@code sh_flags}
   * @param start where its bytes begin in the file
   * @param byteSize how many they are; of {@link #NO_BITS} none of them are in the file
   * @param link {@code sh_link}: the section with its names
   * @param info {@code sh_info}: the section that relocations are for
   * @param entryBytes the size of an entry, 0 where it has none
   */
  public record Section(
      int index,
      String name,
      int header,
      int type,
      long flags,
      long start,
      long byteSize,
      long link,
      long info,
      long entryBytes) {
    boolean hasBytes() {
      return type != NO_BITS;
    }
  }

  /**
   * A symbol.
   *
   * @param type such as {@link #FUNCTION}
   * @param section the number of its section; 0 where it is defined elsewhere
   * @param value where it begins in its section
   */
  public record Symbol(String name, int type, int section, long value, long byteSize) {}

  /**
   * A place that is filled in when loading.
   *
   * @param at where it stands in the file itself
   * @param offset the place, in the section that is relocated
   * @param symbol the number of the symbol whose address goes there
   */
  public record Relocation(int at, long offset, long symbol) {}

  private final byte[] raw;
  private final BtfBytes elf;
  private final List<Section> sections;

  private ElfObject(byte[] raw, BtfBytes elf) {
    this.raw = raw;
    this.elf = elf;
    this.sections = readSections();
  }

  /**
   * Reads the headers.
   *
   * @param raw the file; kept, and not to be changed
   * @throws BtfFormatException if it is no ELF object of 64 bits, or its headers lie outside
   */
  public static ElfObject of(byte[] raw) {
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
    return new ElfObject(raw, new BtfBytes(raw, order));
  }

  /** The sections by number; the first is none. */
  public List<Section> sections() {
    return sections;
  }

  /** The first section of a name that has bytes in the file. */
  public Optional<Section> section(String name) {
    return sections.stream().filter(s -> s.hasBytes() && s.name().equals(name)).findFirst();
  }

  /**
   * The bytes of a section.
   *
   * @throws BtfFormatException if they lie outside the file
   */
  public byte[] bytes(Section section) {
    within(section);
    return Arrays.copyOfRange(
        raw, (int) section.start(), (int) (section.start() + section.byteSize()));
  }

  /** The bytes of the section of a name. */
  static Optional<byte[]> section(byte[] raw, String name) {
    var object = of(raw);
    return object.section(name).map(object::bytes);
  }

  /** A byte of a section, within the bytes that {@link #within} has checked. */
  byte int8(Section section, long offset) {
    return elf.int8((int) (section.start() + offset));
  }

  /** The bytes of a section, with the order of the file. */
  BtfBytes part(Section section) {
    return new BtfBytes(bytes(section), elf.order());
  }

  /**
   * The symbols by number.
   *
   * @throws BtfFormatException if they or their names lie outside the file
   */
  public List<Symbol> symbols() {
    var table = sections.stream().filter(s -> s.type() == SYMBOLS).findFirst();
    if (table.isEmpty()) {
      return List.of();
    }
    Section names = linked(table.get());
    var all = new ArrayList<Symbol>();
    for (int at : entries(table.get(), SYMBOL_BYTES)) {
      all.add(
          new Symbol(
              name(names, elf.uint32(at), at),
              elf.int8(at + 4) & 0xf,
              elf.uint16(at + 6),
              int64(at + 8),
              int64(at + 16)));
    }
    return all;
  }

  /**
   * The relocations of a section of them.
   *
   * @throws BtfFormatException if they lie outside the file
   */
  public List<Relocation> relocations(Section section) {
    return entries(section, RELOCATION_BYTES).stream()
        .map(at -> new Relocation(at, int64(at), int64(at + 8) >>> 32))
        .toList();
  }

  /**
   * A copy of the file without some relocations of a section.
   *
   * @param unwanted some of {@link #relocations}
   */
  public byte[] without(Section section, List<Relocation> unwanted) {
    byte[] copy = raw.clone();
    int to = (int) section.start();
    for (Relocation kept : relocations(section)) {
      if (!unwanted.contains(kept)) {
        System.arraycopy(raw, kept.at(), copy, to, RELOCATION_BYTES);
        to += RELOCATION_BYTES;
      }
    }
    long size = to - section.start();
    for (int i = 0; i < Long.BYTES; i++) {
      int shift = elf.order() == ByteOrder.LITTLE_ENDIAN ? 8 * i : 56 - 8 * i;
      copy[section.header() + 32 + i] = (byte) (size >>> shift);
    }
    return copy;
  }

  private List<Integer> entries(Section section, int entryBytes) {
    within(section);
    if (section.entryBytes() != entryBytes || section.byteSize() % entryBytes != 0) {
      throw new BtfFormatException(
          "entries of " + entryBytes + " bytes in section '" + section.name() + "'",
          section.byteSize() + " bytes, " + section.entryBytes() + " for each",
          section.header() + 56L);
    }
    var all = new ArrayList<Integer>();
    for (long i = 0; i < section.byteSize(); i += entryBytes) {
      all.add((int) (section.start() + i));
    }
    return all;
  }

  private Section linked(Section section) {
    if (section.link() <= 0 || section.link() >= sections.size()) {
      throw new BtfFormatException(
          "the names of '" + section.name() + "' in one of " + sections.size() + " sections",
          "section " + section.link(),
          section.header() + 40L);
    }
    Section names = sections.get((int) section.link());
    within(names);
    return names;
  }

  private String name(Section names, long offset, int at) {
    if (!names.hasBytes()
        || offset >= names.byteSize()
        || raw[(int) (names.start() + names.byteSize() - 1)] != 0) {
      throw new BtfFormatException(
          "a name within the " + names.byteSize() + " bytes of section '" + names.name() + "'",
          "offset " + offset,
          at);
    }
    return elf.text((int) (names.start() + offset), (int) (names.start() + names.byteSize()));
  }

  private List<Section> readSections() {
    long table = int64(40);
    if (table == 0) {
      return List.of();
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
    var all = new ArrayList<Section>();
    for (int i = 0; i < count; i++) {
      int at = first + i * SECTION_BYTES;
      long name = elf.uint32(at);
      all.add(
          new Section(
              i,
              name < nameSize
                  ? elf.text((int) (nameStart + name), (int) (nameStart + nameSize))
                  : "",
              at,
              elf.int32(at + 4),
              int64(at + 8),
              int64(at + 24),
              int64(at + 32),
              elf.uint32(at + 40),
              elf.uint32(at + 44),
              int64(at + 56)));
    }
    return List.copyOf(all);
  }

  private long int64(int at) {
    long first = elf.uint32(at);
    long second = elf.uint32(at + 4);
    return elf.order() == ByteOrder.LITTLE_ENDIAN ? second << 32 | first : first << 32 | second;
  }

  /** Throws unless the bytes of a section lie within the file. */
  void within(Section section) {
    if (section.hasBytes()) {
      range(
          section.start(),
          section.byteSize(),
          section.header() + 24,
          "section '" + section.name() + "'");
    }
  }

  private void range(long start, long size, long at, String what) {
    if (start < 0 || size < 0 || start > raw.length || size > raw.length - start) {
      throw new BtfFormatException(
          what + " within the " + raw.length + " bytes", size + " bytes from offset " + start, at);
    }
  }
}
