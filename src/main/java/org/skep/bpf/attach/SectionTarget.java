package org.skep.bpf.attach;

import java.util.List;
import java.util.Optional;
import org.skep.internal.libbpf.Uapi;
import org.skep.text.WholeNumber;

/** Reads from the section name of a program where it wants to be attached. */
public final class SectionTarget {
  private static final Needs CGROUP =
      new Needs("a cgroup: the path of its directory", "/sys/fs/cgroup/web");
  private static final Needs INTERFACE = new Needs("a network interface", "eth0");

  private SectionTarget() {}

  /** What a section says. */
  public sealed interface Declaration {}

  /** It names the place. */
  public record At(AttachPoint point) implements Declaration {}

  /**
   * It names the kind of place only.
   *
   * @param example one as text
   */
  public record Needs(String what, String example) implements Declaration {}

  /** A program of its kind is run in another way. */
  public record Never(String reason) implements Declaration {}

  public static Declaration declared(int type, String section) {
    String name = section.startsWith("?") ? section.substring(1) : section;
    List<String> parts = List.of(name.split("/", 3));
    // of uprobe//usr/bin/true:main, the second part is empty, and the third begins a path
    boolean bare = parts.size() < 2 || (parts.get(1).isEmpty() && parts.size() < 3);
    return switch (type) {
      case Uapi.BPF_PROG_TYPE_TRACEPOINT ->
          parts.size() == 3
              ? new At(new AttachPoint.Tracepoint(parts.get(1), parts.get(2)))
              : new Needs(
                  "a tracepoint: a category and a name"
                      + (bare ? "" : AttachErrors.tracepointHint(parts.get(1))),
                  "sched:sched_switch");
      case Uapi.BPF_PROG_TYPE_RAW_TRACEPOINT, Uapi.BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE ->
          bare
              ? new Needs("the name of a tracepoint", "sys_enter")
              : new At(new AttachPoint.RawTracepoint(name.substring(name.indexOf('/') + 1)));
      case Uapi.BPF_PROG_TYPE_KPROBE -> ofProbe(name, parts, bare);
      case Uapi.BPF_PROG_TYPE_TRACING, Uapi.BPF_PROG_TYPE_LSM, Uapi.BPF_PROG_TYPE_NETFILTER ->
          parts.getFirst().equals("lsm_cgroup")
              ? CGROUP
              : bare && type != Uapi.BPF_PROG_TYPE_NETFILTER
                  ? new Needs("the name of what it traces, in its section", "tcp_connect")
                  : type == Uapi.BPF_PROG_TYPE_NETFILTER
                      ? new Needs(
                          "a netfilter hook: family, hook and priority", "ipv4:prerouting:10")
                      : isOverMap(name)
                          ? new Needs("the name of the map whose elements it walks", "MAP")
                          : new At(new AttachPoint.Declared(name));
      case Uapi.BPF_PROG_TYPE_PERF_EVENT ->
          new Needs("a perf event: a clock or counter, and how often", "cpu-clock:99hz");
      case Uapi.BPF_PROG_TYPE_XDP ->
          name.matches("xdp(\\.frags)?/(devmap|cpumap).*|xdp_(devmap|cpumap).*")
              ? new Never("it runs for an entry of a map of devices or CPUs that names it")
              : INTERFACE;
      case Uapi.BPF_PROG_TYPE_SCHED_CLS, Uapi.BPF_PROG_TYPE_SCHED_ACT -> INTERFACE;
      case Uapi.BPF_PROG_TYPE_CGROUP_SKB,
          Uapi.BPF_PROG_TYPE_CGROUP_SOCK,
          Uapi.BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
          Uapi.BPF_PROG_TYPE_CGROUP_SOCKOPT,
          Uapi.BPF_PROG_TYPE_CGROUP_SYSCTL,
          Uapi.BPF_PROG_TYPE_CGROUP_DEVICE,
          Uapi.BPF_PROG_TYPE_SOCK_OPS ->
          CGROUP;
      case Uapi.BPF_PROG_TYPE_SK_LOOKUP, Uapi.BPF_PROG_TYPE_FLOW_DISSECTOR ->
          new Needs("a network namespace", "self");
      case Uapi.BPF_PROG_TYPE_SOCKET_FILTER -> new Needs("a network interface or a socket", "eth0");
      case Uapi.BPF_PROG_TYPE_SK_REUSEPORT ->
          new Needs("a socket that shares its port: tcp:PORT, udp:PORT", "udp:53");
      case Uapi.BPF_PROG_TYPE_SK_SKB, Uapi.BPF_PROG_TYPE_SK_MSG ->
          new Needs("a map of sockets", "MAP");
      case Uapi.BPF_PROG_TYPE_EXT ->
          new Needs("a loaded program and the function to replace", "NAME.PROGRAM:FUNCTION");
      case Uapi.BPF_PROG_TYPE_LWT_IN,
          Uapi.BPF_PROG_TYPE_LWT_OUT,
          Uapi.BPF_PROG_TYPE_LWT_XMIT,
          Uapi.BPF_PROG_TYPE_LWT_SEG6LOCAL ->
          new Needs(
              "a route: an address or prefix, and the interface that leads there",
              "10.1.0.0/16,dev=eth0");
      case Uapi.BPF_PROG_TYPE_LIRC_MODE2 ->
          new Needs("a receiver of infrared light: its device", "/dev/lirc0");
      case Uapi.BPF_PROG_TYPE_STRUCT_OPS ->
          new Never("it is attached with the struct_ops map that names it");
      case Uapi.BPF_PROG_TYPE_SYSCALL -> new Never("it runs when it is called, by a test run");
      default -> new At(new AttachPoint.Declared(name));
    };
  }

  /** Whether an iterator is over the elements of a map that its section does not name. */
  static boolean isOverMap(String section) {
    return section.matches("iter(\\.s)?/bpf_(map_elem|sk_storage_map)");
  }

  private static Declaration ofProbe(String section, List<String> parts, boolean bare) {
    String kind = parts.getFirst().replaceFirst("\\.s$", "");
    if (bare) {
      return new Needs(
          kind.equals("usdt")
              ? "a binary, and the provider and the name of a probe of it"
              : kind.startsWith("u")
                  ? "a binary and a function of it"
                  : "the name of a kernel function",
          kind.equals("usdt")
              ? "libc.so.6:libc:setjmp"
              : kind.startsWith("u") ? "libc.so.6:malloc" : "tcp_connect");
    }
    String target = section.substring(section.indexOf('/') + 1);
    boolean atReturn = kind.startsWith("kret") || kind.startsWith("uret");
    return switch (kind) {
      case "kprobe", "kretprobe" ->
          place(target)
              .<Declaration>map(p -> new At(new AttachPoint.Kprobe(p.name(), p.offset(), atReturn)))
              .orElse(new At(new AttachPoint.Declared(section)));
      case "kprobe.multi", "kretprobe.multi", "kprobe.session" ->
          new At(new AttachPoint.KprobeMulti(target, moment(kind)));
      case "ksyscall", "kretsyscall" -> new At(new AttachPoint.Ksyscall(target, atReturn));
      case "uprobe", "uretprobe", "uprobe.multi", "uretprobe.multi", "uprobe.session", "usdt" ->
          inBinary(section, kind, target);
      default -> new At(new AttachPoint.Declared(section));
    };
  }

  /** When programs of a kind of section run, such as {@code kretprobe.multi}. */
  static AttachPoint.Moment moment(String kind) {
    return kind.contains(".session")
        ? AttachPoint.Moment.BOTH
        : kind.contains("ret") ? AttachPoint.Moment.RETURN : AttachPoint.Moment.ENTRY;
  }

  /** For every process, as libbpf has it. */
  private static Declaration inBinary(String section, String kind, String target) {
    int colon = target.indexOf(':');
    if (colon < 0) {
      return new Needs("a function of '" + target + "'", target + ":FUNCTION");
    }
    String binary = target.substring(0, colon);
    String rest = target.substring(colon + 1);
    boolean atReturn = kind.startsWith("uret");
    if (kind.equals("usdt")) {
      String[] probe = rest.split(":", 2);
      return probe.length < 2
          ? new Needs(
              "the provider and the name of a probe of '" + binary + "'", binary + ":PROVIDER:NAME")
          : new At(new AttachPoint.Usdt(binary, probe[0], probe[1], -1));
    }
    if (kind.contains(".")) {
      return new At(new AttachPoint.UprobeMulti(binary, rest, -1, moment(kind)));
    }
    return place(rest)
        .<Declaration>map(
            p -> new At(new AttachPoint.Uprobe(binary, p.name(), p.offset(), -1, atReturn)))
        .orElse(new At(new AttachPoint.Declared(section)));
  }

  private record Place(String name, long offset) {}

  /** {@code function+0x10}; empty where what follows the sign is no number. */
  private static Optional<Place> place(String text) {
    int plus = text.indexOf('+');
    try {
      return Optional.of(
          plus < 0
              ? new Place(text, 0)
              : new Place(
                  text.substring(0, plus),
                  WholeNumber.parse(text.substring(plus + 1), 0, Long.MAX_VALUE)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
