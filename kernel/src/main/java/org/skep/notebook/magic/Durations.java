package org.skep.notebook.magic;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write and read them. */
final class Durations {
  private static final Pattern FORM =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|min|h)?");

  private Durations() {}

  static Optional<Duration> parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    double nanos =
        switch (m.group(2)) {
          case "ns" -> 1;
          case "us", "µs" -> 1e3;
          case "ms" -> 1e6;
          case "m", "min" -> 60e9;
          case "h" -> 3600e9;
          case null, default -> 1e9;
        };
    return Optional.of(Duration.ofNanos(Math.round(Double.parseDouble(m.group(1)) * nanos)));
  }

  /** Three significant digits and a unit: {@code 1.23 ms}. */
  static String show(double nanos) {
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
