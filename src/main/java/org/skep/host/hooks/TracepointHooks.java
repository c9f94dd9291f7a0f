package org.skep.host.hooks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;

/** The tracepoints, as tracefs lists them and as the types of Linux do. */
final class TracepointHooks {
  private static final String TYPE = "btf_trace_";
  private static final String CALLER = "__traceiter_";

  private TracepointHooks() {}

  /** Of a pattern such as {@code sched:sched_*}, {@code sched} or {@code *switch}. */
  static List<Hook> find(NamePattern category, NamePattern name) {
    Tracepoints tracepoints = Tracepoints.ofRunningLinux();
    var hooks = new ArrayList<Hook>();
    for (String c : tracepoints.categories()) {
      if (category.matches(c)) {
        for (String n : tracepoints.names(c)) {
          if (name.matches(n)) {
            tracepoints.find(c, n).ifPresent(t -> hooks.add(hook(t)));
          }
        }
      }
    }
    return hooks;
  }

  private static Hook hook(Tracepoints.Tracepoint tracepoint) {
    List<Hook.Argument> fields =
        tracepoint.fields().stream()
            .filter(f -> !f.common())
            .map(
                f ->
                    new Hook.Argument(
                        f.name(),
                        f.type(),
                        OptionalInt.of(f.byteOffset()),
                        OptionalInt.of(f.byteSize())))
            .toList();
    return new Hook(Hook.Kind.TRACEPOINT, tracepoint.toString(), fields, "");
  }

  /** The tracepoints that programs of this kind can be attached to, by the types of Linux. */
  static List<Hook> typed(Hook.Kind kind, NamePattern name) {
    return RunningTypes.all().stream()
        .flatMap(btf -> typedNames(btf).filter(name::matches).map(n -> typed(btf, kind, n)))
        .toList();
  }

  static Stream<String> typedNames(Btf btf) {
    return btf.types()
        .filter(id -> btf.declaredName(id).startsWith(TYPE))
        .filter(id -> btf.type(id) instanceof BtfType.Typedef)
        .map(id -> btf.declaredName(id).substring(TYPE.length()))
        .sorted();
  }

  /** The first parameter belongs to the kernel. Names are only those of the calling function. */
  private static Hook typed(Btf btf, Hook.Kind kind, String name) {
    List<Hook.Argument> arguments =
        RunningTypes.function(btf, CALLER + name)
            .or(() -> prototype(btf, name))
            .map(p -> RunningTypes.arguments(btf, p, 1, true))
            .orElse(List.of());
    return new Hook(kind, name, arguments, "");
  }

  private static Optional<BtfType.FunctionPrototype> prototype(Btf btf, String name) {
    return btf.find(TYPE + name)
        .map(btf::resolved)
        .filter(BtfType.Pointer.class::isInstance)
        .map(t -> btf.resolved(((BtfType.Pointer) t).target()))
        .filter(BtfType.FunctionPrototype.class::isInstance)
        .map(BtfType.FunctionPrototype.class::cast);
  }
}
