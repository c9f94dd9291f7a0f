package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;
import org.skep.internal.ffi.NativeLibrary;

/** {@code perf_event_open}, which has no function in the C library. */
public final class PerfEvents {
  /** The first version of {@code struct perf_event_attr}, 64 bytes, which every Linux takes. */
  private static final StructLayout perf_event_attr =
      CStruct.layout(
          "perf_event_attr",
          INT.withName("type"),
          INT.withName("size"),
          LONG.withName("config"),
          LONG.withName("sample_period"),
          LONG.withName("sample_type"),
          LONG.withName("read_format"),
          LONG.withName("flags"),
          INT.withName("wakeup_events"),
          INT.withName("bp_type"),
          LONG.withName("config1"));

  /** The version that can choose its clock, which Linux has since 4.1. */
  private static final StructLayout perf_event_attr_clock =
      CStruct.layout(
          "perf_event_attr",
          perf_event_attr.withName("first"),
          LONG.withName("config2"),
          LONG.withName("branch_sample_type"),
          LONG.withName("sample_regs_user"),
          INT.withName("sample_stack_user"),
          INT.withName("clockid"));

  private static final long FREQUENCY = 1 << 10;
  private static final long PERF_FLAG_FD_CLOEXEC = 8;

  private static final NativeFunction SYSCALL =
      NativeLibrary.ofC()
          .withErrno(
              "syscall",
              FunctionDescriptor.of(LONG, LONG, POINTER, INT, INT, INT, LONG),
              Linker.Option.firstVariadicArg(1));

  private static final int PERF_TYPE_SOFTWARE = 1;
  private static final long PERF_COUNT_SW_BPF_OUTPUT = 10;
  private static final long PERF_SAMPLE_TIME = 1 << 2;
  private static final long PERF_SAMPLE_RAW = 1 << 10;
  private static final long PERF_FORMAT_LOST = 1 << 4;
  private static final long WATERMARK = 1 << 14;
  private static final long USE_CLOCKID = 1 << 25;
  private static final int CLOCK_MONOTONIC = 1;

  private static final long PERF_EVENT_IOC_ENABLE = 0x2400;
  private static final long PERF_EVENT_IOC_SET_BPF = 0x40042408;

  private static final NativeFunction IOCTL =
      NativeLibrary.ofC()
          .withErrno(
              "ioctl",
              FunctionDescriptor.of(INT, INT, LONG, INT),
              Linker.Option.firstVariadicArg(2));

  private PerfEvents() {}

  /**
   * Opens a probe of the kernel's probe counters, of this thread alone.
   *
   * @param type what {@code /sys/bus/event_source/devices/kprobe/type} holds
   * @param atReturn whether to count returns
   * @param name the function or file
   */
  public static int openProbe(int type, boolean atReturn, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr =
          CStruct.allocate(arena, perf_event_attr)
              .set("type", type)
              .set("size", (int) perf_event_attr.byteSize())
              .set("config", atReturn ? 1L : 0L)
              .set("config1", CText.allocate(arena, name).address())
              .segment();
      return open(attr, 0, -1);
    }
  }

  /**
   * Opens what a program writes to through a perf event array, of one CPU: each sample has a time
   * stamp (of the clock of {@code System.nanoTime()}) and raw bytes.
   *
   * @param wakeUpBytes how much is written before a reader is woken
   * @param countsLost whether reading the descriptor gives, after 8 bytes, how many were lost;
   *     Linux 6.0 or later, refused with EINVAL before
   */
  public static int openOutput(int cpu, int wakeUpBytes, boolean countsLost) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr =
          CStruct.allocate(arena, perf_event_attr_clock).set("clockid", CLOCK_MONOTONIC).segment();
      CStruct.of(attr, perf_event_attr)
          .set("type", PERF_TYPE_SOFTWARE)
          .set("size", (int) attr.byteSize())
          .set("config", PERF_COUNT_SW_BPF_OUTPUT)
          .set("sample_period", 1L)
          .set("sample_type", PERF_SAMPLE_TIME | PERF_SAMPLE_RAW)
          .set("read_format", countsLost ? PERF_FORMAT_LOST : 0L)
          .set("flags", WATERMARK | USE_CLOCKID)
          .set("wakeup_events", wakeUpBytes);
      return open(attr, -1, cpu);
    }
  }

  /** Lets a perf event begin. */
  public static int enable(int event) {
    return Native.toIntOrErrno(
        state -> (int) IOCTL.handle().invokeExact(state, event, PERF_EVENT_IOC_ENABLE, 0));
  }

  /** Runs a program at each sample of a perf event, until its descriptor closes. */
  public static int setProgram(int event, int program) {
    return Native.toIntOrErrno(
        state -> (int) IOCTL.handle().invokeExact(state, event, PERF_EVENT_IOC_SET_BPF, program));
  }

  /**
   * Opens a perf event: its descriptor, or a negative error number.
   *
   * @param sample the period or frequency
   * @param frequency whether {@code sample} is a frequency
   * @param pid -1 for all processes, then {@code cpu} is given
   * @param cpu -1 for any
   */
  public static int open(int type, long config, long sample, boolean frequency, int pid, int cpu) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr =
          CStruct.allocate(arena, perf_event_attr)
              .set("type", type)
              .set("size", (int) perf_event_attr.byteSize())
              .set("config", config)
              .set("sample_period", sample)
              .set("flags", frequency ? FREQUENCY : 0L)
              .segment();
      return open(attr, pid, cpu);
    }
  }

  private static int open(MemorySegment attr, int pid, int cpu) {
    long number = number();
    return Native.toIntOrErrno(
        state ->
            (int)
                (long)
                    SYSCALL
                        .handle()
                        .invokeExact(state, number, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC));
  }

  private static long number() {
    return System.getProperty("os.arch").equals("amd64") ? 298 : 241;
  }
}
