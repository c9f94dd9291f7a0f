package org.skep.bpf;

import org.skep.bpf.attach.AttachPoint;

/** What became of one program when its object was attached, and since. */
public sealed interface AttachOutcome {
  /**
   * It runs whenever its hook is reached.
   *
   * @param link what holds it there, the latest of several
   */
  record Attached(BpfLink link) implements AttachOutcome {}

  /**
   * It is attached to some of the targets that were asked for; others refused it, or are gone.
   *
   * @param link what holds it, the latest of several
   * @param refusal why it is not attached to the others, a line each
   */
  record PartlyAttached(BpfLink link, String refusal) implements AttachOutcome {}

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
   * @param example such a place as text: {@code eth0}
   */
  record NeedsTarget(String what, String example) implements AttachOutcome {}

  /**
   * It was attached, and what it was attached to no longer exists, or somebody else detached it.
   *
   * @param link what held it there, still to be closed
   * @param reason what happened, and what would help
   */
  record TargetGone(BpfLink link, String reason) implements AttachOutcome {}

  /** It was attached, and all its links were closed. */
  record Detached() implements AttachOutcome {}
}
