package org.skep.internal.ffi;

import java.util.HashMap;
import java.util.Map;

/** The error numbers of Linux that BPF calls return, with their names and plain words. */
public enum Errno {
  EPERM(1, "operation not permitted"),
  ENOENT(2, "no such thing"),
  ESRCH(3, "no such process"),
  EINTR(4, "interrupted"),
  EIO(5, "input or output error"),
  ENXIO(6, "no such device or address"),
  E2BIG(7, "too big"),
  EBADF(9, "bad file descriptor"),
  EAGAIN(11, "try again"),
  ENOMEM(12, "not enough memory"),
  EACCES(13, "permission denied"),
  EFAULT(14, "bad address"),
  EBUSY(16, "busy"),
  EEXIST(17, "exists already"),
  ENODEV(19, "no such device"),
  ENOTDIR(20, "not a directory"),
  EINVAL(22, "invalid argument"),
  EMFILE(24, "too many open files"),
  ENOSPC(28, "no space left"),
  ERANGE(34, "out of range"),
  EDEADLK(35, "a deadlock was avoided"),
  ENAMETOOLONG(36, "name too long"),
  ENOSYS(38, "not implemented"),
  ENODATA(61, "no data"),
  EPROTO(71, "protocol error"),
  EILSEQ(84, "not where an instruction begins"),
  EOPNOTSUPP(95, "not supported"),
  EADDRNOTAVAIL(99, "address not available"),
  ENETDOWN(100, "network is down"),
  ETIMEDOUT(110, "timed out"),
  ESTALE(116, "stale"),
  ENOTSUPP(524, "not supported");

  private static final Map<Integer, Errno> BY_NUMBER = new HashMap<>();

  static {
    for (Errno e : values()) {
      BY_NUMBER.put(e.number, e);
    }
  }

  private final int number;
  private final String words;

  Errno(int number, String words) {
    this.number = number;
    this.words = words;
  }

  /** Its number, positive. */
  public int number() {
    return number;
  }

  /** Whether a result of a call, 0 or more or a negative error number, is this error. */
  public boolean is(int result) {
    return result == -number;
  }

  /**
   * The name of a positive error number, {@code EPERM} for 1; {@code errno 200} for an unknown one.
   */
  public static String nameOf(int number) {
    Errno known = BY_NUMBER.get(number);
    return known == null ? "errno " + number : known.name();
  }

  /** Plain words for a positive error number. */
  public static String wordsOf(int number) {
    Errno known = BY_NUMBER.get(number);
    return known == null ? "refused by the kernel" : known.words;
  }
}
