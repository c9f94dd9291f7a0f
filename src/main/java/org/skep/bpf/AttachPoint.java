package org.skep.bpf;

import java.nio.file.Path;
import java.util.Locale;

/** A place in the running Linux where a program can be attached. */
public sealed interface AttachPoint {
  /** The place in words: {@code tracepoint 'sched/sched_switch'}. */
  String describe();

  /** A place where packets, sockets or cgroups are. */
  sealed interface Network extends AttachPoint {}

  /**
   * Another place, with a number that the program gets by {@code bpf_get_attach_cookie}: for
   * tracepoints, kprobes, uprobes and perf events.
   *
   * @param point the place itself
   * @param cookie the number
   */
  record WithCookie(AttachPoint point, long cookie) implements AttachPoint {
    @Override
    public String describe() {
      return point.describe() + " with cookie " + Long.toUnsignedString(cookie);
    }
  }

  /**
   * The kernel's own table of functions that a struct_ops map fills in.
   *
   * @param map its name
   */
  record StructOps(String map) implements AttachPoint {
    @Override
    public String describe() {
      return "struct_ops '" + map + "'";
    }
  }

  /**
   * The elements of a map, for iterators of {@code SEC("iter/bpf_map_elem")} and {@code
   * SEC("iter/bpf_sk_storage_map")}; the link reads them.
   *
   * @param map whose elements the program is run on
   */
  record MapElements(BpfMap map) implements AttachPoint {
    @Override
    public String describe() {
      return "elements of map '" + map.name() + "'";
    }
  }

  /**
   * Where the program's own section name says.
   *
   * @param section the section name, for messages
   */
  record Declared(String section) implements AttachPoint {
    @Override
    public String describe() {
      return "'" + section + "'";
    }
  }

  /**
   * A tracepoint, its arguments laid out as tracefs describes.
   *
   * @param category such as {@code syscalls}
   * @param name such as {@code sys_enter_openat}
   */
  record Tracepoint(String category, String name) implements AttachPoint {
    @Override
    public String describe() {
      return "tracepoint '" + category + "/" + name + "'";
    }
  }

  /**
   * A tracepoint with the arguments that the kernel's code passes.
   *
   * @param name such as {@code sched_switch}
   */
  record RawTracepoint(String name) implements AttachPoint {
    @Override
    public String describe() {
      return "raw tracepoint '" + name + "'";
    }
  }

  /**
   * An instruction of a kernel function, or its return.
   *
   * @param function its name in {@code /proc/kallsyms}
   * @param offset bytes from its start; 0 for its entry
   * @param atReturn whether to run when it returns
   */
  record Kprobe(String function, long offset, boolean atReturn) implements AttachPoint {
    /** The entry of a function. */
    public Kprobe(String function) {
      this(function, 0, false);
    }

    @Override
    public String describe() {
      return (atReturn ? "kretprobe '" : "kprobe '") + at(function, offset) + "'";
    }
  }

  /**
   * Many kernel functions at once, for programs of {@code SEC("kprobe.multi")}.
   *
   * @param pattern names with {@code *} and {@code ?}
   * @param atReturn whether to run when they return
   */
  record KprobeMulti(String pattern, boolean atReturn) implements AttachPoint {
    @Override
    public String describe() {
      return "kernel functions '" + pattern + "'" + (atReturn ? " at their return" : "");
    }
  }

  /**
   * A system call, by the kprobe of the function that this processor's kernel has for it.
   *
   * @param name such as {@code openat}
   * @param atReturn whether to run when it returns
   */
  record Ksyscall(String name, boolean atReturn) implements AttachPoint {
    @Override
    public String describe() {
      return "system call '" + name + "'" + (atReturn ? " at its return" : "");
    }
  }

  /**
   * Many functions of a program or shared library at once, for programs of {@code
   * SEC("uprobe.multi")}; libbpf 1.3 and Linux 6.6 or later.
   *
   * @param binary its path, or a library's name such as {@code libc.so.6}
   * @param pattern names with {@code *} and {@code ?}
   * @param pid the process to watch; -1 for all, 0 for this one
   */
  record UprobeMulti(String binary, String pattern, int pid) implements AttachPoint {
    @Override
    public String describe() {
      return "functions '" + binary + ":" + pattern + "'";
    }
  }

  /**
   * A tracepoint that a program or library was compiled with.
   *
   * @param binary its path, or a library's name such as {@code libc.so.6}
   * @param provider such as {@code libc}
   * @param name such as {@code setjmp}
   * @param pid the process to watch; -1 for all, 0 for this one
   */
  record Usdt(String binary, String provider, String name, int pid) implements AttachPoint {
    @Override
    public String describe() {
      return "USDT probe '" + binary + ":" + provider + ":" + name + "'";
    }
  }

  /**
   * A function of another loaded program, which this one replaces, for {@code SEC("freplace")}. The
   * function is also needed for loading: {@link OpenProgram#target}.
   *
   * @param program the other program
   * @param function its function that is not inlined
   */
  record Replacement(BpfProgram program, String function) implements AttachPoint {
    @Override
    public String describe() {
      return "function '" + function + "' of " + program;
    }
  }

  /**
   * An instruction of a program or shared library, or the return of one of its functions.
   *
   * @param binary its path, or a library's name such as {@code libc.so.6}
   * @param function the function's name; empty where {@code offset} counts from the file's start
   * @param offset bytes from the start of the function or file
   * @param pid the process to watch; -1 for all, 0 for this one
   * @param atReturn whether to run when the function returns
   */
  record Uprobe(String binary, String function, long offset, int pid, boolean atReturn)
      implements AttachPoint {
    /** The entry of a function, in every process. */
    public Uprobe(String binary, String function) {
      this(binary, function, 0, -1, false);
    }

    @Override
    public String describe() {
      return (atReturn ? "uretprobe '" : "uprobe '") + binary + ":" + at(function, offset) + "'";
    }
  }

  /**
   * A network interface, where packets enter, before the kernel made anything of them.
   *
   * @param networkInterface such as {@code eth0}
   * @param mode where on its way the packet is
   */
  record Xdp(String networkInterface, Mode mode) implements Network {
    /** Where on its way a packet is when the program sees it. */
    public enum Mode {
      /** In the driver where that can, else as {@link #GENERIC}. */
      BEST,
      /** In the driver, before there is a socket buffer. */
      NATIVE,
      /** After the driver, in a socket buffer: every interface can, and it is slower. */
      GENERIC
    }

    /** In the best mode that the interface has. */
    public Xdp(String networkInterface) {
      this(networkInterface, Mode.BEST);
    }

    @Override
    public String describe() {
      return "interface '"
          + networkInterface
          + "'"
          + (mode == Mode.BEST ? "" : " in " + mode.name().toLowerCase(Locale.ROOT) + " mode");
    }
  }

  /**
   * The traffic control of a network interface, Linux 6.6 or later.
   *
   * @param networkInterface such as {@code eth0}
   * @param ingress packets that come in; else those that go out
   */
  record Tcx(String networkInterface, boolean ingress) implements Network {
    @Override
    public String describe() {
      return (ingress ? "ingress" : "egress") + " of interface '" + networkInterface + "'";
    }
  }

  /**
   * The traffic control of a network interface by a {@code clsact} queueing discipline, for Linux
   * before 6.6. Unlike every other place, this one keeps the program when the process is killed.
   *
   * @param networkInterface such as {@code eth0}
   * @param ingress packets that come in; else those that go out
   */
  record Tc(String networkInterface, boolean ingress) implements Network {
    @Override
    public String describe() {
      return "clsact "
          + (ingress ? "ingress" : "egress")
          + " of interface '"
          + networkInterface
          + "'";
    }
  }

  /**
   * A netkit device, Linux 6.7 or later.
   *
   * @param networkInterface the primary device
   * @param primary its own side; else its peer's
   */
  record Netkit(String networkInterface, boolean primary) implements Network {
    @Override
    public String describe() {
      return (primary ? "primary" : "peer") + " of netkit '" + networkInterface + "'";
    }
  }

  /**
   * A hook of the firewall, Linux 6.4 or later.
   *
   * @param ipv6 IPv6; else IPv4
   * @param hook where on a packet's way
   * @param priority among what else is there, lowest first; not the lowest or highest possible
   */
  record Netfilter(boolean ipv6, Hook hook, int priority) implements Network {
    /** Places on the way of a packet, in the kernel's order. */
    public enum Hook {
      PREROUTING(0),
      INPUT(1),
      FORWARD(2),
      OUTPUT(3),
      POSTROUTING(4);

      final int number;

      Hook(int number) {
        this.number = number;
      }
    }

    @Override
    public String describe() {
      return "netfilter "
          + (ipv6 ? "ipv6 " : "ipv4 ")
          + hook.name().toLowerCase(Locale.ROOT)
          + " at priority "
          + priority;
    }
  }

  /**
   * A socket of Skep's own that every packet of a network interface passes, for socket filters.
   *
   * @param networkInterface such as {@code eth0}
   */
  record PacketSocket(String networkInterface) implements Network {
    @Override
    public String describe() {
      return "packet socket on interface '" + networkInterface + "'";
    }
  }

  /**
   * The sockets of a map, for {@code sk_msg} and {@code sk_skb} programs.
   *
   * @param map of type sockmap or sockhash
   */
  record SocketMap(BpfMap map) implements Network {
    @Override
    public String describe() {
      return "sockets of map '" + map.name() + "'";
    }
  }

  /**
   * A cgroup of version 2 and everything below it.
   *
   * @param path its directory
   */
  record Cgroup(Path path) implements Network {
    @Override
    public String describe() {
      return "cgroup '" + path + "'";
    }
  }

  /**
   * A network namespace, for {@code sk_lookup} and the flow dissector.
   *
   * @param path such as {@code /proc/self/ns/net}
   */
  record NetworkNamespace(Path path) implements Network {
    @Override
    public String describe() {
      return "network namespace '" + path + "'";
    }
  }

  /**
   * A clock or counter of the processor or the kernel that runs the program as a sample.
   *
   * @param event what is counted
   * @param period run after this many counts; 0 to use {@code frequency}
   * @param frequency run about this often a second
   * @param pid the process to watch; -1 for all, on every CPU
   */
  record PerfEvent(Event event, long period, long frequency, int pid) implements AttachPoint {
    /** What a perf event counts. */
    public enum Event {
      CPU_CLOCK(1, 0),
      TASK_CLOCK(1, 1),
      PAGE_FAULTS(1, 2),
      CONTEXT_SWITCHES(1, 3),
      CPU_MIGRATIONS(1, 4),
      CPU_CYCLES(0, 0),
      INSTRUCTIONS(0, 1),
      CACHE_REFERENCES(0, 2),
      CACHE_MISSES(0, 3),
      BRANCH_INSTRUCTIONS(0, 4),
      BRANCH_MISSES(0, 5);

      /** {@code perf_event_attr.type}. */
      final int type;

      /** {@code perf_event_attr.config}. */
      final long config;

      Event(int type, long config) {
        this.type = type;
        this.config = config;
      }
    }

    /** The CPU clock on every CPU, about {@code frequency} times a second. */
    public PerfEvent(long frequency) {
      this(Event.CPU_CLOCK, 0, frequency, -1);
    }

    @Override
    public String describe() {
      return "perf event '"
          + event.name().toLowerCase(Locale.ROOT).replace('_', '-')
          + (period > 0 ? "' every " + period : "' at " + frequency + " Hz");
    }
  }

  private static String at(String function, long offset) {
    String plus = offset == 0 ? "" : "0x" + Long.toHexString(offset);
    return function.isEmpty() || plus.isEmpty() ? function + plus : function + "+" + plus;
  }
}
