package org.skep.bpf.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalDouble;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Uapi;

/** A program that does nothing: what measuring itself costs. */
public final class EmptyProgram implements AutoCloseable {
  private static final int RUNS = 10_000;
  private static final int FRAME = 64;

  private final int descriptor;

  private EmptyProgram(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Loads one; a type that refuses it makes a negative {@link #descriptor()}. */
  static EmptyProgram load(int type, int attachType) {
    long result = type == Uapi.BPF_PROG_TYPE_XDP ? 2 : 1;
    return new EmptyProgram(
        BpfSyscall.load(type, attachType, 0, result << 32 | 0xb7 /* r0 = result */, 0x95));
  }

  int descriptor() {
    return descriptor;
  }

  /** What the kernel counts for a run of it, while it counts; empty where that cannot be tried. */
  public static OptionalDouble countedNanos() {
    try (EmptyProgram empty = load(Uapi.BPF_PROG_TYPE_SOCKET_FILTER, 0);
        Arena arena = Arena.ofConfined()) {
      if (empty.descriptor < 0) {
        return OptionalDouble.empty();
      }
      CStruct run =
          CStruct.sized(arena, LibbpfSyscall.bpf_test_run_opts)
              .set("data_in", arena.allocate(FRAME))
              .set("data_size_in", FRAME)
              .set("repeat", RUNS);
      for (int warm = 0; warm < 2; warm++) {
        if (LibbpfSyscall.bpf_prog_test_run_opts(empty.descriptor, run.segment()) < 0) {
          return OptionalDouble.empty();
        }
      }
      CStruct info = CStruct.allocate(arena, Uapi.bpf_prog_info);
      MemorySegment size =
          arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.segment().byteSize());
      int result = LibbpfSyscall.bpf_obj_get_info_by_fd(empty.descriptor, info.segment(), size);
      long runs = info.getLong("run_cnt");
      return result < 0 || runs == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of((double) info.getLong("run_time_ns") / runs);
    }
  }

  @Override
  public void close() {
    if (descriptor >= 0) {
      Libc.close(descriptor);
    }
  }
}
