package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.skep.BpfException;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.MapSyscalls;

/**
 * A descriptor of a map, with what is needed to make system calls on it.
 *
 * @param name of the map, for messages
 * @param calls the system calls
 */
public record MapFd(String name, int fd, MapShape shape, MapSyscalls calls) {
  public MapFd(String name, int fd, MapShape shape) {
    this(name, fd, shape, MapSyscalls.LINUX);
  }

  /** The error of a refused operation. */
  public BpfException refused(String operation, int result) {
    return MapErrors.of(operation, name, shape, -result);
  }

  /**
   * How many entries a call for many of them completed.
   *
   * <p>A kernel that refuses the call before it looks at an entry (no batches for this type, a
   * frozen map, no memory) leaves the count as it was passed in. An error after an entry leaves
   * fewer than that, except that the end of the map, ENOENT, can come with the last of them.
   *
   * @param count what was passed, after the call
   * @param asked what it held before the call
   */
  public static int completed(MemorySegment count, int asked, int result, boolean endIsEnoent) {
    int told = count.get(ValueLayout.JAVA_INT, 0);
    if (told < 0 || told > asked) {
      return result == 0 ? asked : 0;
    }
    boolean unwritten = result < 0 && told == asked && !(endIsEnoent && Errno.ENOENT.is(result));
    return unwritten ? 0 : told;
  }

  /** Whether an error means that the kernel has no batches for this type, or at all. */
  public static boolean hasNoBatch(int result) {
    return Errno.ENOTSUPP.is(result) || Errno.EINVAL.is(result) || Errno.EOPNOTSUPP.is(result);
  }
}
