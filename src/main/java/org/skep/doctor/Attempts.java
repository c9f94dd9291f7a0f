package org.skep.doctor;

import static org.skep.internal.libbpf.Uapi.BPF_PROG_TYPE_KPROBE;
import static org.skep.internal.libbpf.Uapi.BPF_PROG_TYPE_LSM;
import static org.skep.internal.libbpf.Uapi.BPF_PROG_TYPE_PERF_EVENT;
import static org.skep.internal.libbpf.Uapi.BPF_PROG_TYPE_RAW_TRACEPOINT;
import static org.skep.internal.libbpf.Uapi.BPF_PROG_TYPE_SOCKET_FILTER;
import static org.skep.internal.libbpf.Uapi.BPF_PROG_TYPE_TRACEPOINT;
import static org.skep.internal.libbpf.Uapi.BPF_PROG_TYPE_TRACING;
import static org.skep.internal.libbpf.Uapi.BPF_TRACE_ITER;
import static org.skep.internal.libbpf.Uapi.BPF_TRACE_KPROBE_MULTI;
import static org.skep.internal.libbpf.Uapi.BPF_TRACE_KPROBE_SESSION;
import static org.skep.internal.libbpf.Uapi.BPF_TRACE_RAW_TP;
import static org.skep.internal.libbpf.Uapi.BPF_TRACE_UPROBE_MULTI;
import static org.skep.internal.libbpf.Uapi.BPF_TRACE_UPROBE_SESSION;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.skep.UnsupportedFeatureException;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.doctor.HeldDescriptors.Result;
import org.skep.host.hooks.Tracepoints;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.PerfEvents;

/**
 * Tries each way to attach. The places are chosen so that nobody notices: functions that the kernel
 * has for tests, an empty cgroup, a verdict that lets everything pass.
 */
final class Attempts {
  private static final int BPF_TRACE_FENTRY = 24;
  private static final int BPF_TRACE_FEXIT = 25;
  private static final int BPF_MODIFY_RETURN = 26;
  private static final int BPF_LSM_MAC = 27;

  /** Called by the kernel's own tests alone. */
  private static final String QUIET_FUNCTION = "bpf_fentry_test1";

  private static final String QUIET_BODY = "bpf_modify_return_test";
  private static final String QUIET_TRACEPOINT = "sched_process_exit";
  private static final String QUIET_HOOK = "bpf_lsm_syslog";

  private final HeldDescriptors descriptors;

  Attempts(HeldDescriptors descriptors) {
    this.descriptors = descriptors;
  }

  Result load(int type, int attachType, int typeId, int result) {
    long give = 0xb7L | (long) result << 32;
    long exit = 0x95L;
    return descriptors.keep(
        BpfSyscall.load(type, attachType, typeId, give, exit), "load the program");
  }

  static Result absent(String what) {
    return new Result(-Errno.ENOENT.number(), what);
  }

  Result link(Result program, int target, int attachType, long... details) {
    if (!program.works()) {
      return program;
    }
    try (Arena arena = Arena.ofConfined()) {
      CStruct attributes =
          CStruct.allocate(arena, BpfSyscall.link_create)
              .set("prog_fd", program.code())
              .set("target", target)
              .set("attach_type", attachType);
      for (int i = 0; i < details.length; i++) {
        attributes.set(i == 0 ? "detail" : "detail" + (i + 1), details[i]);
      }
      return descriptors.keep(
          BpfSyscall.bpf(BpfSyscall.BPF_LINK_CREATE, attributes), "attach the program");
    }
  }

  private Result open(Result program, String rawTracepoint) {
    if (!program.works()) {
      return program;
    }
    try (Arena arena = Arena.ofConfined()) {
      long name = rawTracepoint.isEmpty() ? 0 : CText.allocate(arena, rawTracepoint).address();
      CStruct attributes =
          CStruct.allocate(arena, BpfSyscall.raw_tracepoint)
              .set("name", name)
              .set("prog_fd", program.code());
      return descriptors.keep(
          BpfSyscall.bpf(BpfSyscall.BPF_RAW_TRACEPOINT_OPEN, attributes), "attach the program");
    }
  }

  private Result sample(Result program, int event) {
    Result opened = descriptors.keep(event, "open the perf event");
    if (!program.works() || !opened.works()) {
      return program.works() ? opened : program;
    }
    return new Result(PerfEvents.setProgram(event, program.code()), "attach the program");
  }

  /** The number of a function or typedef; 0 where this Linux has none. */
  private static int typeOf(String name, boolean function) {
    try {
      Btf linux = Btf.ofRunningLinux();
      return linux.findAll(name).stream()
          .filter(id -> linux.type(id) instanceof BtfType.Function == function)
          .findFirst()
          .map(id -> id.value())
          .orElse(0);
    } catch (UnsupportedFeatureException e) {
      return 0;
    }
  }

  Result tracepoint() {
    try {
      var point = Tracepoints.ofRunningLinux().find("sched", QUIET_TRACEPOINT);
      if (point.isEmpty()) {
        return absent("find a tracepoint");
      }
      return sample(
          load(BPF_PROG_TYPE_TRACEPOINT, 0, 0, 0),
          PerfEvents.open(2, point.get().id(), 1, false, 0, -1));
    } catch (UnsupportedFeatureException e) {
      return absent("find tracefs");
    }
  }

  Result rawTracepoint() {
    return open(load(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 0, 0), QUIET_TRACEPOINT);
  }

  Result typedTracepoint() {
    int type = typeOf("btf_trace_" + QUIET_TRACEPOINT, false);
    return type == 0
        ? absent("find the tracepoint's type")
        : open(load(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, type, 0), "");
  }

  /** A probe by the kernel's probe counters: {@code kprobe} or {@code uprobe}. */
  Result probe(String counter, boolean atReturn) {
    Path type = Path.of("/sys/bus/event_source/devices", counter, "type");
    try {
      int number = Integer.parseInt(Files.readString(type).strip());
      // The start of a file is its header, which nobody executes.
      String place = counter.equals("kprobe") ? QUIET_FUNCTION : "/proc/self/exe";
      return sample(
          load(BPF_PROG_TYPE_KPROBE, 0, 0, 0), PerfEvents.openProbe(number, atReturn, place));
    } catch (IOException e) {
      return absent("find " + type.getParent());
    }
  }

  Result manyKprobes() {
    return manyKprobes(BPF_TRACE_KPROBE_MULTI);
  }

  Result kprobeSession() {
    return manyKprobes(BPF_TRACE_KPROBE_SESSION);
  }

  private Result manyKprobes(int attachType) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = CText.allocate(arena, QUIET_FUNCTION);
      MemorySegment names = arena.allocateFrom(ValueLayout.ADDRESS, name);
      long flagsAndCount = 1L << 32;
      return link(
          load(BPF_PROG_TYPE_KPROBE, attachType, 0, 0),
          0,
          attachType,
          flagsAndCount,
          names.address());
    }
  }

  Result manyUprobes() {
    return manyUprobes(BPF_TRACE_UPROBE_MULTI);
  }

  Result uprobeSession() {
    return manyUprobes(BPF_TRACE_UPROBE_SESSION);
  }

  private Result manyUprobes(int attachType) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = CText.allocate(arena, "/proc/self/exe");
      MemorySegment offsets = arena.allocateFrom(ValueLayout.JAVA_LONG, 0L);
      long countAndFlags = 1;
      return link(
          load(BPF_PROG_TYPE_KPROBE, attachType, 0, 0),
          0,
          attachType,
          path.address(),
          offsets.address(),
          0,
          0,
          countAndFlags,
          ProcessHandle.current().pid());
    }
  }

  Result perfEvent() {
    return sample(load(BPF_PROG_TYPE_PERF_EVENT, 0, 0, 0), PerfEvents.open(1, 0, 1, true, 0, -1));
  }

  Result fentry() {
    return trampoline(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, QUIET_FUNCTION);
  }

  Result fexit() {
    return trampoline(BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT, QUIET_FUNCTION);
  }

  Result fmodRet() {
    return trampoline(BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, QUIET_BODY);
  }

  Result lsm() {
    return trampoline(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, QUIET_HOOK);
  }

  private Result trampoline(int type, int attachType, String function) {
    int id = typeOf(function, true);
    return id == 0
        ? absent("find the kernel's function " + function)
        : open(load(type, attachType, id, 0), "");
  }

  Result iterator() {
    int type = typeOf("bpf_iter_task", true);
    return type == 0
        ? absent("find the iterator of tasks")
        : link(load(BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, type, 0), 0, BPF_TRACE_ITER);
  }

  Result testRun() {
    Result program = load(BPF_PROG_TYPE_SOCKET_FILTER, 0, 0, 0);
    if (!program.works()) {
      return program;
    }
    try (Arena arena = Arena.ofConfined()) {
      CStruct attributes =
          CStruct.allocate(arena, BpfSyscall.test_run)
              .set("prog_fd", program.code())
              .set("data_size_in", 64)
              .set("data_in", arena.allocate(64).address());
      return new Result(
          BpfSyscall.bpf(BpfSyscall.BPF_PROG_TEST_RUN, attributes), "run the program");
    }
  }

  Result statistics() {
    return descriptors.keep(BpfSyscall.enableStats(), "switch statistics on");
  }
}
