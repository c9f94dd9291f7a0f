package org.skep.bpf.load;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.base.NativeObject;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.Libbpf.ProgramKind;
import org.skep.internal.libbpf.LibbpfProgram;
import org.skep.internal.libbpf.Uapi;
import org.skep.text.Nearest;

/** Types of programs by section names that are newer than the installed libbpf, or older. */
public final class SectionTypes {
  /** Types as users know them from section names. */
  public static final List<String> TYPES =
      List.of(
          "xdp",
          "tc",
          "socket",
          "kprobe",
          "kretprobe",
          "kprobe.multi",
          "kprobe.session",
          "uprobe",
          "uretprobe",
          "uprobe.multi",
          "usdt",
          "tracepoint",
          "raw_tp",
          "tp_btf",
          "fentry",
          "fexit",
          "fmod_ret",
          "lsm",
          "lsm_cgroup",
          "iter",
          "perf_event",
          "sockops",
          "sk_msg",
          "sk_skb",
          "sk_lookup",
          "sk_reuseport",
          "flow_dissector",
          "action",
          "lwt_in",
          "lwt_out",
          "lwt_xmit",
          "lwt_seg6local",
          "cgroup_skb/ingress",
          "cgroup_skb/egress",
          "cgroup/skb",
          "cgroup/sock",
          "cgroup/connect4",
          "cgroup/dev",
          "cgroup/sysctl",
          "cgroup/getsockopt",
          "cgroup/setsockopt",
          "netfilter",
          "freplace",
          "syscall");

  private SectionTypes() {}

  /**
   * Gives a type to each program whose section libbpf does not know.
   *
   * @return what an old section name was taken as, a sentence for each name
   */
  public static List<String> completeTypes(NativeObject object) {
    var notes = new LinkedHashSet<String>();
    object
        .programs()
        .forEach(
            (function, program) -> completeType(object, function, program).ifPresent(notes::add));
    return List.copyOf(notes);
  }

  private static Optional<String> completeType(
      NativeObject object, String function, MemorySegment program) {
    if (LibbpfProgram.bpf_program__type(program) == Uapi.BPF_PROG_TYPE_UNSPEC) {
      String section = LibbpfProgram.bpf_program__section_name(program);
      var newer = newer(section);
      if (newer.isEmpty()) {
        return old(object, function, program);
      }
      set(program, newer.get());
      if (section.split("/", 2)[0].endsWith(".s")) {
        LibbpfProgram.bpf_program__set_flags(
            program, LibbpfProgram.bpf_program__flags(program) | Uapi.BPF_F_SLEEPABLE);
      }
    }
    return Optional.empty();
  }

  /** Section names that libbpf 1.1 does not know yet. */
  private static Optional<ProgramKind> newer(String section) {
    return Optional.ofNullable(
        switch (section) {
          case "tcx/ingress", "tc/ingress" -> traffic(Uapi.BPF_TCX_INGRESS);
          case "tcx/egress", "tc/egress" -> traffic(Uapi.BPF_TCX_EGRESS);
          case "netkit/primary" -> traffic(Uapi.BPF_NETKIT_PRIMARY);
          case "netkit/peer" -> traffic(Uapi.BPF_NETKIT_PEER);
          case "netfilter" -> new ProgramKind(Uapi.BPF_PROG_TYPE_NETFILTER, Uapi.BPF_NETFILTER);
          case "sk_skb/verdict" ->
              new ProgramKind(Uapi.BPF_PROG_TYPE_SK_SKB, Uapi.BPF_SK_SKB_VERDICT);
          case "cgroup/connect_unix" -> unixSocket(Uapi.BPF_CGROUP_UNIX_CONNECT);
          case "cgroup/sendmsg_unix" -> unixSocket(Uapi.BPF_CGROUP_UNIX_SENDMSG);
          case "cgroup/recvmsg_unix" -> unixSocket(Uapi.BPF_CGROUP_UNIX_RECVMSG);
          case "cgroup/getpeername_unix" -> unixSocket(Uapi.BPF_CGROUP_UNIX_GETPEERNAME);
          case "cgroup/getsockname_unix" -> unixSocket(Uapi.BPF_CGROUP_UNIX_GETSOCKNAME);
          default -> newerProbe(section.replaceFirst("^\\?", "").split("/", 2)[0]);
        });
  }

  private static @Nullable ProgramKind newerProbe(String kind) {
    return switch (kind) {
      case "kprobe.session" -> probe(Uapi.BPF_TRACE_KPROBE_SESSION);
      case "uprobe.multi", "uretprobe.multi", "uprobe.multi.s", "uretprobe.multi.s" ->
          probe(Uapi.BPF_TRACE_UPROBE_MULTI);
      case "uprobe.session", "uprobe.session.s" -> probe(Uapi.BPF_TRACE_UPROBE_SESSION);
      case "usdt.s" -> probe(0);
      default -> null;
    };
  }

  private static ProgramKind traffic(int attachType) {
    return new ProgramKind(Uapi.BPF_PROG_TYPE_SCHED_CLS, attachType);
  }

  private static ProgramKind unixSocket(int attachType) {
    return new ProgramKind(Uapi.BPF_PROG_TYPE_CGROUP_SOCK_ADDR, attachType);
  }

  private static ProgramKind probe(int attachType) {
    return new ProgramKind(Uapi.BPF_PROG_TYPE_KPROBE, attachType);
  }

  private static Optional<String> old(NativeObject object, String function, MemorySegment program) {
    String section = LibbpfProgram.bpf_program__section_name(program);
    var context = object.types().flatMap(types -> OldSections.contextOf(types, function));
    var meaning = OldSections.of(section, context);
    meaning.ifPresent(m -> set(program, m.kind().type(), m.kind().attachType()));
    // Without a meaning it stays without a type, and loading says that the section is not known.
    return meaning.map(
        m ->
            "SEC(\""
                + section
                + "\") is not known to libbpf: taken as SEC(\""
                + m.section()
                + "\")");
  }

  private static void set(MemorySegment program, int type, int attachType) {
    LibbpfProgram.bpf_program__set_type(program, type);
    LibbpfProgram.bpf_program__set_expected_attach_type(program, attachType);
  }

  /** The kinds that a section name was probably meant to begin with. */
  static String hint(String section) {
    String kind = section.split("/", 2)[0];
    return Nearest.hint(kind, TYPES.stream().map(t -> t.split("/", 2)[0]).distinct());
  }

  /** Gives a program a type. */
  public static void set(MemorySegment program, ProgramKind kind) {
    set(program, kind.type(), kind.attachType());
  }

  /**
   * The kind of program of a name that a user typed: that of a section, or that of the type.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ProgramKind kindOf(String program, String typed) {
    var newer = newer(typed);
    if (newer.isPresent()) {
      return newer.get();
    }
    var bySection = Libbpf.libbpf_prog_type_by_name(typed);
    if (bySection.isPresent()) {
      return bySection.get();
    }
    var names = new ArrayList<>(TYPES);
    for (int type = 1; type <= Uapi.BPF_PROG_TYPE_NETFILTER; type++) {
      String name = Libbpf.libbpf_bpf_prog_type_str(type);
      if (name.equals(typed)) {
        return new ProgramKind(type, 0);
      }
      names.add(name);
    }
    throw new IllegalArgumentException(
        "set the type of '"
            + program
            + "' to '"
            + typed
            + "': no such type"
            + Nearest.hint(typed, names.stream().filter(n -> !n.isEmpty()).distinct()));
  }
}
