package org.skep.bpf;

/** What became of one program when its object was attached. */
public sealed interface AttachOutcome {
  /**
   * It runs whenever its hook is reached.
   *
   * @param link what holds it there
   */
  record Attached(BpfLink link) implements AttachOutcome {}

  /**
   * It runs whenever another program calls it through an array of programs.
   *
   * @param place the map and the index: {@code jumps[0]}
   */
  record TailCalled(String place) implements AttachOutcome {}

  /**
   * It was refused, or it is of a kind that is not attached.
   *
   * @param reason why, and what would help
   */
  record NotAttached(String reason) implements AttachOutcome {}

  /**
   * Its section does not say where to; {@link BpfProgram#attach(AttachPoint)} does.
   *
   * @param what what it needs: {@code a network interface}
   */
  record NeedsTarget(String what) implements AttachOutcome {}
}
