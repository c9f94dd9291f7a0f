package org.skep.host.hooks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.host.KernelSymbols;

/** The functions of the kernel, and what the types of Linux say of them. */
final class FunctionHooks {
  private static final Path TRACING = Path.of("/sys/kernel/tracing");
  private static final Path REFUSED = Path.of("/sys/kernel/debug/kprobes/blacklist");
  private static final Pattern SUFFIX =
      Pattern.compile("(.+?)\\.((?:isra|constprop|part|cold|llvm).*)");
  private static final String SECURITY = "bpf_lsm_";
  private static final String ITERATOR = "bpf_iter_";

  private FunctionHooks() {}

  /** Functions for programs of this kind, {@code KPROBE} or {@code FENTRY}. */
  static List<Hook> find(Hook.Kind kind, NamePattern name) {
    Map<String, Integer> functions = functions(name);
    if (functions.isEmpty()) {
      return List.of();
    }
    List<Btf> types = RunningTypes.all();
    Set<String> traceable = traceable();
    Set<String> refused = kind == Hook.Kind.KPROBE ? firstWords(REFUSED, 1) : Set.of();
    return functions.entrySet().stream()
        .map(f -> hook(kind, f.getKey(), f.getValue(), types, traceable, refused))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Names that ftrace can hook; empty where Linux does not tell. */
  static Set<String> traceable() {
    return firstWords(TRACING.resolve("available_filter_functions"), 0);
  }

  /** How often each name occurs; in order. */
  private static Map<String, Integer> functions(NamePattern name) {
    Map<String, Integer> functions = new LinkedHashMap<>();
    names(KernelSymbols.ofRunningLinux())
        .filter(name::matches)
        .sorted()
        .forEach(n -> functions.merge(n, 1, Integer::sum));
    return functions;
  }

  /** Those that are code of the kernel and its modules, not of BPF programs or of the linker. */
  static Stream<String> names(KernelSymbols symbols) {
    return symbols
        .all()
        .filter(s -> s.isFunction() && !s.module().equals("bpf"))
        .filter(s -> !s.module().startsWith("__builtin"))
        .map(KernelSymbols.Symbol::name)
        .filter(n -> !n.startsWith("__pfx_") && !n.startsWith("__cfi_") && !n.startsWith("."));
  }

  private static Optional<Hook> hook(
      Hook.Kind kind,
      String name,
      int count,
      List<Btf> types,
      Set<String> traceable,
      Set<String> refused) {
    Matcher suffix = SUFFIX.matcher(name);
    boolean whole = !suffix.matches();
    Optional<RunningTypes.Typed> prototype =
        whole ? RunningTypes.function(types, name) : Optional.empty();
    boolean fentry = kind == Hook.Kind.FENTRY;
    if (fentry && prototype.isEmpty()) {
      return Optional.empty();
    }
    String note = whole ? "" : "the compiler made it of " + suffix.group(1) + why(suffix.group(2));
    if (count > 1) {
      note = count + " functions have this name, which is ambiguous";
    } else if (refused.contains(name)) {
      note = "the kernel allows no kprobe in it";
    } else if (fentry && !traceable.isEmpty() && !traceable.contains(name)) {
      note = "not traceable (notrace)";
    } else if (!fentry && prototype.isPresent()) {
      note = "fentry too";
    }
    List<Hook.Argument> arguments = prototype.map(p -> p.arguments(0, fentry)).orElse(List.of());
    return Optional.of(new Hook(kind, name, arguments, note));
  }

  private static String why(String suffix) {
    return suffix.startsWith("cold")
        ? ": its rare part"
        : suffix.startsWith("part") ? ": a part of it" : ", with other arguments";
  }

  /** Words of a file that only some kernels and users can read; empty where not. */
  private static Set<String> firstWords(Path file, int word) {
    var words = new HashSet<String>();
    try (Stream<String> lines = Files.lines(file)) {
      lines.map(l -> l.split("\\s+")).filter(w -> w.length > word).forEach(w -> words.add(w[word]));
      return words;
    } catch (IOException | UncheckedIOException e) {
      return Set.of();
    }
  }

  /** Hooks of Linux' security modules. */
  static List<Hook> security(NamePattern name) {
    return RunningTypes.find().stream()
        .flatMap(
            btf ->
                securityNames(btf)
                    .filter(name::matches)
                    .map(n -> ofFunction(btf, Hook.Kind.LSM, n, SECURITY + n)))
        .toList();
  }

  /** BPF's own functions begin in the same way: the members of a union tell hooks from them. */
  static Stream<String> securityNames(Btf btf) {
    return btf.find("union security_list_options")
        .map(btf::resolved)
        .filter(BtfType.Union.class::isInstance)
        .map(t -> ((BtfType.Union) t).members().stream().map(BtfType.Member::name))
        .orElse(Stream.empty())
        .filter(n -> RunningTypes.function(btf, SECURITY + n).isPresent())
        .sorted();
  }

  /** What iterators can walk through. */
  static List<Hook> iterators(NamePattern name) {
    return RunningTypes.find().stream()
        .flatMap(
            btf ->
                iteratorNames(btf)
                    .filter(name::matches)
                    .map(n -> ofFunction(btf, Hook.Kind.ITER, n, ITERATOR + n)))
        .toList();
  }

  /** Other functions begin in the same way: only iterators have a context of their own. */
  static Stream<String> iteratorNames(Btf btf) {
    return btf.types()
        .filter(id -> btf.declaredName(id).startsWith(ITERATOR))
        .filter(id -> btf.type(id) instanceof BtfType.Function)
        .map(id -> btf.declaredName(id).substring(ITERATOR.length()))
        .filter(n -> btf.find("struct " + ITERATOR + "_" + n).isPresent())
        .sorted();
  }

  private static Hook ofFunction(Btf btf, Hook.Kind kind, String name, String function) {
    List<Hook.Argument> arguments =
        RunningTypes.function(btf, function)
            .map(p -> RunningTypes.arguments(btf, p, 0, true))
            .orElse(List.of());
    return new Hook(kind, name, arguments, "");
  }
}
