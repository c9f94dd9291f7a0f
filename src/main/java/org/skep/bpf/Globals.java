package org.skep.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;

/** Finds the global variables of an object by its types. */
final class Globals {
  private Globals() {}

  /**
   * The variables of the sections that are there, in the order of the sections.
   *
   * @param sections the names of the maps that hold sections
   * @param memory the memory of a section
   */
  static List<GlobalVariable> of(
      Optional<Btf> types, List<String> sections, Function<String, GlobalVariable.Memory> memory) {
    List<GlobalVariable> all = new ArrayList<>();
    if (types.isEmpty()) {
      return all;
    }
    Btf btf = types.get();
    btf.types()
        .forEach(
            id -> {
              if (btf.type(id) instanceof BtfType.DataSection data
                  && sections.contains(data.name())) {
                addAll(all, btf, data, memory.apply(data.name()));
              }
            });
    return all;
  }

  private static void addAll(
      List<GlobalVariable> all, Btf btf, BtfType.DataSection data, GlobalVariable.Memory memory) {
    for (BtfType.SectionVariable place : data.variables()) {
      if (btf.type(place.variable()) instanceof BtfType.Variable variable) {
        all.add(
            new GlobalVariable(
                variable.name(),
                data.name(),
                place.byteOffset(),
                Codec.of(Optional.of(btf), variable.type(), (int) place.byteSize()),
                memory));
      }
    }
  }
}
