package org.skep.bpf.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;

/** Finds the global variables of an object by its types. */
public final class Globals {
  /** No type of C nests deeper; types of a damaged object may contain themselves. */
  private static final int DEEPEST = 64;

  private Globals() {}

  /**
   * The variables of the sections that are there, in the order of the sections.
   *
   * @param sections the names of the maps that hold sections
   * @param names what numbers are called that mean something of the running Linux
   * @param memory the memory of a section
   */
  public static List<GlobalVariable> of(
      Optional<Btf> types,
      List<String> sections,
      KernelObjectNames names,
      Function<String, GlobalVariable.Memory> memory) {
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
                addAll(all, btf, data, names, memory.apply(data.name()));
              }
            });
    return all;
  }

  private static void addAll(
      List<GlobalVariable> all,
      Btf btf,
      BtfType.DataSection data,
      KernelObjectNames names,
      GlobalVariable.Memory memory) {
    for (BtfType.SectionVariable place : data.variables()) {
      if (btf.type(place.variable()) instanceof BtfType.Variable variable) {
        all.add(
            new GlobalVariable(
                variable.name(),
                data.name(),
                place.byteOffset(),
                BtfCodec.of(
                    Optional.of(btf), variable.type(), (int) place.byteSize(), names.byFormat()),
                data.name().startsWith(".rodata") && !isVolatile(btf, variable.type()),
                memory));
      }
    }
  }

  /**
   * Whether each reading of a variable reads memory. Of one in {@code .rodata} that is not, clang
   * takes the value that it has when compiling; a {@code static} one that nothing writes is there
   * too, also without {@code const}.
   */
  private static boolean isVolatile(Btf btf, TypeId type) {
    TypeId at = type;
    for (int depth = 0; depth < DEEPEST; depth++) {
      Optional<TypeId> next =
          switch (btf.type(at)) {
            case BtfType.Volatile _ -> Optional.of(at);
            case BtfType.Const t -> Optional.of(t.target());
            case BtfType.Restrict t -> Optional.of(t.target());
            case BtfType.Typedef t -> Optional.of(t.target());
            case BtfType.TypeTag t -> Optional.of(t.target());
            case BtfType.Array t -> Optional.of(t.element());
            default -> Optional.empty();
          };
      if (next.isEmpty()) {
        return false;
      }
      if (next.get().equals(at)) {
        return btf.type(at) instanceof BtfType.Volatile;
      }
      at = next.get();
    }
    return false;
  }
}
