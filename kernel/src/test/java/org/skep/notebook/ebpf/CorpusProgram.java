package org.skep.notebook.ebpf;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.skep.BpfException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.AttachOutcome;
import org.skep.bpf.BpfMapType;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.LoadOutcome;
import org.skep.notebook.ebpf.CorpusResult.Verdict;

/**
 * What became of a program.
 *
 * @param cause why it does not work; empty where it does
 */
record CorpusProgram(Verdict verdict, boolean loaded, String cause) {
  /** What another Linux or machine would have. */
  private static final Pattern LACKING =
      Pattern.compile(
          "this Linux has no kprobes|refuses BPF trampolines|no such tracepoint|no such kernel function"
              + "|the kernel's types have no|not found in kernel|unknown func|cannot use helper"
              + "|no such system call|cannot be traced|incompatible with kernel|No such file or directory|no such file, or it may not be read"
              + "|no such program or library|no such function"
              + "|failed to resolve full path|no such counter|compiler split this function"
              + "|failed to (?:find (?:kernel )?BTF type ID|open|find the address for kernel symbol)");

  /** What the user's own process would say before loading. */
  private static final Pattern LEFT_OPEN =
      Pattern.compile(
          "max_entries is 0|nothing says (?:which function|what it traces|what the maps)");

  /** A cgroup of its own, which the script makes. */
  private static final String CGROUP =
      Optional.ofNullable(System.getenv("SKEP_BENCH_CGROUP")).orElse("/");

  static boolean isLacking(String cause) {
    return LACKING.matcher(cause).find();
  }

  static boolean isLeftOpen(String cause) {
    return LEFT_OPEN.matcher(cause).find();
  }

  static CorpusProgram judge(BpfProgram program) {
    return switch (program.loaded()) {
      case LoadOutcome.Refused(var why) when isLeftOpen(String.valueOf(why.getMessage())) ->
          new CorpusProgram(Verdict.LEFT_OPEN, false, String.valueOf(why.getMessage()));
      case LoadOutcome.Refused(var why) ->
          new CorpusProgram(
              why instanceof UnsupportedFeatureException
                      || isLacking(String.valueOf(why.getMessage()))
                  ? Verdict.LACKING
                  : Verdict.FAILS,
              false,
              String.valueOf(why.getMessage()));
      // A text that marks it so loads it on request only.
      case LoadOutcome.Skipped _ -> new CorpusProgram(Verdict.WORKS, false, "");
      case LoadOutcome.Loaded _ ->
          switch (program.attachment().orElse(null)) {
            case null -> new CorpusProgram(Verdict.WORKS, true, "");
            case AttachOutcome.Attached _, AttachOutcome.TailCalled _ ->
                new CorpusProgram(Verdict.WORKS, true, "");
            case AttachOutcome.NeedsTarget _ -> attach(program);
            case AttachOutcome.NotAttached(String reason) -> notAttached(reason);
          };
    };
  }

  private static CorpusProgram notAttached(String reason) {
    // Routes and calls are what a user's process makes.
    boolean byUser =
        reason.contains("it is attached to a route")
            || reason.contains("it runs when it is called")
            || reason.contains("with the struct_ops map")
            || reason.contains("it runs for an entry of a map")
            || reason.contains("it is an action of a filter");
    return new CorpusProgram(
        byUser ? Verdict.WORKS : isLacking(reason) ? Verdict.LACKING : Verdict.FAILS,
        true,
        byUser ? "" : reason);
  }

  private static CorpusProgram attach(BpfProgram program) {
    var place = place(program);
    if (place.isEmpty()) {
      return new CorpusProgram(Verdict.WORKS, true, "");
    }
    try (var _ = program.attach(program.pointAt(place.get()))) {
      return new CorpusProgram(Verdict.WORKS, true, "");
    } catch (BpfException | IllegalArgumentException e) {
      return notAttached(String.valueOf(e.getMessage()));
    }
  }

  /** A place that every machine has; empty where only the user's own process has one. */
  private static Optional<String> place(BpfProgram program) {
    return switch (program.type()) {
      case "xdp", "sched_cls", "socket_filter" -> Optional.of("lo");
      case "sk_lookup", "flow_dissector" -> Optional.of("self");
      case "perf_event" -> Optional.of("cpu-clock:99hz");
      case "netfilter" -> Optional.of("ipv4:input:10");
      case "sk_skb", "sk_msg" -> mapOf(program, BpfMapType.SOCKMAP, BpfMapType.SOCKHASH);
      case "tracing" ->
          program.section().endsWith("sk_storage_map")
              ? mapOf(program, BpfMapType.SK_STORAGE)
              : mapOf(
                  program,
                  BpfMapType.HASH,
                  BpfMapType.ARRAY,
                  BpfMapType.PERCPU_HASH,
                  BpfMapType.PERCPU_ARRAY);
      default ->
          program.type().startsWith("cgroup") || program.type().equals("sock_ops")
              ? Optional.of(CGROUP)
              : Optional.empty();
    };
  }

  private static Optional<String> mapOf(BpfProgram program, BpfMapType... types) {
    return program.owner().maps().stream()
        .filter(m -> List.of(types).contains(m.type()) && !m.name().startsWith("."))
        .map(m -> m.name())
        .findFirst();
  }
}
