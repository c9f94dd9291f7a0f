package org.skep.bpf.attach;

/** Whether a link holds its program at its hook, as the kernel says when it is asked. */
public sealed interface LinkState {
  /**
   * It does.
   *
   * @param remark what it misses, such as processes that run a newer file; empty for nothing
   */
  record Attached(String remark) implements LinkState {}

  /** It was closed. */
  record Closed() implements LinkState {}

  /**
   * What it was attached to no longer exists, or somebody else detached the program: it does not
   * run, although nobody closed the link.
   *
   * @param reason what happened, and what would help
   */
  record Gone(String reason) implements LinkState {}
}
