package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.BpfSyscall;

/** Runs a program once in this thread, on a packet of zeros. */
final class Run {
  private Run() {}

  /** What the program returned. */
  static int once(BpfProgram program) {
    return program.withDescriptor(
        fd -> {
          try (Arena arena = Arena.ofConfined()) {
            CStruct run = CStruct.allocate(arena, BpfSyscall.test_run).set("prog_fd", fd);
            run.set("data_size_in", 64).set("data_in", arena.allocate(64).address());
            assertEquals(0, BpfSyscall.bpf(BpfSyscall.BPF_PROG_TEST_RUN, run));
            return run.getInt("retval");
          }
        });
  }
}
