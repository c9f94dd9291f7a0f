package org.skep.host.hooks;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.skep.host.KernelSymbols;

/** Proposes patterns while they are typed. */
final class HookCompletion {
  private HookCompletion() {}

  static Stream<String> of(String typed) {
    int end = typed.indexOf(':');
    if (end < 0) {
      return HookPattern.kindWords().map(k -> k + ":");
    }
    String word = typed.substring(0, end);
    HookPattern pattern = HookPattern.parse(word);
    if (pattern.kinds().size() != 1) {
      return Stream.of();
    }
    String before = word + ":";
    String rest = typed.substring(end + 1);
    Hook.Kind kind = pattern.kinds().iterator().next();
    return switch (kind) {
      case TRACEPOINT -> tracepoints(before, rest);
      case RAW_TP, TP_BTF, KPROBE, FENTRY, LSM, ITER -> names(kind, "*").map(n -> before + n);
      case UPROBE, USDT -> {
        int colon = rest.indexOf(':');
        if (colon < 0) {
          yield Stream.of();
        }
        String binary = rest.substring(0, colon);
        yield names(kind, binary).map(n -> before + binary + ":" + n);
      }
    };
  }

  private static Stream<String> tracepoints(String before, String rest) {
    Tracepoints tracepoints = Tracepoints.ofRunningLinux();
    int colon = rest.indexOf(':');
    if (colon < 0) {
      return tracepoints.categories().stream().map(c -> before + c + ":");
    }
    String category = rest.substring(0, colon);
    return tracepoints.names(category).stream().map(n -> before + category + ":" + n);
  }

  /** The names of all hooks of a kind; of a binary for probes of user space. */
  static Stream<String> names(Hook.Kind kind, String binary) {
    return switch (kind) {
      case TRACEPOINT -> Tracepoints.ofRunningLinux().all().stream();
      case RAW_TP, TP_BTF -> RunningTypes.all().stream().flatMap(TracepointHooks::typedNames);
      case KPROBE, FENTRY ->
          FunctionHooks.names(KernelSymbols.ofRunningLinux()).distinct().sorted();
      case LSM -> RunningTypes.find().stream().flatMap(FunctionHooks::securityNames);
      case ITER -> RunningTypes.find().stream().flatMap(FunctionHooks::iteratorNames);
      case UPROBE -> afterBinary(BinaryHooks.functions(binary, NamePattern.of("*")).stream());
      case USDT ->
          afterBinary(
              BinaryHooks.probes(binary, NamePattern.of("*"), NamePattern.of("*")).stream());
    };
  }

  private static Stream<String> afterBinary(Stream<Hook> hooks) {
    Map<String, String> names = new TreeMap<>();
    hooks.map(Hook::name).forEach(n -> names.put(n.substring(n.indexOf(':') + 1), n));
    return names.keySet().stream();
  }
}
