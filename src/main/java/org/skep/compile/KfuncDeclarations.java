package org.skep.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.skep.BpfException;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;

/**
 * Functions of the running Linux that programs may call (kfuncs), declared by the kernel's own
 * types: the {@code vmlinux.h} of newer bpftools has them, that of older ones has not.
 */
final class KfuncDeclarations {
  /** The header that declares them. */
  static final String HEADER = "skep_kfuncs.h";

  private static final String TAG = "bpf_kfunc";
  private static final String IMPLEMENTATION = "_impl";
  private static final String MARKED_IF_ANY = "bpf_rdonly_cast";

  /**
   * What was found.
   *
   * @param names of the functions
   * @param text of the header, which needs vmlinux.h before it
   */
  record Declared(List<String> names, String text) {}

  private KfuncDeclarations() {}

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
      String offered = offered(types, name).isPresent() ? name : otherForm(name);
      offered(types, offered)
          .ifPresent(
              id -> {
                found.add(name);
                text.append("extern ")
                    .append(types.declarationOf(id, offered))
                    .append(" __attribute__((weak, section(\".ksyms\")));\n");
                if (!offered.equals(name)) {
                  text.append(translated(name, offered, parameters(types, id)));
                }
              });
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(new Declared(found, text.toString()));
  }

  private static Optional<TypeId> offered(Btf types, String name) {
    return types.findAll(name).stream().filter(id -> isOffered(types, id)).findFirst();
  }

  /**
   * Linux 6.18 gave some functions a last argument, for which programs write NULL, and the ending
   * {@code _impl}; Linux 7 gives it itself, to the function of the plain name.
   */
  private static String otherForm(String name) {
    return name.endsWith(IMPLEMENTATION)
        ? name.substring(0, name.length() - IMPLEMENTATION.length())
        : name + IMPLEMENTATION;
  }

  private static int parameters(Btf types, TypeId id) {
    return types.type(id) instanceof BtfType.Function function
            && types.type(function.prototype()) instanceof BtfType.FunctionPrototype prototype
        ? prototype.parameters().size()
        : 0;
  }

  /** A macro by which the one form is written and the other called. */
  private static String translated(String written, String offered, int parameters) {
    boolean more = offered.endsWith(IMPLEMENTATION);
    String given =
        IntStream.range(0, more ? parameters - 1 : parameters)
            .mapToObj(i -> "a" + i)
            .collect(Collectors.joining(", "));
    return "#define %s(%s%s) %s(%s%s)\n"
        .formatted(
            written, given, more ? "" : ", rest...", offered, given, more ? ", (void *)0" : "");
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
