package org.skep.bpf.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skep.Note;
import org.skep.btf.ElfObject;
import org.skep.btf.ElfObject.Relocation;
import org.skep.btf.ElfObject.Section;
import org.skep.btf.ElfObject.Symbol;

/**
 * Programs that the definition of an array of programs names: {@code .values = { [0] = (void
 * *)&parse }}. libbpf puts them in when all are loaded, and fails with EBADF where one of them is
 * not.
 */
final class ProgramSlots {
  private static final String SECTION = ".rel.maps";

  private final byte[] elf;

  /** The relocations that put a program into a slot, by the program's name. */
  private final Map<String, List<Relocation>> slots = new LinkedHashMap<>();

  /** The definition that each of them is in. */
  private final Map<Relocation, String> arrays = new LinkedHashMap<>();

  private ProgramSlots(byte[] elf) {
    this.elf = elf;
  }

  static ProgramSlots of(byte[] elf) {
    var found = new ProgramSlots(elf);
    ElfObject object = ElfObject.of(elf);
    object.section(SECTION).ifPresent(section -> found.read(object, section));
    return found;
  }

  private void read(ElfObject object, Section section) {
    List<Symbol> symbols = object.symbols();
    for (Relocation place : object.relocations(section)) {
      Symbol symbol = symbols.get((int) place.symbol());
      if (symbol.type() == ElfObject.FUNCTION) {
        slots.computeIfAbsent(symbol.name(), _ -> new ArrayList<>()).add(place);
        symbols.stream()
            .filter(
                s ->
                    s.type() == ElfObject.VARIABLE
                        && s.section() == section.info()
                        && s.value() <= place.offset()
                        && place.offset() < s.value() + s.byteSize())
            .findFirst()
            .ifPresent(map -> arrays.put(place, map.name()));
      }
    }
  }

  /** The object as it was given. */
  byte[] elf() {
    return elf;
  }

  /** Whether a program is in a slot. */
  boolean have(String program) {
    return slots.containsKey(program);
  }

  /** The object with the slots of all but some programs empty. */
  byte[] withOnly(Set<String> programs) {
    List<Relocation> unwanted =
        slots.entrySet().stream()
            .filter(e -> !programs.contains(e.getKey()))
            .flatMap(e -> e.getValue().stream())
            .toList();
    return unwanted.isEmpty()
        ? elf
        : ElfObject.of(elf).section(SECTION).map(s -> cut(s, unwanted)).orElse(elf);
  }

  private byte[] cut(Section section, List<Relocation> unwanted) {
    return ElfObject.of(elf).without(section, unwanted);
  }

  /** What stays empty without some programs, a sentence for each. */
  List<Note> notes(Set<String> programs) {
    return slots.entrySet().stream()
        .filter(e -> programs.contains(e.getKey()))
        .flatMap(
            e ->
                e.getValue().stream()
                    .map(arrays::get)
                    .distinct()
                    .map(
                        array ->
                            Note.warning(
                                "array '"
                                    + array
                                    + "' has no '"
                                    + e.getKey()
                                    + "', which is not loaded: a tail call to its slot does nothing")))
        .toList();
  }
}
