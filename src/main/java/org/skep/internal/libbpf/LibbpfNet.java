package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;
import org.skep.internal.ffi.NativeLibrary;

/** Attaching to networks: {@code bpf_tc_*} of libbpf, netfilter links, filters of sockets. */
public final class LibbpfNet {
  public static final int BPF_TC_INGRESS = 1;
  public static final int BPF_TC_EGRESS = 2;

  /** {@code struct bpf_tc_hook}. */
  public static final StructLayout bpf_tc_hook =
      CStruct.layout(
          "bpf_tc_hook",
          LONG.withName("sz"),
          INT.withName("ifindex"),
          INT.withName("attach_point"),
          INT.withName("parent"));

  /** {@code struct bpf_tc_opts}. */
  public static final StructLayout bpf_tc_opts =
      CStruct.layout(
          "bpf_tc_opts",
          LONG.withName("sz"),
          INT.withName("prog_fd"),
          INT.withName("flags"),
          INT.withName("prog_id"),
          INT.withName("handle"),
          INT.withName("priority"));

  /** The part of {@code union bpf_attr} that makes a link to netfilter. */
  private static final StructLayout link_create_netfilter =
      CStruct.layout(
          "link_create",
          INT.withName("prog_fd"),
          INT.withName("target_fd"),
          INT.withName("attach_type"),
          INT.withName("flags"),
          INT.withName("pf"),
          INT.withName("hooknum"),
          INT.withName("priority"),
          INT.withName("netfilter_flags"));

  /** {@code struct sockaddr_ll}. */
  private static final StructLayout sockaddr_ll =
      CStruct.layout(
          "sockaddr_ll",
          ValueLayout.JAVA_SHORT.withName("family"),
          ValueLayout.JAVA_SHORT.withName("protocol"),
          INT.withName("ifindex"),
          INT.withName("hatype_pkttype_halen"),
          INT.withName("addr0"),
          INT.withName("addr1"));

  private static final int AF_INET = 2;
  private static final int AF_PACKET = 17;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int SO_REUSEPORT = 15;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final short ETH_P_ALL_NETWORK_ORDER = 0x0300;
  private static final int SOL_SOCKET = 1;

  /** {@link #set_socket_program} of a filter, and {@link #remove_socket_program}. */
  public static final int SO_ATTACH_BPF = 50;

  public static final int SO_DETACH_BPF = 27;

  /** The same for a group of sockets that share a port. */
  public static final int SO_ATTACH_REUSEPORT_EBPF = 52;

  /** Linux 5.3 or later. */
  public static final int SO_DETACH_REUSEPORT_BPF = 68;

  private static final NativeLibrary C = NativeLibrary.ofC();
  private static final NativeFunction TC_ATTACH =
      Libbpf.LIBRARY.function("bpf_tc_attach", FunctionDescriptor.of(INT, POINTER, POINTER));
  private static final NativeFunction TC_DETACH =
      Libbpf.LIBRARY.function("bpf_tc_detach", FunctionDescriptor.of(INT, POINTER, POINTER));
  private static final NativeFunction PROG_ATTACH =
      Libbpf.LIBRARY.function("bpf_prog_attach", FunctionDescriptor.of(INT, INT, INT, INT, INT));
  private static final NativeFunction PROG_DETACH2 =
      Libbpf.LIBRARY.function("bpf_prog_detach2", FunctionDescriptor.of(INT, INT, INT, INT));
  private static final NativeFunction PROG_QUERY =
      Libbpf.LIBRARY.function(
          "bpf_prog_query", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, POINTER, POINTER));
  private static final NativeFunction SOCKET =
      C.withErrno("socket", FunctionDescriptor.of(INT, INT, INT, INT));
  private static final NativeFunction BIND =
      C.withErrno("bind", FunctionDescriptor.of(INT, INT, POINTER, INT));
  private static final NativeFunction SETSOCKOPT =
      C.withErrno("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, INT));

  private LibbpfNet() {}

  /** Attaches a classifier; fills in its handle and priority. May print. */
  public static int bpf_tc_attach(MemorySegment hook, MemorySegment opts) {
    return Native.toInt(() -> (int) TC_ATTACH.handle().invokeExact(hook, opts));
  }

  /** Detaches the classifier of a handle and priority. May print. */
  public static int bpf_tc_detach(MemorySegment hook, MemorySegment opts) {
    return Native.toInt(() -> (int) TC_DETACH.handle().invokeExact(hook, opts));
  }

  /** Fills in what the classifier of a handle and priority is. May print. */
  public static int bpf_tc_query(MemorySegment hook, MemorySegment opts) {
    return SystemCalls.here().tcQuery(hook, opts);
  }

  /** The interface that a packet socket is bound to; negative when it is gone. */
  public static int packet_socket_interface(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      CStruct address = CStruct.allocate(arena, sockaddr_ll);
      MemorySegment length = arena.allocateFrom(INT, (int) address.segment().byteSize());
      int result = Libc.getsockname(fd, address.segment(), length);
      return result < 0 ? result : address.getInt("ifindex");
    }
  }

  /** Attaches without a link. */
  public static int bpf_prog_attach(int program, int target, int attachType, int flags) {
    return Native.toInt(
        () -> (int) PROG_ATTACH.handle().invokeExact(program, target, attachType, flags));
  }

  /** Detaches what was attached without a link. */
  public static int bpf_prog_detach2(int program, int target, int attachType) {
    return Native.toInt(() -> (int) PROG_DETACH2.handle().invokeExact(program, target, attachType));
  }

  /** The numbers of the programs of a type at a place; empty where the kernel does not tell. */
  public static Optional<int[]> bpf_prog_query(int target, int attachType) {
    int most = 64;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ids = arena.allocate(INT, most);
      MemorySegment count = arena.allocateFrom(INT, most);
      MemorySegment none = MemorySegment.NULL;
      int result =
          Native.toInt(
              () -> (int) PROG_QUERY.handle().invokeExact(target, attachType, 0, none, ids, count));
      return result < 0
          ? Optional.empty()
          : Optional.of(ids.asSlice(0, 4L * count.get(INT, 0)).toArray(INT));
    }
  }

  /** Makes a link to a hook of netfilter, for which libbpf has a function since 1.3 only. */
  public static int link_create_netfilter(int program, int family, int hook, int priority) {
    try (Arena arena = Arena.ofConfined()) {
      CStruct attributes =
          CStruct.allocate(arena, link_create_netfilter)
              .set("prog_fd", program)
              .set("attach_type", Uapi.BPF_NETFILTER)
              .set("pf", family)
              .set("hooknum", hook)
              .set("priority", priority);
      return BpfSyscall.bpf(BpfSyscall.BPF_LINK_CREATE, attributes);
    }
  }

  /**
   * Opens a raw packet socket on an interface with a filter: its descriptor, or an error number.
   */
  public static int packet_socket(int ifindex, int program) {
    int fd =
        Native.toIntOrErrno(
            state -> (int) SOCKET.handle().invokeExact(state, AF_PACKET, SOCK_RAW_CLOEXEC, 0));
    if (fd < 0) {
      return fd;
    }
    try (Arena arena = Arena.ofConfined()) {
      // the filter first: a socket that is bound takes packets at once
      int result = set_socket_program(fd, SO_ATTACH_BPF, program);
      if (result == 0) {
        result = bind(fd, ifindex, arena);
      }
      if (result < 0) {
        Libc.close(fd);
        return result;
      }
      return fd;
    }
  }

  /**
   * Opens a socket for datagrams, of IPv4: its descriptor, or an error number.
   *
   * @param shared whether others may be bound to its port too
   */
  public static int datagram_socket(boolean shared) {
    int fd =
        Native.toIntOrErrno(
            state -> (int) SOCKET.handle().invokeExact(state, AF_INET, SOCK_DGRAM_CLOEXEC, 0));
    int result = fd < 0 || !shared ? 0 : set_option(fd, SO_REUSEPORT, 1);
    if (result < 0) {
      Libc.close(fd);
      return result;
    }
    return fd;
  }

  /** Gives a socket a program. */
  public static int set_socket_program(int fd, int option, int program) {
    return set_option(fd, option, program);
  }

  private static int set_option(int fd, int option, int number) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(INT, number);
      return Native.toIntOrErrno(
          state ->
              (int)
                  SETSOCKOPT
                      .handle()
                      .invokeExact(state, fd, SOL_SOCKET, option, value, Integer.BYTES));
    }
  }

  /** Takes the program of a socket away. */
  public static int remove_socket_program(int fd, int option) {
    return set_option(fd, option, 0);
  }

  private static int bind(int fd, int ifindex, Arena arena) {
    MemorySegment address =
        CStruct.allocate(arena, sockaddr_ll)
            .set("family", (short) AF_PACKET)
            .set("protocol", ETH_P_ALL_NETWORK_ORDER)
            .set("ifindex", ifindex)
            .segment();
    int size = (int) address.byteSize();
    return Native.toIntOrErrno(state -> (int) BIND.handle().invokeExact(state, fd, address, size));
  }
}
