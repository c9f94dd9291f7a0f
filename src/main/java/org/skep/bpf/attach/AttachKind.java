package org.skep.bpf.attach;

import java.util.Set;
import org.skep.internal.libbpf.Uapi;

/**
 * What all attach points of one kind have in common.
 *
 * @param programTypes the types of programs that are attached so; empty if the section decides
 * @param takesCookie whether a program gets a cookie there
 */
record AttachKind(Set<Integer> programTypes, boolean takesCookie) {
  private static final AttachKind PROBE = cookie(Uapi.BPF_PROG_TYPE_KPROBE);
  private static final AttachKind INTERFACE = plain(Uapi.BPF_PROG_TYPE_SCHED_CLS);

  static AttachKind of(AttachPoint point) {
    return switch (point) {
      case AttachPoint.WithCookie p -> of(p.point());
      case AttachPoint.Declared p -> new AttachKind(Set.of(), !p.section().startsWith("iter"));
      case AttachPoint.StructOps _ -> plain();
      case AttachPoint.Tracepoint _ -> cookie(Uapi.BPF_PROG_TYPE_TRACEPOINT);
      case AttachPoint.RawTracepoint _ ->
          cookie(
              Uapi.BPF_PROG_TYPE_RAW_TRACEPOINT,
              Uapi.BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE,
              Uapi.BPF_PROG_TYPE_TRACING);
      case AttachPoint.Kprobe _,
          AttachPoint.KprobeMulti _,
          AttachPoint.Ksyscall _,
          AttachPoint.Uprobe _,
          AttachPoint.UprobeMulti _,
          AttachPoint.Usdt _ ->
          PROBE;
      case AttachPoint.PerfEvent _ -> cookie(Uapi.BPF_PROG_TYPE_PERF_EVENT);
      case AttachPoint.MapElements _ -> plain(Uapi.BPF_PROG_TYPE_TRACING);
      case AttachPoint.Replacement _ -> plain(Uapi.BPF_PROG_TYPE_EXT);
      case AttachPoint.Infrared _ -> plain(Uapi.BPF_PROG_TYPE_LIRC_MODE2);
      case AttachPoint.Network p -> of(p);
    };
  }

  private static AttachKind of(AttachPoint.Network point) {
    return switch (point) {
      case AttachPoint.Xdp _ -> plain(Uapi.BPF_PROG_TYPE_XDP);
      case AttachPoint.Tcx _, AttachPoint.Tc _, AttachPoint.Netkit _ -> INTERFACE;
      case AttachPoint.TcAction _ -> plain(Uapi.BPF_PROG_TYPE_SCHED_ACT);
      case AttachPoint.Netfilter _ -> plain(Uapi.BPF_PROG_TYPE_NETFILTER);
      case AttachPoint.Route _ ->
          plain(
              Uapi.BPF_PROG_TYPE_LWT_IN,
              Uapi.BPF_PROG_TYPE_LWT_OUT,
              Uapi.BPF_PROG_TYPE_LWT_XMIT,
              Uapi.BPF_PROG_TYPE_LWT_SEG6LOCAL);
      case AttachPoint.PacketSocket _ -> plain(Uapi.BPF_PROG_TYPE_SOCKET_FILTER);
      case AttachPoint.Socket _ ->
          plain(Uapi.BPF_PROG_TYPE_SOCKET_FILTER, Uapi.BPF_PROG_TYPE_SK_REUSEPORT);
      case AttachPoint.SocketMap _ -> plain(Uapi.BPF_PROG_TYPE_SK_SKB, Uapi.BPF_PROG_TYPE_SK_MSG);
      case AttachPoint.NetworkNamespace _ ->
          plain(Uapi.BPF_PROG_TYPE_SK_LOOKUP, Uapi.BPF_PROG_TYPE_FLOW_DISSECTOR);
      case AttachPoint.Cgroup _ ->
          plain(
              Uapi.BPF_PROG_TYPE_CGROUP_SKB,
              Uapi.BPF_PROG_TYPE_CGROUP_SOCK,
              Uapi.BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
              Uapi.BPF_PROG_TYPE_CGROUP_SOCKOPT,
              Uapi.BPF_PROG_TYPE_CGROUP_SYSCTL,
              Uapi.BPF_PROG_TYPE_CGROUP_DEVICE,
              Uapi.BPF_PROG_TYPE_SOCK_OPS,
              Uapi.BPF_PROG_TYPE_LSM);
    };
  }

  private static AttachKind cookie(Integer... programTypes) {
    return new AttachKind(Set.of(programTypes), true);
  }

  private static AttachKind plain(Integer... programTypes) {
    return new AttachKind(Set.of(programTypes), false);
  }

  /** Whether programs of a type are attached so. */
  boolean fits(int programType) {
    return programTypes.isEmpty() || programTypes.contains(programType);
  }
}
