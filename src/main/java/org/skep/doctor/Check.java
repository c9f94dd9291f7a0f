package org.skep.doctor;

/**
 * One thing that was looked at.
 *
 * @param area {@code machine}, {@code tool}, {@code program type}, {@code map type}, {@code attach}
 *     or {@code notebook}
 * @param what the thing
 * @param verdict whether it works
 * @param detail what was found
 * @param remedy what would mend it; empty where nothing is to mend
 */
public record Check(String area, String what, Verdict verdict, String detail, String remedy) {
  /** Whether something works. */
  public enum Verdict {
    YES,
    NO,
    LIMITED;

    /** {@code yes}, {@code no}, {@code limited}. */
    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Check yes(String area, String what, String detail) {
    return new Check(area, what, Verdict.YES, detail, "");
  }

  static Check no(String area, String what, String detail, String remedy) {
    return new Check(area, what, Verdict.NO, detail, remedy);
  }

  static Check limited(String area, String what, String detail, String remedy) {
    return new Check(area, what, Verdict.LIMITED, detail, remedy);
  }
}
