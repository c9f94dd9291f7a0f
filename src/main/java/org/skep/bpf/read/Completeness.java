package org.skep.bpf.read;

/**
 * How much of a map a reading holds, when programs and others may have changed the map meanwhile. A
 * complete reading has every key that was there all the time, once; a key that came or went while
 * it was read may be in it or not. Each value is as it was at some moment of the reading.
 *
 * @param vanished keys that were gone when their value was asked for
 * @param seenTwice keys that came again, because a key at which the reading stood was removed and
 *     the kernel began anew; each is in the reading once
 * @param stoppedAtLimit whether there was more than was asked for, or no end was in sight
 * @param headOnly whether only the head could be seen, as of a queue or stack, which show what is
 *     behind only to who takes it
 * @param unsure whether keys that were there all the time may be missing, because each of several
 *     walks through the map came to keys that those before it had not
 */
public record Completeness(
    long vanished, long seenTwice, boolean stoppedAtLimit, boolean headOnly, boolean unsure) {
  /** A reading of which nothing is known to be missing. */
  public static final Completeness COMPLETE = new Completeness(0, 0, false);

  /** A reading of a map that changed in every walk through it. */
  static final Completeness UNSURE = new Completeness(0, 0, false, false, true);

  Completeness(long vanished, long seenTwice, boolean stoppedAtLimit) {
    this(vanished, seenTwice, stoppedAtLimit, false, false);
  }

  /** Whether nothing is known to be missing. */
  public boolean isComplete() {
    return vanished == 0 && seenTwice == 0 && !stoppedAtLimit && !headOnly && !unsure;
  }

  /** In words, for a line under a table. */
  @Override
  public String toString() {
    if (isComplete()) {
      return "complete";
    }
    if (headOnly) {
      return "only the head, as what is behind it is seen by taking it";
    }
    StringBuilder words = new StringBuilder("incomplete:");
    String separator = " ";
    if (vanished > 0) {
      words.append(separator).append(vanished).append(keys(vanished)).append(" vanished");
      separator = ", ";
    }
    if (seenTwice > 0) {
      words.append(separator).append(seenTwice).append(keys(seenTwice)).append(" seen twice");
      separator = ", ";
    }
    if (stoppedAtLimit) {
      words.append(separator).append("stopped at the limit");
      separator = ", ";
    }
    if (unsure) {
      words.append(separator).append("keys may be missing, as new ones came in each walk");
    }
    return words.toString();
  }

  private static String keys(long number) {
    return number == 1 ? " key" : " keys";
  }
}
