package org.skep.bpf;

import java.util.List;
import org.skep.BpfException;
import org.skep.SyscallException;
import org.skep.internal.ffi.Errno;

/** Says why Linux refused something on a map, and what would help. */
final class MapRefusals {
  private MapRefusals() {}

  /**
   * The error of a refused operation.
   *
   * @param operation the verb: {@code put}
   */
  static BpfException of(String operation, String map, MapShape shape, int errno) {
    return new SyscallException(
        operation + " map '" + map + "'", errno, cause(operation, shape, errno));
  }

  private static String cause(String operation, MapShape shape, int errno) {
    boolean put = operation.startsWith("put");
    if (put && Errno.E2BIG.is(-errno)) {
      return shape.type().isArray() || shape.type().hasEmptySlots()
          ? "no such index (it has 0 to " + (shape.maxEntries() - 1) + ")"
          : "it is full (max_entries is "
              + shape.maxEntries()
              + "; remove entries, or make it larger)";
    }
    if (put && Errno.EPERM.is(-errno)) {
      return "it is read-only (EPERM; frozen, as .rodata is after loading: set it before)";
    }
    if (put && shape.type() == BpfMapType.PROG_ARRAY && Errno.EINVAL.is(-errno)) {
      return "it does not take this program (EINVAL; all programs of an array, and those that call"
          + " them, must be of one type)";
    }
    return NativeObject.words(errno, List.of());
  }
}
