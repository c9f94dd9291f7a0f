package org.skep.bpf.attach;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.IntFunction;
import org.skep.bpf.map.FileDescriptors;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.Errno;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfLink;
import org.skep.internal.libbpf.LibbpfNet;
import org.skep.internal.libbpf.LibbpfProgram;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Routes;
import org.skep.internal.libbpf.Rtnetlink;
import org.skep.internal.libbpf.Rtnetlink.Answer;
import org.skep.internal.libbpf.TrafficActions;
import org.skep.internal.libbpf.Uapi;

/** Attaches one loaded program to interfaces, sockets and cgroups. */
record NetworkAttacher(String program, MemorySegment pointer) {
  private static final int O_RDONLY = 0;
  private static final int XDP_FLAGS_SKB_MODE = 1 << 1;
  private static final int XDP_FLAGS_DRV_MODE = 1 << 2;
  private static final int NFPROTO_IPV4 = 2;
  private static final int NFPROTO_IPV6 = 10;

  List<NativeLink> attach(AttachPoint.Network point) {
    return switch (point) {
      case AttachPoint.Xdp p -> {
        int index = interfaceIndex(p, p.networkInterface());
        yield switch (p.mode()) {
          case BEST ->
              Attacher.one(program, p, () -> LibbpfLink.bpf_program__attach_xdp(pointer, index));
          case NATIVE -> xdp(p, index, XDP_FLAGS_DRV_MODE);
          case GENERIC -> xdp(p, index, XDP_FLAGS_SKB_MODE);
        };
      }
      case AttachPoint.Tcx p ->
          toInterface(
              p, p.networkInterface(), p.ingress() ? Uapi.BPF_TCX_INGRESS : Uapi.BPF_TCX_EGRESS);
      case AttachPoint.Netkit p ->
          toInterface(
              p,
              p.networkInterface(),
              p.primary() ? Uapi.BPF_NETKIT_PRIMARY : Uapi.BPF_NETKIT_PEER);
      case AttachPoint.Tc p -> clsact(p);
      case AttachPoint.TcAction p -> action(p);
      case AttachPoint.Route p -> route(p);
      case AttachPoint.Socket p -> socket(p);
      case AttachPoint.Netfilter p ->
          descriptor(
              p,
              LibbpfNet.link_create_netfilter(
                  fd(), p.ipv6() ? NFPROTO_IPV6 : NFPROTO_IPV4, p.hook().number, p.priority()));
      case AttachPoint.PacketSocket p -> {
        int own = LibbpfNet.packet_socket(interfaceIndex(p, p.networkInterface()), fd());
        yield List.of(new NativeLink.OfPacketSocket(succeeded(p, own)));
      }
      case AttachPoint.SocketMap p -> socketMap(p);
      case AttachPoint.Cgroup p ->
          onPath(p, p.path().toString(), fd -> LibbpfLink.bpf_program__attach_cgroup(pointer, fd));
      case AttachPoint.NetworkNamespace p ->
          onPath(p, p.path().toString(), fd -> LibbpfLink.bpf_program__attach_netns(pointer, fd));
    };
  }

  private List<NativeLink> xdp(AttachPoint.Xdp point, int index, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options =
          CStruct.sized(arena, LibbpfSyscall.bpf_link_create_opts).set("flags", flags).segment();
      return descriptor(point, LibbpfSyscall.bpf_link_create(fd(), index, Uapi.BPF_XDP, options));
    }
  }

  private int fd() {
    return LibbpfProgram.bpf_program__fd(pointer);
  }

  private List<NativeLink> toInterface(AttachPoint point, String name, int attachType) {
    return descriptor(
        point,
        LibbpfSyscall.bpf_link_create(
            fd(), interfaceIndex(point, name), attachType, MemorySegment.NULL));
  }

  private List<NativeLink> descriptor(AttachPoint point, int fd) {
    return List.of(new NativeLink.OfDescriptor(succeeded(point, fd)));
  }

  private int succeeded(AttachPoint point, int result) {
    if (result < 0) {
      throw AttachErrors.of(program, point, -result, List.of());
    }
    return result;
  }

  private List<NativeLink> onPath(
      AttachPoint point, String path, IntFunction<Native.Pointer> call) {
    int fd = Libc.open(path, O_RDONLY);
    if (fd < 0) {
      throw AttachErrors.of(program, point, -fd, List.of());
    }
    try {
      return Attacher.one(program, point, () -> call.apply(fd));
    } finally {
      Libc.close(fd);
    }
  }

  private int interfaceIndex(AttachPoint point, String name) {
    int index = Libc.if_nametoindex(name);
    if (index <= 0) {
      throw AttachErrors.of(program, point, Errno.ENODEV.number(), List.of());
    }
    return index;
  }

  /** A receiver of infrared light. */
  List<NativeLink> attach(AttachPoint.Infrared point) {
    int device = Libc.open(point.device().toString(), O_RDONLY);
    return List.of(withoutLink(point, device, Uapi.BPF_LIRC_MODE2));
  }

  private List<NativeLink> socket(AttachPoint.Socket point) {
    boolean shared = LibbpfProgram.bpf_program__type(pointer) == Uapi.BPF_PROG_TYPE_SK_REUSEPORT;
    int attach = shared ? LibbpfNet.SO_ATTACH_REUSEPORT_EBPF : LibbpfNet.SO_ATTACH_BPF;
    int detach = shared ? LibbpfNet.SO_DETACH_REUSEPORT_BPF : LibbpfNet.SO_DETACH_BPF;
    int own = succeeded(point, FileDescriptors.ofProcess(point.pid(), point.descriptor()));
    try {
      return List.of(
          NativeLink.OfSocket.attach(
              SocketHandle.of(point, own, shared),
              detach,
              () -> LibbpfNet.set_socket_program(own, attach, fd()),
              result -> succeeded(point, result)));
    } finally {
      Libc.close(own);
    }
  }

  /**
   * Attaches where the kernel makes no link.
   *
   * @param own the place, which is closed with what stands for the link; or an error number
   */
  private NativeLink withoutLink(AttachPoint point, int own, int attachType) {
    int result = own < 0 ? own : LibbpfNet.bpf_prog_attach(fd(), own, attachType, 0);
    if (result < 0) {
      if (own >= 0) {
        Libc.close(own);
      }
      throw AttachErrors.of(program, point, -result, List.of());
    }
    return new NativeLink.OfPlace(own, fd(), id(), attachType);
  }

  /** The kernel's number of the program. */
  private int id() {
    try (Arena arena = Arena.ofConfined()) {
      CStruct info = CStruct.allocate(arena, Uapi.bpf_prog_info);
      MemorySegment length =
          arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.segment().byteSize());
      int _ = LibbpfSyscall.bpf_obj_get_info_by_fd(fd(), info.segment(), length);
      return info.getInt("id");
    }
  }

  private List<NativeLink> route(AttachPoint.Route point) {
    Routes route;
    try {
      route =
          Routes.of(
              point.destination(),
              point.gateway(),
              interfaceIndex(point, point.networkInterface()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "attach '" + program + "' to " + point.describe() + ": " + e.getMessage(), e);
    }
    asked(point, route.making(LibbpfProgram.bpf_program__type(pointer), fd(), program));
    return List.of(new NativeLink.OfRequest(route.removing(), route::isThere, () -> {}));
  }

  private List<NativeLink> action(AttachPoint.TcAction point) {
    int index = interfaceIndex(point, point.networkInterface());
    boolean own = makeClsact(point, index);
    Answer made;
    try {
      made = asked(point, TrafficActions.making(index, point.ingress(), fd(), program));
    } catch (RuntimeException e) {
      if (own) {
        TrafficActions.removeUnused(index);
      }
      throw e;
    }
    return List.of(
        new NativeLink.OfRequest(
            TrafficActions.removing(index, point.ingress(), made.made()),
            () -> TrafficActions.isThere(index, point.ingress(), made.made()),
            () -> {
              if (own) {
                TrafficActions.removeUnused(index);
              }
            }));
  }

  /** Whether it was not there before. */
  private boolean makeClsact(AttachPoint point, int index) {
    Answer answer = Rtnetlink.ask(TrafficActions.discipline(index));
    if (answer.error() < 0 && !Errno.EEXIST.is(answer.error())) {
      throw AttachErrors.ofRequest(program, point, -answer.error(), answer.words());
    }
    return answer.error() == 0;
  }

  private Answer asked(AttachPoint point, Rtnetlink.Message request) {
    Answer answer = Rtnetlink.ask(request);
    if (answer.error() < 0) {
      throw AttachErrors.ofRequest(program, point, -answer.error(), answer.words());
    }
    return answer;
  }

  private static CStruct hook(Arena arena, int index, boolean ingress) {
    return CStruct.sized(arena, LibbpfNet.bpf_tc_hook)
        .set("ifindex", index)
        .set("attach_point", ingress ? LibbpfNet.BPF_TC_INGRESS : LibbpfNet.BPF_TC_EGRESS);
  }

  private List<NativeLink> clsact(AttachPoint.Tc point) {
    int index = interfaceIndex(point, point.networkInterface());
    int direction = point.ingress() ? LibbpfNet.BPF_TC_INGRESS : LibbpfNet.BPF_TC_EGRESS;
    try (Arena arena = Arena.ofShared()) {
      CStruct hook = hook(arena, index, point.ingress());
      CStruct options = CStruct.sized(arena, LibbpfNet.bpf_tc_opts).set("prog_fd", fd());
      boolean own = makeClsact(point, index);
      var told =
          Libbpf.captureLog(() -> LibbpfNet.bpf_tc_attach(hook.segment(), options.segment()));
      if (told.value() < 0) {
        if (own) {
          TrafficActions.removeUnused(index);
        }
        throw AttachErrors.of(program, point, -told.value(), told.messages());
      }
      return List.of(
          new NativeLink.OfClsact(
              index,
              direction,
              options.getInt("handle"),
              options.getInt("priority"),
              options.getInt("prog_id"),
              own));
    }
  }

  private List<NativeLink> socketMap(AttachPoint.SocketMap point) {
    int expected = LibbpfProgram.bpf_program__expected_attach_type(pointer);
    // SEC("sk_skb") leaves open whether it parses or judges; most judge.
    int attachType =
        expected == 0 && LibbpfProgram.bpf_program__type(pointer) == Uapi.BPF_PROG_TYPE_SK_SKB
            ? Uapi.BPF_SK_SKB_STREAM_VERDICT
            : expected;
    return point
        .map()
        .withDescriptor(map -> List.of(withoutLink(point, Libc.duplicate(map), attachType)));
  }
}
