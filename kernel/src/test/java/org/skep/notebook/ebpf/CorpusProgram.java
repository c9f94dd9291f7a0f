package org.skep.notebook.ebpf;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.skep.BpfException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.AttachOutcome;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.load.LoadOutcome;
import org.skep.bpf.map.BpfMapType;
import org.skep.notebook.ebpf.CorpusResult.Verdict;

/**
 * What became of a program.
 *
 * @param attached whether it really was; where it works and was not, only a process of its user's
 *     can attach it, or its text loads it on request only
 * @param cause why it does not work; empty where it does
 */
record CorpusProgram(Verdict verdict, boolean loaded, boolean attached, String cause) {
  /** What another Linux or machine would have. */
  private static final Pattern LACKING =
      Pattern.compile(
          "this Linux (?:has no|lacks|rejects)|this (?:kernel|CPU) (?:has no|lacks|does not know)"
              + "|the kernel's types do not have|this kernel's configuration does not set"
              + "|is not among the types of this Linux|no such iterator"
              + "|this kernel lacks|is not for programs of this type|needs Linux \\d"
              + "|neither in the object nor in the running Linux|no such LSM hook|it was built without|rejects BPF trampolines|no such tracepoint|no such kernel function"
              + "|the kernel's types have no|not found in kernel|unknown func|cannot use helper"
              + "|no such system call|cannot be traced|incompatible with kernel|No such file or directory|no such file, or it may not be read"
              + "|no such program or library|no such function"
              + "|failed to resolve (?:full path|CO-RE relocation)|no such counter|compiler split this function"
              + "|failed to (?:find (?:kernel )?BTF type ID|open|find the address for kernel symbol)");

  /** What the user's own process would say before loading. */
  private static final Pattern LEFT_OPEN =
      Pattern.compile("max_entries is 0|no attach target|the type of its inner maps is missing");

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
          new CorpusProgram(Verdict.LEFT_OPEN, false, false, String.valueOf(why.getMessage()));
      case LoadOutcome.Refused(var why) ->
          new CorpusProgram(
              why instanceof UnsupportedFeatureException
                      || isLacking(String.valueOf(why.getMessage()))
                  ? Verdict.LACKING
                  : Verdict.FAILS,
              false,
              false,
              String.valueOf(why.getMessage()));
      // A text that marks it so loads it on request only.
      case LoadOutcome.Skipped _ -> new CorpusProgram(Verdict.WORKS, false, false, "");
      case LoadOutcome.Loaded _ ->
          switch (program.attachment().orElse(null)) {
            case null -> byUser();
            case AttachOutcome.Attached _, AttachOutcome.TailCalled _ ->
                new CorpusProgram(Verdict.WORKS, true, true, "");
            case AttachOutcome.NeedsTarget _ -> attach(program);
            case AttachOutcome.NotAttached(String reason) -> notAttached(reason);
            case AttachOutcome.PartlyAttached(var _, String refusal) -> notAttached(refusal);
            case AttachOutcome.TargetGone(var _, String reason) -> notAttached(reason);
            case AttachOutcome.Detached _ -> notAttached("it was detached");
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
    return byUser
        ? byUser()
        : new CorpusProgram(
            isLacking(reason) ? Verdict.LACKING : Verdict.FAILS, true, false, reason);
  }

  /** Loaded, and attached by a process of its user's. */
  private static CorpusProgram byUser() {
    return new CorpusProgram(Verdict.WORKS, true, false, "");
  }

  private static CorpusProgram attach(BpfProgram program) {
    var refused = byUser();
    for (String place : places(program)) {
      try (var _ = program.attach(program.pointAt(place))) {
        return new CorpusProgram(Verdict.WORKS, true, true, "");
      } catch (BpfException | IllegalArgumentException e) {
        refused = notAttached(String.valueOf(e.getMessage()));
      }
    }
    return refused;
  }

  /** Places that every machine has, to be tried in turn; none where only the user has one. */
  private static List<String> places(BpfProgram program) {
    return switch (program.type()) {
      case "xdp", "sched_cls", "socket_filter" -> List.of("lo");
      case "sk_lookup", "flow_dissector" -> List.of("self");
      case "perf_event" -> List.of("cpu-clock:99hz");
      case "netfilter" -> List.of("ipv4:input:10");
      case "sk_skb", "sk_msg" -> mapsOf(program, BpfMapType.SOCKMAP, BpfMapType.SOCKHASH);
      case "tracing" ->
          program.section().endsWith("sk_storage_map")
              ? mapsOf(program, BpfMapType.SK_STORAGE)
              : mapsOf(
                  program,
                  BpfMapType.HASH,
                  BpfMapType.ARRAY,
                  BpfMapType.PERCPU_HASH,
                  BpfMapType.PERCPU_ARRAY);
      default ->
          program.type().startsWith("cgroup") || program.type().equals("sock_ops")
              ? List.of(CGROUP)
              : List.of();
    };
  }

  private static List<String> mapsOf(BpfProgram program, BpfMapType... types) {
    return program.owner().maps().stream()
        .filter(m -> List.of(types).contains(m.type()) && !m.name().startsWith("."))
        .map(m -> m.name())
        .toList();
  }
}
