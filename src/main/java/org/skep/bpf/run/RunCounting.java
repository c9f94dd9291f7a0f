package org.skep.bpf.run;

import java.util.List;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.base.NativeObject;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.Libc;

/** Keeps the kernel counting runs of programs while it is open. */
public final class RunCounting implements AutoCloseable {
  private final int descriptor;

  public RunCounting() {
    descriptor = BpfSyscall.enableStats();
    if (descriptor < 0) {
      throw refusal(-descriptor);
    }
  }

  private static RuntimeException refusal(int errno) {
    String operation = "count the runs of programs";
    if (Errno.EINVAL.is(-errno)) {
      return new UnsupportedFeatureException(
          operation, "this Linux counts only by its sysctl", "Linux 5.8 or later");
    }
    return new SyscallException(
        operation,
        errno,
        Errno.EPERM.is(-errno)
            ? "not permitted (EPERM; needs CAP_SYS_ADMIN)"
            : NativeObject.words(errno, List.of()));
  }

  @Override
  public void close() {
    Libc.close(descriptor);
  }
}
