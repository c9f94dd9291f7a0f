package org.skep;

/** A system call, or a libbpf function that made one, was refused by the running Linux. */
public final class SyscallException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final int errno;

  /**
   * @param operation what was tried, with the object quoted: {@code attach 'count' to tracepoint
   *     'sched/sched_switch'}
   * @param errno the positive error number
   * @param cause what went wrong and, in brackets, what would mend it
   */
  public SyscallException(String operation, int errno, String cause) {
    super(operation + ": " + cause);
    this.operation = operation;
    this.errno = errno;
  }

  /** What was tried, with the object quoted. */
  public String operation() {
    return operation;
  }

  /** The positive error number, such as 1 for {@code EPERM}. */
  public int errno() {
    return errno;
  }
}
