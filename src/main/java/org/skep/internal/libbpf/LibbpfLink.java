package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.BOOL;
import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;

/** Attaching ({@code bpf_program__attach*}) and {@code bpf_link__*} of libbpf.h. All may print. */
public final class LibbpfLink {
  /** {@code struct bpf_kprobe_opts}. */
  public static final StructLayout bpf_kprobe_opts =
      CStruct.layout(
          "bpf_kprobe_opts",
          LONG.withName("sz"),
          LONG.withName("bpf_cookie"),
          LONG.withName("offset"),
          BOOL.withName("retprobe"));

  /** {@code struct bpf_uprobe_opts}. */
  public static final StructLayout bpf_uprobe_opts =
      CStruct.layout(
          "bpf_uprobe_opts",
          LONG.withName("sz"),
          LONG.withName("ref_ctr_offset"),
          LONG.withName("bpf_cookie"),
          BOOL.withName("retprobe"),
          POINTER.withName("func_name"));

  /**
   * {@code struct bpf_tracepoint_opts}, {@code bpf_perf_event_opts}, {@code bpf_trace_opts} and
   * {@code bpf_usdt_opts}: nothing but a cookie.
   */
  public static final StructLayout bpf_tracepoint_opts =
      CStruct.layout("bpf_tracepoint_opts", LONG.withName("sz"), LONG.withName("bpf_cookie"));

  /** {@code struct bpf_ksyscall_opts}. */
  public static final StructLayout bpf_ksyscall_opts =
      CStruct.layout(
          "bpf_ksyscall_opts",
          LONG.withName("sz"),
          LONG.withName("bpf_cookie"),
          BOOL.withName("retprobe"));

  /** {@code struct bpf_iter_attach_opts}. */
  public static final StructLayout bpf_iter_attach_opts =
      CStruct.layout(
          "bpf_iter_attach_opts",
          LONG.withName("sz"),
          POINTER.withName("link_info"),
          INT.withName("link_info_len"));

  private static final NativeFunction ATTACH_TRACE =
      attach("bpf_program__attach_trace_opts", POINTER, POINTER);
  private static final NativeFunction ATTACH_KSYSCALL =
      attach("bpf_program__attach_ksyscall", POINTER, POINTER, POINTER);
  private static final NativeFunction ATTACH_USDT =
      attach("bpf_program__attach_usdt", POINTER, INT, POINTER, POINTER, POINTER, POINTER);
  private static final NativeFunction ATTACH_FREPLACE =
      attach("bpf_program__attach_freplace", POINTER, INT, POINTER);
  private static final NativeFunction ATTACH = attach("bpf_program__attach", POINTER);
  private static final NativeFunction ATTACH_TRACEPOINT =
      attach("bpf_program__attach_tracepoint_opts", POINTER, POINTER, POINTER, POINTER);
  private static final NativeFunction ATTACH_RAW_TRACEPOINT =
      attach("bpf_program__attach_raw_tracepoint", POINTER, POINTER);
  private static final NativeFunction ATTACH_KPROBE =
      attach("bpf_program__attach_kprobe_opts", POINTER, POINTER, POINTER);
  private static final NativeFunction ATTACH_UPROBE =
      attach("bpf_program__attach_uprobe_opts", POINTER, INT, POINTER, LONG, POINTER);
  private static final NativeFunction ATTACH_PERF_EVENT =
      attach("bpf_program__attach_perf_event_opts", POINTER, INT, POINTER);
  private static final NativeFunction ATTACH_XDP = attach("bpf_program__attach_xdp", POINTER, INT);
  private static final NativeFunction ATTACH_CGROUP =
      attach("bpf_program__attach_cgroup", POINTER, INT);
  private static final NativeFunction ATTACH_NETNS =
      attach("bpf_program__attach_netns", POINTER, INT);
  private static final NativeFunction ATTACH_ITER =
      attach("bpf_program__attach_iter", POINTER, POINTER);
  private static final NativeFunction FD =
      Libbpf.LIBRARY.function("bpf_link__fd", FunctionDescriptor.of(INT, POINTER));
  private static final NativeFunction DESTROY =
      Libbpf.LIBRARY.function("bpf_link__destroy", FunctionDescriptor.of(INT, POINTER));

  private LibbpfLink() {}

  private static NativeFunction attach(String name, java.lang.foreign.MemoryLayout... arguments) {
    return Libbpf.LIBRARY.withErrno(name, FunctionDescriptor.of(POINTER, arguments));
  }

  /** As the section name says. */
  public static Native.Pointer bpf_program__attach(MemorySegment program) {
    return Native.toPointer(state -> (MemorySegment) ATTACH.handle().invokeExact(state, program));
  }

  /** To a tracepoint of tracefs. */
  public static Native.Pointer bpf_program__attach_tracepoint_opts(
      MemorySegment program, MemorySegment category, MemorySegment name, MemorySegment opts) {
    return Native.toPointer(
        state ->
            (MemorySegment)
                ATTACH_TRACEPOINT.handle().invokeExact(state, program, category, name, opts));
  }

  /** To a tracepoint, its raw arguments. */
  public static Native.Pointer bpf_program__attach_raw_tracepoint(
      MemorySegment program, MemorySegment name) {
    return Native.toPointer(
        state -> (MemorySegment) ATTACH_RAW_TRACEPOINT.handle().invokeExact(state, program, name));
  }

  /** To a kernel function. */
  public static Native.Pointer bpf_program__attach_kprobe_opts(
      MemorySegment program, MemorySegment function, MemorySegment opts) {
    return Native.toPointer(
        state ->
            (MemorySegment) ATTACH_KPROBE.handle().invokeExact(state, program, function, opts));
  }

  /** As the section name says, for programs with typed arguments. */
  public static Native.Pointer bpf_program__attach_trace_opts(
      MemorySegment program, MemorySegment opts) {
    return Native.toPointer(
        state -> (MemorySegment) ATTACH_TRACE.handle().invokeExact(state, program, opts));
  }

  /** To the function of a system call. */
  public static Native.Pointer bpf_program__attach_ksyscall(
      MemorySegment program, MemorySegment name, MemorySegment opts) {
    return Native.toPointer(
        state -> (MemorySegment) ATTACH_KSYSCALL.handle().invokeExact(state, program, name, opts));
  }

  /** To a static tracepoint of a binary; pid -1 for all processes. */
  public static Native.Pointer bpf_program__attach_usdt(
      MemorySegment program,
      int pid,
      MemorySegment path,
      MemorySegment provider,
      MemorySegment name,
      MemorySegment opts) {
    return Native.toPointer(
        state ->
            (MemorySegment)
                ATTACH_USDT.handle().invokeExact(state, program, pid, path, provider, name, opts));
  }

  /** In place of a function of another program. */
  public static Native.Pointer bpf_program__attach_freplace(
      MemorySegment program, int target, MemorySegment function) {
    return Native.toPointer(
        state ->
            (MemorySegment) ATTACH_FREPLACE.handle().invokeExact(state, program, target, function));
  }

  /** To a place of a binary; pid -1 for all processes. */
  public static Native.Pointer bpf_program__attach_uprobe_opts(
      MemorySegment program, int pid, MemorySegment path, long offset, MemorySegment opts) {
    return Native.toPointer(
        state ->
            (MemorySegment)
                ATTACH_UPROBE.handle().invokeExact(state, program, pid, path, offset, opts));
  }

  /** To an open perf event, whose descriptor the link takes over. */
  public static Native.Pointer bpf_program__attach_perf_event_opts(
      MemorySegment program, int event, MemorySegment opts) {
    return Native.toPointer(
        state ->
            (MemorySegment) ATTACH_PERF_EVENT.handle().invokeExact(state, program, event, opts));
  }

  /** To a network interface. */
  public static Native.Pointer bpf_program__attach_xdp(MemorySegment program, int ifindex) {
    return Native.toPointer(
        state -> (MemorySegment) ATTACH_XDP.handle().invokeExact(state, program, ifindex));
  }

  /** To a cgroup by its directory's descriptor. */
  public static Native.Pointer bpf_program__attach_cgroup(MemorySegment program, int cgroup) {
    return Native.toPointer(
        state -> (MemorySegment) ATTACH_CGROUP.handle().invokeExact(state, program, cgroup));
  }

  /** To a network namespace by its descriptor. */
  public static Native.Pointer bpf_program__attach_netns(MemorySegment program, int netns) {
    return Native.toPointer(
        state -> (MemorySegment) ATTACH_NETNS.handle().invokeExact(state, program, netns));
  }

  /** An iterator, to be read through {@code bpf_iter_create}. */
  public static Native.Pointer bpf_program__attach_iter(MemorySegment program, MemorySegment opts) {
    return Native.toPointer(
        state -> (MemorySegment) ATTACH_ITER.handle().invokeExact(state, program, opts));
  }

  /** Its descriptor, owned by the link. */
  public static int bpf_link__fd(MemorySegment link) {
    return Native.toInt(() -> (int) FD.handle().invokeExact(link));
  }

  /** Detaches and frees. */
  public static int bpf_link__destroy(MemorySegment link) {
    return Native.toInt(() -> (int) DESTROY.handle().invokeExact(link));
  }
}
