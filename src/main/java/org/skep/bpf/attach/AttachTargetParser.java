package org.skep.bpf.attach;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.base.MapHandle;
import org.skep.host.LinuxVersion;
import org.skep.host.ListeningSockets;
import org.skep.host.Mounts;
import org.skep.host.hooks.FunctionPlaces;
import org.skep.internal.libbpf.Uapi;
import org.skep.text.Nearest;
import org.skep.text.WholeNumber;

/**
 * Reads the text of a place, such as {@code eth0:egress} or {@code libc.so.6:malloc}, as the place
 * for a program of a certain type.
 *
 * @param program its name
 * @param type {@code enum bpf_prog_type}
 * @param attachType {@code enum bpf_attach_type}
 * @param section its section name, which tells kinds of probes apart
 * @param maps finds the maps of its object
 */
public record AttachTargetParser(
    String program, int type, int attachType, String section, Function<String, MapHandle> maps) {
  private static final Pattern TRACEPOINT =
      Pattern.compile("(?:(?:tracepoint|tp)[:/])?([^:/]+)[:/]([^:/]+)");
  private static final Pattern RAW_TRACEPOINT =
      Pattern.compile("(?:(?:raw_tracepoint|raw_tp|tp_btf)(?:\\.w)?[:/])?([^:/]+)");
  private static final Pattern PROBE_KIND =
      Pattern.compile(
          "((?:k|u)(?:ret)?probe(?:\\.multi|\\.session)?|k(?:ret)?syscall|usdt)(?:\\.s)?[:/](.+)");
  private static final Pattern USDT = Pattern.compile("(.+):([^:]+):([^:]+)");
  private static final Pattern OFFSET = Pattern.compile("(.*?)\\+?(0x[0-9a-fA-F]+|\\d+)?");
  // Linux takes what follows a colon for an alias, and finds the interface without it.
  private static final Pattern PLAIN_INTERFACE = Pattern.compile("[^:/\\s]+");
  private static final Pattern INTERFACE = Pattern.compile("([^:/\\s]+)(?:[:/](ingress|egress))?");
  private static final Pattern XDP = Pattern.compile("([^:/\\s]+)(?:[:/](native|generic))?");
  private static final Pattern PERF_EVENT =
      Pattern.compile("(?:([a-z][\\w-]*)(?::|$))?(?:([\\d_]+)(hz)?)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern SOCKET = Pattern.compile("(tcp|udp|\\d+|self):(\\d+)");
  private static final Pattern NETFILTER =
      Pattern.compile("(?:netfilter[:/])?(ipv4|ipv6)[:/](\\w+)(?:[:/](-?\\d+))?");

  private static final long USUAL_FREQUENCY = 99;
  private static final int EVERY_CPU = -1;
  private static final int MOST_PORT = 65_535;

  /**
   * The place of a text.
   *
   * @throws IllegalArgumentException if it is no place for programs of this type; the message says
   *     what one looks like
   */
  public AttachPoint parse(String text) {
    try {
      var details = AttachOptions.of(text);
      AttachPoint point = parse(details);
      details.check(point);
      return details.cookie().isEmpty()
          ? point
          : new AttachPoint.WithCookie(point, details.cookie().getAsLong());
    } catch (AttachOptions.Wrong e) {
      throw refused(text, String.valueOf(e.getMessage()));
    }
  }

  private AttachPoint parse(AttachOptions details) {
    String text = details.place();
    return switch (type) {
      case Uapi.BPF_PROG_TYPE_TRACEPOINT ->
          match(TRACEPOINT, text, "CATEGORY:NAME, such as sched:sched_switch")
              .with(m -> new AttachPoint.Tracepoint(m.group(1), m.group(2)));
      case Uapi.BPF_PROG_TYPE_RAW_TRACEPOINT, Uapi.BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE ->
          match(RAW_TRACEPOINT, text, "the name of a tracepoint, such as sched_switch")
              .with(m -> new AttachPoint.RawTracepoint(m.group(1)));
      case Uapi.BPF_PROG_TYPE_KPROBE -> probe(text, details);
      // Their target was set before loading, which is when it counts.
      case Uapi.BPF_PROG_TYPE_TRACING, Uapi.BPF_PROG_TYPE_LSM ->
          SectionTarget.isOverMap(section)
              ? new AttachPoint.MapElements(maps.apply(text))
              : isOfCgroup(section)
                  ? new AttachPoint.Cgroup(cgroup(text))
                  : new AttachPoint.Declared(section.split("/", 2)[0] + "/" + text);
      case Uapi.BPF_PROG_TYPE_PERF_EVENT -> perfEvent(text, details);
      case Uapi.BPF_PROG_TYPE_XDP ->
          match(XDP, text, "INTERFACE, INTERFACE:native or INTERFACE:generic")
              .with(m -> new AttachPoint.Xdp(m.group(1), mode(m.group(2))));
      case Uapi.BPF_PROG_TYPE_SCHED_CLS -> traffic(text);
      case Uapi.BPF_PROG_TYPE_SCHED_ACT ->
          match(INTERFACE, text, "INTERFACE, INTERFACE:ingress or INTERFACE:egress")
              .with(m -> new AttachPoint.TcAction(m.group(1), !"egress".equals(m.group(2))));
      case Uapi.BPF_PROG_TYPE_LWT_IN,
          Uapi.BPF_PROG_TYPE_LWT_OUT,
          Uapi.BPF_PROG_TYPE_LWT_XMIT,
          Uapi.BPF_PROG_TYPE_LWT_SEG6LOCAL ->
          route(text, details);
      case Uapi.BPF_PROG_TYPE_LIRC_MODE2 -> new AttachPoint.Infrared(Path.of(text));
      case Uapi.BPF_PROG_TYPE_NETFILTER -> netfilter(text);
      case Uapi.BPF_PROG_TYPE_CGROUP_SKB,
          Uapi.BPF_PROG_TYPE_CGROUP_SOCK,
          Uapi.BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
          Uapi.BPF_PROG_TYPE_CGROUP_SOCKOPT,
          Uapi.BPF_PROG_TYPE_CGROUP_SYSCTL,
          Uapi.BPF_PROG_TYPE_CGROUP_DEVICE,
          Uapi.BPF_PROG_TYPE_SOCK_OPS ->
          new AttachPoint.Cgroup(cgroup(text));
      case Uapi.BPF_PROG_TYPE_SK_LOOKUP, Uapi.BPF_PROG_TYPE_FLOW_DISSECTOR ->
          new AttachPoint.NetworkNamespace(namespace(text));
      case Uapi.BPF_PROG_TYPE_SOCKET_FILTER ->
          SOCKET.matcher(text).matches()
              ? socket(text)
              : match(PLAIN_INTERFACE, text, "INTERFACE, tcp:PORT or udp:PORT")
                  .with(m -> new AttachPoint.PacketSocket(m.group()));
      case Uapi.BPF_PROG_TYPE_SK_REUSEPORT -> socket(text);
      case Uapi.BPF_PROG_TYPE_SK_SKB, Uapi.BPF_PROG_TYPE_SK_MSG ->
          new AttachPoint.SocketMap(maps.apply(text));
      default ->
          switch (SectionTarget.declared(type, section)) {
            case SectionTarget.Never(String reason) -> throw refused(text, reason);
            case SectionTarget.Needs(String what, String _) ->
                throw refused(text, "it needs " + what + ", which --on cannot name");
            case SectionTarget.At _ -> new AttachPoint.Declared(section);
          };
    };
  }

  private AttachPoint probe(String place, AttachOptions details) {
    var named = PROBE_KIND.matcher(place);
    // Kernel functions have no colon in their names: with one, it is a function of a binary.
    var kind = named.matches() ? named.group(1) : section.split("/", 2)[0];
    var target = named.matches() ? named.group(2) : place;
    boolean multi = kind.contains(".multi") || kind.contains(".session");
    boolean atReturn = kind.contains("ret");
    if (kind.startsWith("usdt")) {
      var parts = USDT.matcher(target);
      if (!parts.matches()) {
        throw refused(place, "expected BINARY:PROVIDER:NAME, such as libc.so.6:libc:setjmp");
      }
      return new AttachPoint.Usdt(
          parts.group(1), parts.group(2), parts.group(3), details.process("pid"));
    }
    int colon = FunctionPlaces.colon(target);
    if (colon > 0) {
      String binary = target.substring(0, colon);
      String function = target.substring(colon + 1);
      int process = details.process("pid");
      return multi
          ? new AttachPoint.UprobeMulti(binary, function, process, SectionTarget.moment(kind))
          : offset(function).uprobe(binary, process, atReturn);
    }
    if (kind.startsWith("u")) {
      throw refused(place, "expected BINARY:FUNCTION, such as libc.so.6:malloc");
    }
    if (kind.endsWith("syscall")) {
      return new AttachPoint.Ksyscall(target, atReturn);
    }
    return multi
        ? new AttachPoint.KprobeMulti(target, SectionTarget.moment(kind))
        : offset(target).kprobe(atReturn);
  }

  /** A name and the bytes after it. */
  private record Place(String name, long offset) {
    AttachPoint kprobe(boolean atReturn) {
      return new AttachPoint.Kprobe(name, offset, atReturn);
    }

    AttachPoint uprobe(String binary, int pid, boolean atReturn) {
      return new AttachPoint.Uprobe(binary, name, offset, pid, atReturn);
    }
  }

  private Place offset(String text) {
    int plus = text.lastIndexOf('+');
    boolean number = text.matches("0x[0-9a-fA-F]+|\\d+");
    if (plus < 0 && !number) {
      return new Place(text, 0);
    }
    var m = OFFSET.matcher(text);
    return m.matches() && m.group(2) != null
        ? new Place(m.group(1), number(text, m.group(2), Long.MAX_VALUE))
        : new Place(text, 0);
  }

  private AttachPoint perfEvent(String place, AttachOptions details) {
    var expected =
        "an event and how often, such as cpu-clock:99hz or page-faults:100, with ,pid=N only for a"
            + " process, with ,cpu=N only on that CPU";
    return match(PERF_EVENT, place, expected)
        .with(
            m -> {
              var event = m.group(1) == null ? "cpu-clock" : m.group(1);
              long number =
                  m.group(2) == null
                      ? USUAL_FREQUENCY
                      : number(place, m.group(2).replace("_", ""), Long.MAX_VALUE);
              boolean often = m.group(2) == null || m.group(3) != null;
              if (number == 0 || (m.group(1) == null && !often)) {
                throw refused(place, "expected " + expected);
              }
              return new AttachPoint.PerfEvent(
                  counter(place, event),
                  often ? 0 : number,
                  often ? number : 0,
                  details.process("pid"),
                  details.number("cpu", EVERY_CPU));
            });
  }

  private PerfCounter counter(String typed, String name) {
    return PerfCounter.of(name)
        .orElseThrow(
            () ->
                refused(
                    typed,
                    "no such perf event"
                        + Nearest.hint(name, PerfCounter.NAMED.stream().map(PerfCounter::name))));
  }

  private AttachPoint socket(String text) {
    return match(SOCKET, text, "tcp:PORT, udp:PORT, or PID:DESCRIPTOR of a socket")
        .with(
            m -> {
              boolean port = m.group(1).equals("tcp") || m.group(1).equals("udp");
              int number = (int) number(text, m.group(2), port ? MOST_PORT : Integer.MAX_VALUE);
              return switch (m.group(1)) {
                case "tcp", "udp" ->
                    ListeningSockets.find(m.group(1), number)
                        .map(s -> new AttachPoint.Socket(s.pid(), s.descriptor()))
                        .orElseThrow(
                            () ->
                                refused(
                                    text,
                                    "no socket of this network namespace waits there, or it may not"
                                        + " be looked at"));
                case "self" -> new AttachPoint.Socket(0, number);
                default ->
                    new AttachPoint.Socket(
                        (int) number(text, m.group(1), Integer.MAX_VALUE), number);
              };
            });
  }

  private AttachPoint route(String destination, AttachOptions details) {
    var expected = "expected an address or prefix and an interface, such as 10.1.0.0/16,dev=eth0";
    if (destination.isBlank()) {
      throw refused(destination, expected);
    }
    return new AttachPoint.Route(
        destination,
        details.text("dev").orElseThrow(() -> refused(destination, expected)),
        details.text("via").orElse(""));
  }

  private static AttachPoint.Xdp.Mode mode(@Nullable String typed) {
    return typed == null
        ? AttachPoint.Xdp.Mode.BEST
        : AttachPoint.Xdp.Mode.valueOf(typed.toUpperCase(Locale.ROOT));
  }

  /** tcx where Linux has it; clsact where it is older. */
  private AttachPoint traffic(String typed) {
    return match(INTERFACE, typed, "INTERFACE, INTERFACE:ingress or INTERFACE:egress")
        .with(
            m -> {
              var name = m.group(1);
              if (attachType == Uapi.BPF_NETKIT_PRIMARY || attachType == Uapi.BPF_NETKIT_PEER) {
                return new AttachPoint.Netkit(name, attachType == Uapi.BPF_NETKIT_PRIMARY);
              }
              boolean ingress =
                  m.group(2) == null
                      ? attachType != Uapi.BPF_TCX_EGRESS && !section.endsWith("egress")
                      : m.group(2).equals("ingress");
              return LinuxVersion.running().isAtLeast(6, 6)
                  ? new AttachPoint.Tcx(name, ingress)
                  : new AttachPoint.Tc(name, ingress);
            });
  }

  private AttachPoint netfilter(String typed) {
    var hooks = AttachPoint.Netfilter.Hook.values();
    return match(NETFILTER, typed, "FAMILY:HOOK:PRIORITY, such as ipv4:prerouting:10")
        .with(
            m -> {
              var hook =
                  Arrays.stream(hooks)
                      .filter(h -> h.name().equalsIgnoreCase(m.group(2)))
                      .findFirst()
                      .orElseThrow(
                          () ->
                              refused(
                                  typed,
                                  "no such hook"
                                      + Nearest.hint(
                                          m.group(2),
                                          Arrays.stream(hooks)
                                              .map(h -> h.name().toLowerCase(Locale.ROOT)))));
              int priority = m.group(3) == null ? 0 : priority(typed, m.group(3));
              return new AttachPoint.Netfilter(m.group(1).equals("ipv6"), hook, priority);
            });
  }

  private int priority(String place, String text) {
    try {
      return (int) WholeNumber.parse(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    } catch (IllegalArgumentException e) {
      throw refused(place, String.valueOf(e.getMessage()));
    }
  }

  private long number(String place, String text, long most) {
    try {
      return WholeNumber.parse(text, 0, most);
    } catch (IllegalArgumentException e) {
      throw refused(place, String.valueOf(e.getMessage()));
    }
  }

  /** A path that does not begin at the root begins at the root of the cgroups. */
  private Path cgroup(String text) {
    Optional<Path> root = Mounts.cgroup2();
    if (text.isBlank()) {
      throw refused(text, "expected the path of a cgroup, such as web (/ is the root of them all)");
    }
    return text.startsWith("/") || root.isEmpty() ? Path.of(text) : root.get().resolve(text);
  }

  /** A path, a PID, {@code self}, or a name that {@code ip netns} gave. */
  private Path namespace(String text) {
    if (text.isBlank()) {
      throw refused(text, "expected the name of a network namespace, a process, self or a path");
    }
    var named = Path.of("/run/netns").resolve(text);
    if (!text.matches("\\d+|self")) {
      return Files.exists(named) ? named : Path.of(text);
    }
    var process = Path.of("/proc", text);
    var ofProcess = process.resolve("ns/net");
    if (Files.exists(named) && Files.exists(process)) {
      throw refused(
          text, "both a namespace and a process (write " + named + " or " + ofProcess + ")");
    }
    return Files.exists(named) ? named : ofProcess;
  }

  private Found match(Pattern pattern, String text, String expected) {
    var matcher = pattern.matcher(text.strip());
    if (text.isBlank() || !matcher.matches()) {
      throw refused(text, "expected " + expected);
    }
    return new Found(matcher);
  }

  private record Found(Matcher matcher) {
    AttachPoint with(Function<Matcher, AttachPoint> work) {
      return work.apply(matcher);
    }
  }

  private IllegalArgumentException refused(String text, String why) {
    return new IllegalArgumentException("attach '" + program + "' to '" + text + "': " + why);
  }

  /** The types whose target is part of the program, and therefore set before loading. */
  public static boolean belongsToLoading(int type, String section) {
    return List.of(Uapi.BPF_PROG_TYPE_TRACING, Uapi.BPF_PROG_TYPE_LSM).contains(type)
        && !SectionTarget.isOverMap(section)
        && !isOfCgroup(section);
  }

  private static boolean isOfCgroup(String section) {
    return section.startsWith("lsm_cgroup");
  }
}
