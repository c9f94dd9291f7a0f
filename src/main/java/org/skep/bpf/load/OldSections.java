package org.skep.bpf.load;

import java.util.Map;
import java.util.Optional;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.BtfType.Function;
import org.skep.btf.BtfType.FunctionPrototype;
import org.skep.btf.BtfType.Pointer;
import org.skep.btf.BtfType.Struct;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.Libbpf.ProgramKind;

/**
 * What section names of older texts mean, which libbpf took before 1.0, or which {@code tc} and
 * {@code ip} were given by name: {@code socket1}, {@code xdp_prog}, {@code test_ctx}. The context
 * that the program takes decides where the name leaves it open.
 */
final class OldSections {
  /** The section of a program by the struct of its context. */
  private static final Map<String, String> BY_CONTEXT =
      Map.of(
          "__sk_buff", "tc",
          "xdp_md", "xdp",
          "pt_regs", "kprobe",
          "bpf_sock_ops", "sockops",
          "sk_msg_md", "sk_msg",
          "bpf_sk_lookup", "sk_lookup",
          "sk_reuseport_md", "sk_reuseport",
          "bpf_perf_event_data", "perf_event",
          "bpf_raw_tracepoint_args", "raw_tp",
          "bpf_sysctl", "cgroup/sysctl");

  /** Beginnings that were renamed. */
  private static final Map<String, String> RENAMED =
      Map.of("xdp_devmap", "xdp/devmap", "xdp_cpumap", "xdp/cpumap");

  private static final int SHORTEST = 2;

  /**
   * A section that libbpf knows.
   *
   * @param section its name, such as {@code socket}
   */
  record Meaning(String section, ProgramKind kind) {}

  private OldSections() {}

  /**
   * What a section name means that libbpf does not know: the longest beginning of it that libbpf
   * knows, else the section for its context, else its last word.
   */
  static Optional<Meaning> of(String section, Optional<String> context) {
    var renamed =
        RENAMED.entrySet().stream()
            .filter(e -> section.startsWith(e.getKey()))
            .findFirst()
            .flatMap(e -> known(e.getValue()));
    if (renamed.isPresent()) {
      return renamed;
    }
    for (int length = section.length() - 1; length >= SHORTEST; length--) {
      char next = section.charAt(length);
      var beginning = section.substring(0, length);
      // "tcp_flags" does not begin with tc; "tc_flags", "xdp2" and "socket/3" begin with a name.
      if (!Character.isLetter(next) && !beginning.endsWith("/")) {
        var known = known(beginning);
        if (known.isPresent()) {
          return known;
        }
      }
    }
    return context
        .flatMap(c -> Optional.ofNullable(BY_CONTEXT.get(c)))
        .flatMap(OldSections::known)
        .or(() -> known(section.substring(section.lastIndexOf('_') + 1)));
  }

  /** The struct that a function's only argument points to. */
  static Optional<String> contextOf(Btf types, String function) {
    return types.findAll(function).stream()
        .map(types::type)
        .flatMap(t -> t instanceof Function f ? contextOf(types, f).stream() : null)
        .findFirst();
  }

  private static Optional<String> contextOf(Btf types, Function function) {
    return types.type(function.prototype()) instanceof FunctionPrototype prototype
            && prototype.parameters().size() == 1
            && types.resolved(prototype.parameters().getFirst().type()) instanceof Pointer pointer
        ? structName(types.resolved(pointer.target()))
        : Optional.empty();
  }

  private static Optional<String> structName(BtfType type) {
    return type instanceof Struct struct ? Optional.of(struct.name()) : Optional.empty();
  }

  private static Optional<Meaning> known(String section) {
    return Libbpf.libbpf_prog_type_by_name(section).map(kind -> new Meaning(section, kind));
  }
}
