package org.skep.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.skep.BpfException;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;

/**
 * Functions of the running Linux that programs may call (kfuncs), declared by the kernel's own
 * types: the {@code vmlinux.h} of newer bpftools has them, that of older ones has not.
 */
final class KernelFunctions {
  /** The header that declares them. */
  static final String HEADER = "skep_kfuncs.h";

  private static final String TAG = "bpf_kfunc";
  private static final String MARKED_IF_ANY = "bpf_rdonly_cast";

  /**
   * What was found.
   *
   * @param names of the functions
   * @param text of the header, which needs vmlinux.h before it
   */
  record Declared(List<String> names, String text) {}

  private KernelFunctions() {}

  /** Declares those that there are; nothing where there is none. */
  static Optional<Declared> declare(Set<String> names) {
    try {
      return declare(names, Btf.ofRunningLinux());
    } catch (BpfException e) {
      return Optional.empty(); // a Linux without BTF has no kfuncs either
    }
  }

  static Optional<Declared> declare(Set<String> names, Btf types) {
    var found = new ArrayList<String>();
    var text = new StringBuilder();
    for (String name : names) {
      types.findAll(name).stream()
          .filter(id -> isOffered(types, id))
          .findFirst()
          .ifPresent(
              id -> {
                found.add(name);
                text.append("extern ")
                    .append(types.declarationOf(id, name))
                    .append(" __attribute__((weak, section(\".ksyms\")));\n");
              });
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(new Declared(found, text.toString()));
  }

  /** Linux marks them from 6.10 on; before, their names tell, and that helpers return a u64. */
  private static boolean isOffered(Btf types, TypeId id) {
    if (!(types.type(id) instanceof BtfType.Function function)) {
      return false;
    }
    boolean marks =
        types.findAll(MARKED_IF_ANY).stream().anyMatch(f -> types.tagsOf(f, -1).contains(TAG));
    return marks
        ? types.tagsOf(id, -1).contains(TAG)
        : function.name().startsWith("bpf_")
            && types.type(function.prototype()) instanceof BtfType.FunctionPrototype prototype
            && !types.nameOf(prototype.result()).equals("u64");
  }
}
