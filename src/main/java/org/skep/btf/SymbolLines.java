package org.skep.btf;

import java.util.Optional;
import org.skep.BtfFormatException;
import org.skep.btf.ElfObject.Relocation;
import org.skep.btf.ElfObject.Section;

/** Finds the line of the source in which an object uses a symbol, by its {@code .BTF.ext}. */
public final class SymbolLines {
  private static final int RECORD_BYTES = 16;
  private static final int HEAD_BYTES = 8;
  private static final int LINE_SHIFT = 10;

  /**
   * A line of the source.
   *
   * @param file the name of the file, without its folder
   * @param number from 1
   */
  public record Line(String file, int number) {
    /** {@code line 7}, or {@code helpers.h:7} of a header. */
    @Override
    public String toString() {
      return file.endsWith(".h") ? file + ":" + number : "line " + number;
    }
  }

  private SymbolLines() {}

  /** The first line that uses a symbol; nothing where the object does not tell. */
  public static Optional<Line> useOf(byte[] raw, String symbol) {
    try {
      return find(ElfObject.of(raw), symbol);
    } catch (BtfFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Line> find(ElfObject elf, String symbol) {
    var symbols = elf.symbols();
    for (Section section : elf.sections()) {
      if (section.type() != ElfObject.RELOCATIONS || section.info() >= elf.sections().size()) {
        continue;
      }
      for (Relocation place : elf.relocations(section)) {
        if (place.symbol() < symbols.size()
            && symbols.get((int) place.symbol()).name().equals(symbol)) {
          var line = at(elf, elf.sections().get((int) section.info()).name(), place.offset());
          if (line.isPresent()) {
            return line;
          }
        }
      }
    }
    return symbols.stream()
        .filter(s -> s.name().equals(symbol) && s.type() == ElfObject.FUNCTION)
        .filter(s -> s.section() > 0 && s.section() < elf.sections().size())
        .findFirst()
        .flatMap(s -> at(elf, elf.sections().get(s.section()).name(), s.value()));
  }

  /** The line of an instruction. */
  private static Optional<Line> at(ElfObject elf, String section, long offset) {
    var types = elf.section(".BTF").map(s -> Btf.parse(elf.bytes(s)));
    var extension = elf.section(".BTF.ext");
    if (types.isEmpty() || extension.isEmpty()) {
      return Optional.empty();
    }
    Btf btf = types.get();
    BtfBytes bytes = elf.part(extension.get());
    BtfBytes.require(0, 24, bytes.length(), "a header of .BTF.ext");
    long start = bytes.uint32(4) + bytes.uint32(16);
    long end = start + bytes.uint32(20);
    BtfBytes.require(start, bytes.uint32(20), bytes.length(), "lines");
    BtfBytes.require(start, 4, end, "lines");
    long width = bytes.uint32((int) start);
    if (width < RECORD_BYTES) {
      return Optional.empty();
    }
    Line found = null;
    for (long at = start + 4; at + HEAD_BYTES <= end; ) {
      boolean wanted = name(btf, bytes.uint32((int) at)).equals(section);
      long count = bytes.uint32((int) at + 4);
      at += HEAD_BYTES;
      BtfBytes.require(at, count * width, end, "lines");
      for (long i = 0; wanted && i < count; i++) {
        int record = (int) (at + i * width);
        if (bytes.uint32(record) <= offset) {
          String file = name(btf, bytes.uint32(record + 4));
          found =
              new Line(
                  file.substring(file.lastIndexOf('/') + 1),
                  bytes.int32(record + 12) >>> LINE_SHIFT);
        }
      }
      at += count * width;
    }
    return Optional.ofNullable(found).filter(l -> l.number() > 0);
  }

  private static String name(Btf btf, long offset) {
    return offset < btf.stringBytes() ? btf.string((int) offset) : "";
  }
}
