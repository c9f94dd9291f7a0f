package org.skep.doctor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.skep.doctor.HeldDescriptors.Result;
import org.skep.host.Mounts;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.LibbpfNet;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Routes;
import org.skep.internal.libbpf.Rtnetlink;
import org.skep.internal.libbpf.TrafficActions;
import org.skep.internal.libbpf.Uapi;

/**
 * Tries the ways to attach to networks, sockets and cgroups: in a network namespace made for it, or
 * where this process may make none, on the loopback device with verdicts that let everything pass;
 * and in a cgroup without processes.
 */
final class NetworkAttempts {
  private static final int LOOPBACK = 1;
  private static final int PASS = 1;
  private static final int XDP_PASS = 2;
  private static final int NEXT = -1;
  private static final int DISSECT_AS_USUAL = 129;
  private static final int XDP_FLAGS_SKB_MODE = 1 << 1;
  private static final int NFPROTO_IPV4 = 2;
  private static final int NF_INET_LOCAL_IN = 1;
  private static final int BPF_SK_SKB_STREAM_VERDICT = 5;
  private static final int BPF_SK_MSG_VERDICT = 7;
  private static final int BPF_FLOW_DISSECTOR = 17;
  private static final int BPF_SK_LOOKUP = 36;
  private static final int SOCKMAP = 15;
  private static final String NOBODY = "192.0.2.255";

  /** Takes what an attempt came to. */
  interface Report {
    void of(String what, Result result, String remedy);
  }

  /** What programs of cgroups are for, by the numbers of {@code enum bpf_attach_type}. */
  private enum CgroupKind {
    SKB("cgroup_skb", Uapi.BPF_PROG_TYPE_CGROUP_SKB, 0, "Linux 4.10"),
    SOCK("cgroup/sock", Uapi.BPF_PROG_TYPE_CGROUP_SOCK, 2, "Linux 4.10"),
    SOCK_OPS("sockops", Uapi.BPF_PROG_TYPE_SOCK_OPS, 3, "Linux 4.13"),
    DEVICE("cgroup/dev", Uapi.BPF_PROG_TYPE_CGROUP_DEVICE, 6, "Linux 4.15"),
    ADDRESS("cgroup/connect4", Uapi.BPF_PROG_TYPE_CGROUP_SOCK_ADDR, 10, "Linux 4.17"),
    SYSCTL("cgroup/sysctl", Uapi.BPF_PROG_TYPE_CGROUP_SYSCTL, 18, "Linux 5.2"),
    GET_OPTION("cgroup/getsockopt", Uapi.BPF_PROG_TYPE_CGROUP_SOCKOPT, 21, "Linux 5.3"),
    SET_OPTION("cgroup/setsockopt", Uapi.BPF_PROG_TYPE_CGROUP_SOCKOPT, 22, "Linux 5.3"),
    UNIX("cgroup/connect_unix", Uapi.BPF_PROG_TYPE_CGROUP_SOCK_ADDR, 49, "Linux 6.7");

    private final String what;
    private final int type;
    private final int attachType;
    private final String since;

    CgroupKind(String what, int type, int attachType, String since) {
      this.what = what;
      this.type = type;
      this.attachType = attachType;
      this.since = since;
    }
  }

  private final Attempts attempts;
  private final HeldDescriptors descriptors;

  NetworkAttempts(Attempts attempts, HeldDescriptors descriptors) {
    this.attempts = attempts;
    this.descriptors = descriptors;
  }

  /** Tries each, and reports in a fixed order. */
  void each(Report report) {
    var thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  boolean own = Libc.unshareNetwork() == 0;
                  networks(report, own);
                });
    boolean interrupted = false;
    while (true) {
      try {
        thread.join(); // a second at most
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    sockets(report);
    cgroups(report);
  }

  private void networks(Report report, boolean own) {
    report.of("xdp", xdp(), "Linux 5.9 or later");
    Result tcx =
        attempts.link(
            attempts.load(Uapi.BPF_PROG_TYPE_SCHED_CLS, 0, 0, NEXT),
            LOOPBACK,
            Uapi.BPF_TCX_INGRESS);
    report.of("tcx", tcx, "Linux 6.6 or later; before, tc with clsact");
    report.of(
        "action",
        own ? action() : new Result(-Errno.EPERM.number(), "make a network namespace"),
        "a kernel with CONFIG_NET_ACT_BPF and CONFIG_NET_CLS_MATCHALL; SEC(\"tc\") needs neither");
    report.of("netkit", netkit(), "Linux 6.7 or later with CONFIG_NETKIT");
    long place = NFPROTO_IPV4 | (long) NF_INET_LOCAL_IN << Integer.SIZE;
    Result netfilter =
        attempts.link(
            attempts.load(Uapi.BPF_PROG_TYPE_NETFILTER, Uapi.BPF_NETFILTER, 0, PASS),
            0,
            Uapi.BPF_NETFILTER,
            place,
            100);
    report.of("netfilter", netfilter, "Linux 6.4 or later with CONFIG_NETFILTER_BPF_LINK");
    report.of(
        "sk_lookup",
        namespace(Uapi.BPF_PROG_TYPE_SK_LOOKUP, BPF_SK_LOOKUP, PASS),
        "Linux 5.9 or later");
    report.of(
        "flow_dissector",
        namespace(Uapi.BPF_PROG_TYPE_FLOW_DISSECTOR, BPF_FLOW_DISSECTOR, DISSECT_AS_USUAL),
        "Linux 5.8 or later, 6.1 for a program that leaves the work to the kernel");
    report.of("lwt", route(), "a kernel built with CONFIG_LWTUNNEL_BPF");
  }

  /** A device that has a program already shows that it works, too. */
  private Result xdp() {
    Result program = attempts.load(Uapi.BPF_PROG_TYPE_XDP, 0, 0, XDP_PASS);
    if (!program.works()) {
      return program;
    }
    try (Arena arena = Arena.ofConfined()) {
      CStruct attributes =
          CStruct.allocate(arena, BpfSyscall.link_create)
              .set("prog_fd", program.code())
              .set("target", LOOPBACK)
              .set("attach_type", Uapi.BPF_XDP)
              .set("flags", XDP_FLAGS_SKB_MODE);
      int link = BpfSyscall.bpf(BpfSyscall.BPF_LINK_CREATE, attributes);
      return Errno.EBUSY.is(link) || Errno.EEXIST.is(link)
          ? new Result(0, "attach the program")
          : descriptors.keep(link, "attach the program");
    }
  }

  /** The loopback device is none; a Linux that knows netkit says so, others know no such link. */
  private Result netkit() {
    Result link =
        attempts.link(
            attempts.load(Uapi.BPF_PROG_TYPE_SCHED_CLS, Uapi.BPF_NETKIT_PRIMARY, 0, NEXT),
            LOOPBACK,
            Uapi.BPF_NETKIT_PRIMARY);
    return Errno.ENXIO.is(link.code()) ? new Result(0, link.step()) : link;
  }

  private Result namespace(int type, int attachType, int verdict) {
    Result namespace =
        descriptors.keep(Libc.open("/proc/thread-self/ns/net", 0), "open the network namespace");
    return namespace.works()
        ? attempts.link(attempts.load(type, attachType, 0, verdict), namespace.code(), attachType)
        : namespace;
  }

  private Result action() {
    Result program = attempts.load(Uapi.BPF_PROG_TYPE_SCHED_ACT, 0, 0, 0);
    if (!program.works()) {
      return program;
    }
    int made = Rtnetlink.ask(TrafficActions.discipline(LOOPBACK)).error();
    return made < 0
        ? new Result(made, "make a clsact queueing discipline")
        : new Result(
            Rtnetlink.ask(TrafficActions.making(LOOPBACK, true, program.code(), "skep")).error(),
            "make a filter with an action");
  }

  /** To an address that is for documents. A device that is down takes no route, which is enough. */
  private Result route() {
    Result program = attempts.load(Uapi.BPF_PROG_TYPE_LWT_XMIT, 0, 0, 0);
    if (!program.works()) {
      return program;
    }
    Routes route = Routes.of(NOBODY, "", LOOPBACK);
    int made =
        Rtnetlink.ask(route.making(Uapi.BPF_PROG_TYPE_LWT_XMIT, program.code(), "skep")).error();
    if (made == 0) {
      var _ = Rtnetlink.ask(route.removing());
    }
    return new Result(Errno.ENETDOWN.is(made) || Errno.EEXIST.is(made) ? 0 : made, "make a route");
  }

  private void sockets(Report report) {
    report.of("sk_skb", map(Uapi.BPF_PROG_TYPE_SK_SKB, BPF_SK_SKB_STREAM_VERDICT), "Linux 4.14");
    report.of("sk_msg", map(Uapi.BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT), "Linux 4.17");
    report.of(
        "socket",
        socket(false, Uapi.BPF_PROG_TYPE_SOCKET_FILTER, LibbpfNet.SO_ATTACH_BPF),
        "Linux 3.19 or later");
    report.of(
        "sk_reuseport",
        socket(true, Uapi.BPF_PROG_TYPE_SK_REUSEPORT, LibbpfNet.SO_ATTACH_REUSEPORT_EBPF),
        "Linux 4.19 or later");
  }

  /** A map of sockets without any. */
  private Result map(int type, int attachType) {
    Result program = attempts.load(type, attachType, 0, PASS);
    try (Arena arena = Arena.ofConfined()) {
      Result map =
          descriptors.keep(
              BpfSyscall.bpf(
                  BpfSyscall.BPF_MAP_CREATE,
                  CStruct.allocate(arena, BpfSyscall.map_create)
                      .set("map_type", SOCKMAP)
                      .set("key_size", Integer.BYTES)
                      .set("value_size", Integer.BYTES)
                      .set("max_entries", 1)),
              "make a map of sockets");
      if (!program.works() || !map.works()) {
        return program.works() ? map : program;
      }
      int result = LibbpfNet.bpf_prog_attach(program.code(), map.code(), attachType, 0);
      if (result == 0) {
        LibbpfNet.bpf_prog_detach2(program.code(), map.code(), attachType);
      }
      return new Result(result, "attach the program");
    }
  }

  /** A socket that is bound to nothing, and closes with the program. */
  private Result socket(boolean shared, int type, int option) {
    Result program = attempts.load(type, 0, 0, PASS);
    Result socket = descriptors.keep(LibbpfNet.datagram_socket(shared), "make a socket");
    return program.works() && socket.works()
        ? new Result(
            LibbpfNet.set_socket_program(socket.code(), option, program.code()),
            "attach the program")
        : program.works() ? socket : program;
  }

  private void cgroups(Report report) {
    Optional<Path> root = Mounts.cgroup2();
    if (root.isEmpty()) {
      report.of("cgroup", Attempts.absent("find cgroup2"), "mount cgroup2");
      return;
    }
    Path empty = root.get().resolve("skep-doctor-" + ProcessHandle.current().pid());
    try {
      Files.createDirectory(empty);
      try {
        Result directory = descriptors.keep(Libc.open(empty.toString(), 0), "open a cgroup");
        report.of("cgroup", directory, "mount cgroup2");
        for (CgroupKind kind : CgroupKind.values()) {
          Result program = attempts.load(kind.type, kind.attachType, 0, PASS);
          report.of(
              kind.what,
              attempts.link(program, directory.code(), kind.attachType),
              kind.since + " or later, links 5.7, with CONFIG_CGROUP_BPF");
        }
      } finally {
        Files.delete(empty);
      }
    } catch (IOException e) {
      report.of(
          "cgroup",
          new Result(-Errno.EACCES.number(), "make a cgroup below " + root.get()),
          "the right to write there");
    }
  }
}
