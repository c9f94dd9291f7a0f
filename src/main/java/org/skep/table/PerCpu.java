package org.skep.table;

import java.math.BigInteger;

/** How the values of the CPUs become one. */
public enum PerCpu {
  /** They do not: a row for each key and CPU, with a column {@code cpu}. */
  EACH,
  /** Their sum. */
  SUM,
  /** The smallest. */
  MIN,
  /** The largest. */
  MAX;

  public BigInteger of(BigInteger a, BigInteger b) {
    return switch (this) {
      case SUM -> a.add(b);
      case MIN -> a.min(b);
      case MAX -> a.max(b);
      case EACH -> throw new IllegalStateException("each CPU has its row");
    };
  }

  public double of(double a, double b) {
    return switch (this) {
      case SUM -> a + b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case EACH -> throw new IllegalStateException("each CPU has its row");
    };
  }
}
