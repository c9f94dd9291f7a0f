package org.skep.btf;

import java.util.List;
import java.util.Optional;
import org.skep.BtfFormatException;
import org.skep.btf.ElfObject.Relocation;
import org.skep.btf.ElfObject.Section;
import org.skep.btf.ElfObject.Symbol;

/**
 * Proves of an object file what libbpf takes for granted, and would read or write beyond memory
 * without: functions and variables lie within their sections, no instruction of two parts is cut in
 * two, relocations have a place and a symbol, and types are used as what they are. An object that
 * clang made passes as it is.
 */
public final class ObjectCheck {
  private static final int INSTRUCTION_BYTES = 8;
  private static final int LOAD_CONSTANT = 0x18;

  /** From here on, {@code st_shndx} is no section. */
  private static final int FIRST_RESERVED = 0xff00;

  private static final int NAMES = 3;
  private static final long EXECUTABLE = 4;
  private static final long LARGEST_BYTES = 1L << 30;

  /** libbpf follows calls by recursion, and Linux takes 256 functions in a program. */
  private static final int MOST_FUNCTIONS = 4096;

  private static final int EXTENSION_HEADER_BYTES = 24;

  private final ElfObject elf;
  private final List<Section> sections;
  private final List<Symbol> symbols;

  private ObjectCheck(ElfObject elf) {
    this.elf = elf;
    this.sections = elf.sections();
    sections.forEach(this::section);
    this.symbols = elf.symbols();
  }

  /**
   * Checks a file.
   *
   * @throws BtfFormatException if it is damaged; the message says what is wrong, and where
   */
  public static void check(byte[] raw) {
    var check = new ObjectCheck(ElfObject.of(raw));
    check.symbols.forEach(check::symbol);
    check.functions();
    check.relocations();
    var btf = check.elf.section(".BTF").map(check.elf::bytes).map(Btf::parse);
    btf.ifPresent(types -> TypeCheck.check(types, check.elf, check.symbols));
    check.elf.section(".BTF.ext").ifPresent(check::extension);
  }

  private void section(Section section) {
    if (section.index() == 0) {
      return;
    }
    elf.within(section);
    if (section.byteSize() < 0 || section.byteSize() > LARGEST_BYTES) {
      throw new BtfFormatException(
          "at most " + LARGEST_BYTES + " bytes in " + words(section),
          Long.toUnsignedString(section.byteSize()),
          section.header() + 32L);
    }
    if (section.type() == ElfObject.SYMBOLS) {
      boolean named =
          section.link() > 0
              && section.link() < sections.size()
              && sections.get((int) section.link()).type() == NAMES;
      if (!named) {
        throw new BtfFormatException(
            "the names of " + words(section) + " in a section of names",
            "section " + section.link(),
            section.header() + 40L);
      }
    }
  }

  private void symbol(Symbol symbol) {
    boolean isElsewhere = symbol.section() == 0 || symbol.section() >= FIRST_RESERVED;
    if (isElsewhere && symbol.type() != ElfObject.FUNCTION) {
      return;
    }
    if (symbol.section() >= sections.size()) {
      throw new BtfFormatException(
          "symbol '" + symbol.name() + "' in one of " + sections.size() + " sections",
          "section " + symbol.section(),
          0);
    }
    Section section = sections.get(symbol.section());
    if (symbol.section() != 0 && !fits(symbol.value(), symbol.byteSize(), section.byteSize())) {
      throw new BtfFormatException(
          "symbol '"
              + symbol.name()
              + "' within the "
              + section.byteSize()
              + " bytes of "
              + words(section),
          Long.toUnsignedString(symbol.byteSize())
              + " bytes from "
              + Long.toUnsignedString(symbol.value()),
          section.start());
    }
  }

  private static boolean fits(long start, long size, long limit) {
    return start >= 0 && size >= 0 && start <= limit && size <= limit - start;
  }

  private void functions() {
    int inText = 0;
    for (Symbol symbol : symbols) {
      if (symbol.type() != ElfObject.FUNCTION || symbol.section() == 0) {
        continue;
      }
      Section section = sections.get(symbol.section());
      if (!section.hasBytes() || (section.flags() & EXECUTABLE) == 0) {
        continue;
      }
      instructions(symbol, section);
      if (section.name().equals(".text") && ++inText > MOST_FUNCTIONS) {
        throw new BtfFormatException(
            "at most " + MOST_FUNCTIONS + " functions in " + words(section),
            "more",
            section.header());
      }
    }
  }

  /** A constant of 64 bits takes two instructions, and libbpf writes into the second unasked. */
  private void instructions(Symbol function, Section section) {
    if (function.value() % INSTRUCTION_BYTES != 0 || function.byteSize() % INSTRUCTION_BYTES != 0) {
      throw new BtfFormatException(
          "function '" + function.name() + "' of whole instructions",
          function.byteSize() + " bytes from " + function.value(),
          section.start());
    }
    long end = function.value() + function.byteSize();
    for (long at = function.value(); at < end; at += INSTRUCTION_BYTES) {
      if (operation(section, at) == LOAD_CONSTANT) {
        at += INSTRUCTION_BYTES;
        if (at >= end || operation(section, at) != 0) {
          throw new BtfFormatException(
              "the second half of a 64-bit constant in function '" + function.name() + "'",
              at >= end ? "its end" : "another instruction",
              section.start() + at);
        }
      }
    }
  }

  private int operation(Section section, long at) {
    return elf.int8(section, at) & 0xff;
  }

  private void relocations() {
    for (Section section : sections) {
      if (section.type() != ElfObject.RELOCATIONS || section.index() == 0) {
        continue;
      }
      if (section.info() >= sections.size()) {
        throw new BtfFormatException(
            words(section) + " for one of " + sections.size() + " sections",
            "section " + section.info(),
            section.header() + 44L);
      }
      Section target = sections.get((int) section.info());
      for (Relocation place : elf.relocations(section)) {
        if (place.symbol() >= symbols.size()) {
          throw new BtfFormatException(
              "one of " + symbols.size() + " symbols in " + words(section),
              "symbol " + place.symbol(),
              place.at() + 12L);
        }
        if (place.offset() < 0 || place.offset() >= target.byteSize()) {
          throw new BtfFormatException(
              "an offset within the " + target.byteSize() + " bytes of " + words(target),
              "offset " + Long.toUnsignedString(place.offset()),
              place.at());
        }
      }
    }
  }

  /** What libbpf reads of the header before it compares with the size. */
  private void extension(Section section) {
    BtfBytes bytes = elf.part(section);
    BtfBytes.require(0, EXTENSION_HEADER_BYTES, bytes.length(), "a header of .BTF.ext");
    long header = bytes.uint32(4);
    if (header < EXTENSION_HEADER_BYTES || header > bytes.length()) {
      throw new BtfFormatException(
          "a header of .BTF.ext of " + EXTENSION_HEADER_BYTES + " to " + bytes.length() + " bytes",
          header + " bytes",
          section.start() + 4);
    }
  }

  private static String words(Section section) {
    return "section '" + (section.name().isEmpty() ? "" + section.index() : section.name()) + "'";
  }

  /** The section of a name, also one without bytes in the file. */
  static Optional<Section> named(ElfObject elf, String name) {
    return elf.sections().stream().filter(s -> s.name().equals(name)).findFirst();
  }
}
