package org.skep.host.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;
import org.skep.host.hooks.Hook;
import org.skep.host.hooks.Hooks;
import org.skep.host.hooks.NamePattern;
import org.skep.host.hooks.RunningTypes;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;
import org.skep.text.Nearest;

/**
 * The functions of the running kernel that BPF programs may call by name (kfuncs), as its types
 * mark them. Kernels that were built with older tools, about before 6.10, do not mark them.
 */
public final class Kfuncs {
  private static final String MARK = "bpf_kfunc";

  /**
   * A kfunc.
   *
   * @param declaration as a program declares it: {@code extern void bpf_rcu_read_lock(void)
   *     __ksym;}
   */
  public record KernelFunction(String name, String declaration, List<Hook.Argument> arguments) {
    public KernelFunction {
      arguments = List.copyOf(arguments);
    }
  }

  private Kfuncs() {}

  /**
   * All of them, by name; none where the kernel does not mark them.
   *
   * @throws org.skep.UnsupportedFeatureException when the running Linux does not describe its types
   */
  public static List<KernelFunction> all() {
    Btf btf = Btf.ofRunningLinux();
    return marked(btf)
        .flatMap(id -> of(btf, id).stream())
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .toList();
  }

  private static Stream<TypeId> marked(Btf btf) {
    return btf.types()
        .filter(id -> btf.declaredName(id).equals(MARK))
        .map(btf::type)
        .filter(BtfType.DeclTag.class::isInstance)
        .map(t -> ((BtfType.DeclTag) t).target())
        .distinct();
  }

  private static Optional<KernelFunction> of(Btf btf, TypeId id) {
    return btf.type(id) instanceof BtfType.Function f
            && btf.type(f.prototype()) instanceof BtfType.FunctionPrototype p
        ? Optional.of(
            new KernelFunction(
                f.name(),
                "extern " + btf.declarationOf(f.prototype(), f.name()) + " __ksym;",
                RunningTypes.arguments(btf, p, 0, false)))
        : Optional.empty();
  }

  static boolean isMarked(String name) {
    return RunningTypes.find().stream()
        .anyMatch(
            btf -> btf.findAll(name).stream().anyMatch(id -> btf.tagsOf(id, -1).contains(MARK)));
  }

  /**
   * The kfuncs whose names match, a row for each: {@code kfunc} and {@code declaration}. Where
   * there is one only: a row for each of its arguments, with {@code argument}, {@code type}, {@code
   * size} in bytes and {@code note}.
   *
   * @param pattern with {@code *} and {@code ?}; a name without them is looked for within names
   *     where it is none itself
   */
  public static NotedTable table(String pattern) {
    List<KernelFunction> all = all();
    if (all.isEmpty()) {
      return list(
          List.of(),
          List.of(
              "The types of this kernel do not mark its kfuncs (it was built with pahole before"
                  + " 1.26, or is older than Linux 6.10): %hooks fentry:bpf_* lists functions of"
                  + " which some are kfuncs."));
    }
    NamePattern glob = NamePattern.of(pattern);
    List<KernelFunction> found = all.stream().filter(k -> glob.matches(k.name())).toList();
    var notes = new ArrayList<String>();
    if (found.isEmpty() && glob.isName()) {
      NamePattern within = glob.anywhere();
      found = all.stream().filter(k -> within.matches(k.name())).toList();
      if (!found.isEmpty()) {
        return list(found, List.of("No kfunc is named '" + pattern + "': these hold it."));
      }
    }
    if (found.isEmpty()) {
      String near = Nearest.hint(pattern, all.stream().map(KernelFunction::name));
      notes.add("No kfunc matches '" + pattern + "'" + near + ".");
    }
    return found.size() == 1 && glob.isName() ? arguments(found.getFirst()) : list(found, notes);
  }

  private static NotedTable list(List<KernelFunction> functions, List<String> notes) {
    return Rows.of("kfuncs", functions)
        .text("kfunc", KernelFunction::name)
        .text("declaration", KernelFunction::declaration)
        .table(notes);
  }

  private static NotedTable arguments(KernelFunction function) {
    return Rows.of(function.name(), function.arguments())
        .text("argument", Hook.Argument::name)
        .text("type", Hook.Argument::type)
        .perhaps("size", a -> Hooks.wide(a.byteSize()))
        .text("note", a -> meaning(a.name()))
        .table(
            List.of(
                function.declaration(),
                "Linux does not tell which types of programs may call it: the verifier says so when"
                    + " one is loaded."));
  }

  /** The verifier reads these endings. */
  private static String meaning(String argument) {
    int end = argument.indexOf("__");
    return end < 0
        ? ""
        : switch (argument.substring(end)) {
          case "__sz", "__szk" -> "the size of the memory before it";
          case "__k" -> "a constant";
          case "__ign" -> "not checked";
          case "__nullable", "__opt" -> "may be NULL";
          case "__str" -> "a constant text";
          case "__uninit" -> "written by it";
          case "__alloc" -> "filled in by the verifier";
          case "__prog" -> "filled in by the verifier";
          default -> "";
        };
  }
}
