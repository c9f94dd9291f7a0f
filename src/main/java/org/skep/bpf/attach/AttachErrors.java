package org.skep.bpf.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.skep.BpfException;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.base.NativeObject;
import org.skep.host.Capability;
import org.skep.host.KernelSymbols;
import org.skep.host.Mounts;
import org.skep.host.hooks.Tracepoints;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.Libc;
import org.skep.text.Nearest;

/** Says why Linux refused to attach a program, and what would help. */
public final class AttachErrors {
  private static final Path KPROBES = Path.of("/sys/bus/event_source/devices/kprobe");
  private static final Path INTERFACES = Path.of("/sys/class/net");
  private static final Path PARANOID = Path.of("/proc/sys/kernel/perf_event_paranoid");

  private static final String NO_ACTIONS =
      "this Linux lacks the module act_bpf or cls_matchall; SEC(\"tc\") needs neither";

  private AttachErrors() {}

  static BpfException of(String program, AttachPoint point, int errno, List<String> messages) {
    String operation = "attach '" + program + "' to " + point.describe();
    if (needsKprobes(point) && !Files.exists(KPROBES)) {
      return new UnsupportedFeatureException(
          operation,
          AttachMismatch.unknownToo(point) + "this Linux has no kprobes",
          "it was built without CONFIG_KPROBE_EVENTS; use a tracepoint, raw_tp or tp_btf here, or run"
              + " it in the VM (make vm)");
    }
    return new SyscallException(operation, errno, cause(point, errno, messages));
  }

  /** Of a request to routing or traffic control, which the kernel answers in words of its own. */
  static BpfException ofRequest(String program, AttachPoint point, int errno, String words) {
    String name = Errno.nameOf(errno);
    boolean plain = words.isEmpty() || List.of("EPERM", "EACCES", "ENODEV").contains(name);
    boolean twice = name.equals("EEXIST") && point instanceof AttachPoint.Route;
    if (plain && !twice) {
      return of(program, point, errno, List.of());
    }
    String cause =
        twice
            ? "there is such a route already (EEXIST; 'ip route show' lists it; take a narrower"
                + " prefix, or remove it first)"
            : words.strip() + " (" + name + remedy(point, name) + ")";
    return new SyscallException("attach '" + program + "' to " + point.describe(), errno, cause);
  }

  private static String remedy(AttachPoint point, String errno) {
    return point instanceof AttachPoint.TcAction && errno.equals("ENOENT") ? "; " + NO_ACTIONS : "";
  }

  private static boolean needsKprobes(AttachPoint point) {
    return point instanceof AttachPoint.Kprobe
        || point instanceof AttachPoint.Ksyscall
        || point instanceof AttachPoint.KprobeMulti
        || (point instanceof AttachPoint.WithCookie c && needsKprobes(c.point()));
  }

  private static String cause(AttachPoint point, int errno, List<String> messages) {
    String known =
        switch (Errno.nameOf(errno)) {
          case "ENOENT", "ENODEV", "ESRCH", "ENXIO", "ENOTDIR", "EBADF" -> absent(point);
          case "EPERM", "EACCES" -> readsTooFar(point, messages) ? tooFar(point) : forbidden(point);
          case "E2BIG", "ERANGE" -> ProgramLimit.reason(point, Errno.nameOf(errno));
          case "EBUSY", "EEXIST" -> taken(point, Errno.nameOf(errno));
          case "EINVAL" ->
              point instanceof AttachPoint.RawTracepoint r
                  ? "the program reads more arguments than this tracepoint passes (EINVAL; '%hooks"
                      + " raw_tp:"
                      + r.name()
                      + "' shows them)"
                  : AttachMismatch.place(point);
          case "EILSEQ", "EADDRNOTAVAIL" -> AttachMismatch.place(point);
          default -> "";
        };
    String words = known.isEmpty() ? AttachMismatch.inBinary(point, messages) : known;
    return words.isEmpty() ? NativeObject.words(errno, messages) : words;
  }

  private static String taken(AttachPoint point, String errno) {
    return switch (point) {
      case AttachPoint.StructOps _ ->
          "a table with its '.name' is registered already ("
              + errno
              + "; '.name' another one, or close the object that has it)";
      case AttachPoint.Network _ ->
          "a program is attached there already (" + errno + "; close its link first)";
      default -> "this program is there already (" + errno + "; close its link first)";
    };
  }

  /** Linux opens the tracepoint, and refuses the program for what it reads of the record. */
  private static boolean readsTooFar(AttachPoint point, List<String> messages) {
    return point instanceof AttachPoint.Tracepoint
        && messages.stream().anyMatch(m -> m.contains("failed to attach"));
  }

  private static String tooFar(AttachPoint point) {
    return "the program reads beyond the record of this tracepoint (EACCES; '%hooks "
        + (point instanceof AttachPoint.Tracepoint t
            ? "tracepoint:" + t.category() + ":" + t.name()
            : point.describe())
        + "' shows its fields)";
  }

  /** What is not there; empty where the place has no name. */
  private static String absent(AttachPoint point) {
    return switch (point) {
      case AttachPoint.Tracepoint(String category, String name) ->
          "no such tracepoint" + tracepointHint(category, name);
      case AttachPoint.RawTracepoint r -> "no such tracepoint" + rawTracepointHint(r.name());
      case AttachPoint.Kprobe k -> function(k.function());
      case AttachPoint.Xdp x -> noInterface(x.networkInterface());
      case AttachPoint.Tcx t -> noInterface(t.networkInterface());
      case AttachPoint.Cgroup c ->
          Files.isDirectory(c.path())
              ? "not a cgroup v2 directory (they are below "
                  + Mounts.cgroup2().map(Path::toString).orElse("a mount of cgroup2")
                  + ")"
              : "no such directory (mkdir below "
                  + Mounts.cgroup2().map(Path::toString).orElse("a mount of cgroup2")
                  + " makes a cgroup)";
      case AttachPoint.PerfEvent p ->
          p.counter().isHardware()
              ? "this CPU has no such counter (a virtual machine often has none; cpu-clock is"
                  + " everywhere)"
              : p.pid() > 0 ? "no such process" : p.cpu() >= 0 ? "no such CPU" : "";
      case AttachPoint.NetworkNamespace n ->
          Files.exists(n.path())
              ? ""
              : "no such file (/proc/PID/ns/net and /run/netns/NAME are some)";
      case AttachPoint.Tc t -> noInterface(t.networkInterface());
      case AttachPoint.TcAction t ->
          Libc.if_nametoindex(t.networkInterface()) > 0
              ? NO_ACTIONS
              : noInterface(t.networkInterface());
      case AttachPoint.Route r -> noInterface(r.networkInterface());
      case AttachPoint.Socket s ->
          "no such socket ('tcp:8080' is one that listens there, '4711:5' descriptor 5 of a process)";
      case AttachPoint.Infrared i -> "no such receiver of infrared light";
      case AttachPoint.Netkit n -> noInterface(n.networkInterface());
      case AttachPoint.PacketSocket s -> noInterface(s.networkInterface());
      case AttachPoint.KprobeMulti k -> "no kernel function that can be traced has such a name";
      case AttachPoint.Ksyscall k -> AttachMismatch.systemCall(k.name());
      case AttachPoint.WithCookie c -> absent(c.point());
      case AttachPoint.Uprobe u -> "";
      case AttachPoint.UprobeMulti u -> "";
      case AttachPoint.Usdt u -> "";
      case AttachPoint.Replacement r -> "";
      case AttachPoint.Netfilter n -> "";
      case AttachPoint.SocketMap s -> "";
      case AttachPoint.StructOps m -> "";
      case AttachPoint.MapElements m -> "";
      case AttachPoint.Declared d -> "";
    };
  }

  private static String forbidden(AttachPoint point) {
    return switch (point) {
      case AttachPoint.Socket s ->
          "not permitted (needs root, or CAP_BPF and CAP_NET_ADMIN; a socket of another process "
              + Capability.TO_LOOK_INTO_PROCESSES
              + ")";
      case AttachPoint.Network n -> "not permitted (needs root, or CAP_BPF and CAP_NET_ADMIN)";
      case AttachPoint.Tracepoint t -> tracing();
      case AttachPoint.Kprobe k -> tracing();
      case AttachPoint.KprobeMulti k -> tracing();
      case AttachPoint.Ksyscall k -> tracing();
      case AttachPoint.Uprobe u -> uprobes();
      case AttachPoint.UprobeMulti u -> tracing();
      case AttachPoint.Usdt u -> uprobes();
      case AttachPoint.PerfEvent p -> tracing();
      case AttachPoint.WithCookie c -> forbidden(c.point());
      case AttachPoint.RawTracepoint r -> "";
      case AttachPoint.Replacement r -> "";
      case AttachPoint.Infrared i -> "";
      case AttachPoint.StructOps m ->
          "not permitted (needs root, or CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN)";
      case AttachPoint.MapElements m -> "";
      case AttachPoint.Declared d -> "";
    };
  }

  private static String tracing() {
    return "not permitted (needs root, or CAP_PERFMON with "
        + PARANOID
        + " at 2 or less, now "
        + paranoid()
        + ", and tracefs readable)";
  }

  /** As perf_uprobe_event_init asks; links of uprobe.multi ask for less. */
  private static String uprobes() {
    return "not permitted (needs root or CAP_SYS_ADMIN; for SEC(\"uprobe.multi\") and"
        + " SEC(\"uretprobe.multi\") CAP_BPF and CAP_PERFMON are enough, from Linux 6.6 on)";
  }

  private static String paranoid() {
    try {
      return Files.readString(PARANOID).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** Names of tracepoints are compared within the category, which is left out of the hint then. */
  private static String tracepointHint(String category, String name) {
    List<String> near =
        Tracepoints.ofRunningLinux().nearest(category + "/" + name).stream()
            .map(n -> n.startsWith(category + "/") ? n.substring(category.length() + 1) : n)
            .toList();
    return hint(near);
  }

  /** For a name whose category is missing. */
  static String tracepointHint(String name) {
    return hint(Tracepoints.ofRunningLinux().nearest(name));
  }

  public static String rawTracepointHint(String name) {
    return hint(
        Tracepoints.ofRunningLinux().nearest(name).stream()
            .map(n -> n.substring(n.indexOf('/') + 1))
            .distinct()
            .toList());
  }

  /** Why a kernel function cannot be traced. */
  public static String function(String name) {
    KernelSymbols symbols = KernelSymbols.ofRunningLinux();
    List<String> parts =
        symbols
            .all()
            .map(KernelSymbols.Symbol::name)
            .filter(s -> s.startsWith(name + "."))
            .distinct()
            .limit(3)
            .toList();
    if (!parts.isEmpty()) {
      return "the compiler split this function (it is '" + String.join("', '", parts) + "')";
    }
    if (symbols.named(name).isEmpty()) {
      return "no such kernel function, or the compiler inlined it"
          + Nearest.hint(name, symbols.all().map(KernelSymbols.Symbol::name).distinct());
    }
    return "this kernel function cannot be traced (it is inlined here, or marked notrace)";
  }

  private static String noInterface(String name) {
    try (Stream<Path> all = Files.list(INTERFACES)) {
      return "no such network interface"
          + Nearest.hint(name, all.map(p -> String.valueOf(p.getFileName())));
    } catch (IOException e) {
      return "no such network interface";
    }
  }

  private static String hint(List<String> near) {
    return near.isEmpty() ? "" : " (did you mean '" + String.join("' or '", near) + "'?)";
  }
}
