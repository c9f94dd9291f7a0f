package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;
import org.skep.internal.ffi.NativeLibrary;

/**
 * CPU time of this process, its collector and compiler included. That of the JVM's management beans
 * goes by the clock tick, which is a third of what is to be measured.
 */
final class ProcessCpu {
  private static final int CLOCK_PROCESS_CPUTIME = 2;

  private static final NativeFunction CLOCK_GETTIME =
      NativeLibrary.ofC()
          .withErrno(
              "clock_gettime",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

  private static final MemorySegment NOW = Arena.ofAuto().allocate(16, 8);

  private ProcessCpu() {}

  /** In nanoseconds. For one thread. */
  static long nanos() {
    int result =
        Native.toIntOrErrno(
            state -> (int) CLOCK_GETTIME.handle().invokeExact(state, CLOCK_PROCESS_CPUTIME, NOW));
    if (result != 0) {
      throw new IllegalStateException("clock_gettime: " + result);
    }
    return NOW.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L + NOW.get(ValueLayout.JAVA_LONG, 8);
  }
}
