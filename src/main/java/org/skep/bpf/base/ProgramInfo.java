package org.skep.bpf.base;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.skep.SyscallException;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Uapi;

/**
 * What the kernel knows of a loaded program.
 *
 * @param id its program ID, as bpftool shows it
 * @param translatedBytes its size in the kernel's own BPF instructions
 * @param compiledBytes its size in JITed instructions; 0 if it is interpreted
 * @param verifiedInstructions how many instructions the verifier walked; 0 before Linux 5.16
 * @param runs how often it ran while statistics were on
 * @param runNanos how long it ran while statistics were on, in nanoseconds
 * @param misses how often it was passed over, as it ran already on the same CPU
 */
public record ProgramInfo(
    int id,
    int translatedBytes,
    int compiledBytes,
    int verifiedInstructions,
    long runs,
    long runNanos,
    long misses) {

  /** Asks the kernel about the program of a descriptor. */
  public static ProgramInfo of(String program, int fd) {
    try (Arena arena = Arena.ofConfined()) {
      CStruct info = CStruct.allocate(arena, Uapi.bpf_prog_info);
      MemorySegment length =
          arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.segment().byteSize());
      int result = LibbpfSyscall.bpf_obj_get_info_by_fd(fd, info.segment(), length);
      if (result < 0) {
        throw new SyscallException(
            "ask about program '" + program + "'", -result, NativeObject.words(-result, List.of()));
      }
      return new ProgramInfo(
          info.getInt("id"),
          info.getInt("xlated_prog_len"),
          info.getInt("jited_prog_len"),
          info.getInt("verified_insns"),
          info.getLong("run_cnt"),
          info.getLong("run_time_ns"),
          info.getLong("recursion_misses"));
    }
  }
}
