package org.skep.text;

import java.util.Locale;

/** Amounts with the unit that leaves one to four digits before the point. */
public final class Quantity {
  private static final String[] TIME_UNITS = {"ns", "µs", "ms", "s"};
  private static final String[] SIZE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Quantity() {}

  /** A duration: {@code 1.50 µs} for 1,500. */
  public static String nanos(double nanos) {
    return text(nanos, 1_000, TIME_UNITS);
  }

  /** A size: {@code 2.00 KiB} for 2,048. */
  public static String bytes(double bytes) {
    return text(bytes, 1_024, SIZE_UNITS);
  }

  private static String text(double value, double step, String[] units) {
    double scaled = value;
    int unit = 0;
    while (unit < units.length - 1 && Math.abs(scaled) >= step) {
      scaled /= step;
      unit++;
    }
    String number =
        unit == 0 && scaled == Math.rint(scaled)
            ? Long.toString((long) scaled)
            : String.format(Locale.ROOT, "%.2f", scaled);
    return number + " " + units[unit];
  }
}
