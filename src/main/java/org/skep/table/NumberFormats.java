package org.skep.table;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Format;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** How quantities are printed; the numbers in the column stay what they are. */
final class NumberFormats {
  private static final String[] TIME_UNITS = {"ns", "µs", "ms", "s"};
  private static final String[] SIZE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private NumberFormats() {}

  /** The formatter of a quantity; null for everything else. */
  static @Nullable NumberColumnFormatter of(Format format) {
    return switch (format) {
      case NANOS -> new Quantity(1_000, TIME_UNITS);
      case BYTES -> new Quantity(1_024, SIZE_UNITS);
      default -> null;
    };
  }

  /** Prints a number with the unit that leaves one to four digits before the point. */
  private static final class Quantity extends NumberColumnFormatter {
    private final double step;
    private final String[] units;

    Quantity(double step, String[] units) {
      this.step = step;
      this.units = units;
    }

    @Override
    public String format(long value) {
      return value == Long.MIN_VALUE ? "" : text((double) value);
    }

    @Override
    public String format(int value) {
      return value == Integer.MIN_VALUE ? "" : text(value);
    }

    @Override
    public String format(double value) {
      return Double.isNaN(value) ? "" : text(value);
    }

    private String text(double value) {
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
}
