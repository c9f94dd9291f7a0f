package org.skep.bpf.attach;

import java.nio.file.Files;
import java.nio.file.Path;
import org.skep.SyscallException;
import org.skep.host.hooks.FunctionPlaces;
import org.skep.internal.ffi.Errno;

/** The binary of a probe, before libbpf opens it. */
final class BinaryFile {
  private BinaryFile() {}

  /**
   * Rejects what is not a file: libbpf would open a pipe and wait for its writer, and cannot be
   * interrupted. What is not there, or cannot be read, is left to libbpf, which says so.
   */
  static void require(String program, AttachPoint point, String binary) {
    try {
      for (Path file : FunctionPlaces.files(binary)) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
          throw new SyscallException(
              "attach '" + program + "' to " + point.describe(),
              Errno.EINVAL.number(),
              "'" + file + "' is not a valid 64-bit ELF file (a program or library)");
        }
      }
    } catch (IllegalArgumentException e) {
      // no such binary
    }
  }
}
