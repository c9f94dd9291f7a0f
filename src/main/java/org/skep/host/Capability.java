package org.skep.host;

/** A right of a process that matters to BPF. The number is the kernel's. */
public enum Capability {
  NET_ADMIN(12),
  NET_RAW(13),
  IPC_LOCK(14),
  SYS_PTRACE(19),
  SYS_ADMIN(21),
  SYS_RESOURCE(24),
  SYSLOG(34),
  /** Linux 5.8 or later. */
  PERFMON(38),
  /** Linux 5.8 or later. */
  BPF(39);

  /**
   * What looking into processes of others takes, to be said in brackets. It is as much as being
   * root, and therefore off where Skep sets rights.
   */
  public static final String TO_LOOK_INTO_PROCESSES =
      "needs root, or CAP_SYS_PTRACE, with which a user can become root; the virtual machine has it"
          + " with SKEP_PTRACE=1";

  private final int bit;

  Capability(int bit) {
    this.bit = bit;
  }

  int bit() {
    return bit;
  }

  /** As the manual pages write it: {@code CAP_BPF}. */
  @Override
  public String toString() {
    return "CAP_" + name();
  }
}
