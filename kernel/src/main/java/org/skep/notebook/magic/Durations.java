package org.skep.notebook.magic;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write and read them. */
public final class Durations {
  private static final Pattern FORM =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|min|h)?");

  private static final BigDecimal LONGEST = BigDecimal.valueOf(Duration.ofDays(36_525).toNanos());

  private Durations() {}

  /**
   * A time such as {@code 500ms}, {@code 5s}, {@code 1.5m} (minutes); seconds where no unit is
   * given. Empty for what is none, or shorter than a nanosecond, or longer than a hundred years.
   */
  static Optional<Duration> parse(String text) {
    Matcher m = FORM.matcher(text.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    long nanos =
        switch (m.group(2)) {
          case "ns" -> 1;
          case "us", "µs" -> 1_000;
          case "ms" -> 1_000_000;
          case "m", "min" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          case null, default -> 1_000_000_000;
        };
    BigDecimal number = new BigDecimal(m.group(1));
    BigDecimal exact = number.multiply(BigDecimal.valueOf(nanos)).stripTrailingZeros();
    return exact.scale() > 0 || exact.compareTo(LONGEST) > 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(exact.longValueExact()));
  }

  /** Three significant digits and a unit: {@code 1.23 ms}. */
  public static String show(double nanos) {
    if (nanos < 999.5) {
      return digits(nanos) + " ns";
    }
    if (nanos < 999.5e3) {
      return digits(nanos / 1e3) + " µs";
    }
    if (nanos < 999.5e6) {
      return digits(nanos / 1e6) + " ms";
    }
    if (nanos < 60e9) {
      return digits(nanos / 1e9) + " s";
    }
    return String.format(
        Locale.ROOT, "%d min %d s", (long) (nanos / 60e9), Math.round(nanos / 1e9) % 60);
  }

  private static String digits(double value) {
    int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
