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
