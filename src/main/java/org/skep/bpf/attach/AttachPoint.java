package org.skep.bpf.attach;

import java.nio.channels.NetworkChannel;
import java.nio.file.Path;
import org.skep.bpf.OpenProgram;
import org.skep.bpf.base.MapHandle;
import org.skep.bpf.base.ProgramHandle;
import org.skep.bpf.map.Sockets;

/** A place in the running Linux where a program can be attached. */
public sealed interface AttachPoint {
  /** The place in words: {@code tracepoint 'sched/sched_switch'}. */
  default String describe() {
    return AttachPointFormatter.of(this);
  }

  /** A place where packets, sockets or cgroups are. */
  sealed interface Network extends AttachPoint {}

  /**
   * Another place, with a number that the program gets by {@code bpf_get_attach_cookie}, and one of
   * USDT by {@code bpf_usdt_cookie}: for tracepoints, probes of every kind, perf events, and typed
   * places such as fentry; raw tracepoints have it since Linux 6.10.
   *
   * @param point the place itself
   * @param cookie the number
   */
  record WithCookie(AttachPoint point, long cookie) implements AttachPoint {}

  /**
   * The kernel's own table of functions that a struct_ops map fills in.
   *
   * @param map its name
   */
  record StructOps(String map) implements AttachPoint {}

  /**
   * The elements of a map, for iterators of {@code SEC("iter/bpf_map_elem")} and {@code
   * SEC("iter/bpf_sk_storage_map")}; the link reads them.
   *
   * @param map whose elements the program is run on
   */
  record MapElements(MapHandle map) implements AttachPoint {}

  /**
   * Where the program's own section name says.
   *
   * @param section the section name, for messages
   */
  record Declared(String section) implements AttachPoint {}

  /**
   * A tracepoint, its arguments laid out as tracefs describes.
   *
   * @param category such as {@code syscalls}
   * @param name such as {@code sys_enter_openat}
   */
  record Tracepoint(String category, String name) implements AttachPoint {}

  /**
   * A tracepoint with the arguments that the kernel's code passes.
   *
   * @param name such as {@code sched_switch}
   */
  record RawTracepoint(String name) implements AttachPoint {}

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
  }

  /** When a program runs that is attached to many functions at once; its section says the same. */
  enum Moment {
    ENTRY,
    RETURN,
    /** A session: what the program returns at the entry decides whether it runs at the return. */
    BOTH
  }

  /**
   * Many kernel functions at once, for programs of {@code SEC("kprobe.multi")}, {@code
   * kretprobe.multi} and {@code kprobe.session}; Linux 5.18 or later, sessions 6.10.
   *
   * @param pattern names with {@code *} and {@code ?}
   */
  record KprobeMulti(String pattern, Moment moment) implements AttachPoint {}

  /**
   * A system call, by the kprobe of the function that this CPU's kernel has for it.
   *
   * @param name such as {@code openat}
   * @param atReturn whether to run when it returns
   */
  record Ksyscall(String name, boolean atReturn) implements AttachPoint {}

  /**
   * Many functions of a program or shared library at once, for programs of {@code
   * SEC("uprobe.multi")}, {@code uretprobe.multi} and {@code uprobe.session}; one probe for each
   * before Linux 6.6, sessions 6.13 or later.
   *
   * @param binary its path, or a library's name such as {@code libc.so.6}
   * @param pattern names with {@code *} and {@code ?}
   * @param pid the process to watch; -1 for all, 0 for this one
   */
  record UprobeMulti(String binary, String pattern, int pid, Moment moment)
      implements AttachPoint {}

  /**
   * A tracepoint that a program or library was compiled with.
   *
   * @param binary its path, or a library's name such as {@code libc.so.6}
   * @param provider such as {@code libc}
   * @param name such as {@code setjmp}
   * @param pid the process to watch; -1 for all, 0 for this one
   */
  record Usdt(String binary, String provider, String name, int pid) implements AttachPoint {}

  /**
   * A function of another loaded program, which this one replaces, for {@code SEC("freplace")}. The
   * function is also needed for loading: {@link OpenProgram#target}.
   *
   * @param program the other program
   * @param function its function that is not inlined
   */
  record Replacement(ProgramHandle program, String function) implements AttachPoint {}

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
  }

  /**
   * The traffic control of a network interface, Linux 6.6 or later.
   *
   * @param networkInterface such as {@code eth0}
   * @param ingress packets that come in; else those that go out
   */
  record Tcx(String networkInterface, boolean ingress) implements Network {}

  /**
   * The traffic control of a network interface by a {@code clsact} queueing discipline, for Linux
   * before 6.6. Unlike every other place, this one keeps the program when the process is killed.
   *
   * @param networkInterface such as {@code eth0}
   * @param ingress packets that come in; else those that go out
   */
  record Tc(String networkInterface, boolean ingress) implements Network {}

  /**
   * An action of traffic control, for programs of {@code SEC("action")}: every packet of a network
   * interface, by a {@code matchall} filter of {@code clsact}. Like {@link Tc} it outlives a
   * process that is killed.
   *
   * @param networkInterface such as {@code eth0}
   * @param ingress packets that come in; else those that go out
   */
  record TcAction(String networkInterface, boolean ingress) implements Network {}

  /**
   * A route that is made for the program, for {@code lwt_in}, {@code lwt_out}, {@code lwt_xmit} and
   * {@code lwt_seg6local}: it runs for the packets that take the route. The route goes when the
   * link closes; like {@link Tc} it outlives a process that is killed.
   *
   * @param destination an address or prefix of IPv4 or IPv6, such as {@code 10.1.0.0/16}
   * @param networkInterface such as {@code eth0}
   * @param gateway the address of the next router; empty where the destination is at the interface
   */
  record Route(String destination, String networkInterface, String gateway) implements Network {}

  /**
   * A netkit device, Linux 6.7 or later.
   *
   * @param networkInterface the primary device
   * @param primary its own side; else its peer's
   */
  record Netkit(String networkInterface, boolean primary) implements Network {}

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
  }

  /**
   * A socket of Skep's own that every packet of a network interface passes, for socket filters.
   *
   * @param networkInterface such as {@code eth0}
   */
  record PacketSocket(String networkInterface) implements Network {}

  /**
   * A socket: the packets that it gets for a socket filter, the group of sockets that share its
   * port for {@code sk_reuseport}. A socket of another process keeps the program when this one is
   * killed.
   *
   * @param pid the process that has it; 0 for this one
   * @param descriptor its number there
   */
  record Socket(int pid, int descriptor) implements Network {
    /**
     * A socket of Java.
     *
     * @throws IllegalArgumentException if it is not bound
     */
    public static Socket of(NetworkChannel channel) {
      return new Socket(0, Sockets.descriptor(channel));
    }
  }

  /**
   * The sockets of a map, for {@code sk_msg} and {@code sk_skb} programs: those that are put into
   * it while the program is there. They keep it, after the link closed too, until they are taken
   * out or the map is gone.
   *
   * @param map of type sockmap or sockhash
   */
  record SocketMap(MapHandle map) implements Network {}

  /**
   * A cgroup of version 2 and everything below it, for programs of {@code cgroup}, {@code sockops}
   * and {@code lsm_cgroup}.
   *
   * @param path its directory
   */
  record Cgroup(Path path) implements Network {}

  /**
   * A network namespace, for {@code sk_lookup} and the flow dissector.
   *
   * @param path such as {@code /proc/self/ns/net}
   */
  record NetworkNamespace(Path path) implements Network {}

  /**
   * A receiver of infrared light, for {@code lirc_mode2}.
   *
   * @param device such as {@code /dev/lirc0}
   */
  record Infrared(Path device) implements AttachPoint {}

  /**
   * A clock or counter of the CPU or the kernel that runs the program as a sample.
   *
   * @param counter what is counted
   * @param period run after this many counts; 0 to use {@code frequency}
   * @param frequency run about this often a second
   * @param pid the process to watch; -1 for all
   * @param cpu the CPU to watch; -1 for all
   */
  record PerfEvent(PerfCounter counter, long period, long frequency, int pid, int cpu)
      implements AttachPoint {
    /** The CPU clock on every CPU, about {@code frequency} times a second. */
    public PerfEvent(long frequency) {
      this(PerfCounter.CPU_CLOCK, 0, frequency, -1, -1);
    }
  }
}
