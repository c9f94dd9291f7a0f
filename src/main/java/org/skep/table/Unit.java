package org.skep.table;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Format;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.columns.Column;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * The unit of the numbers of a column. The numbers stay what they are (nanoseconds, bytes); the
 * unit says how they are printed, each with the multiple of the unit that leaves one to four digits
 * before the point. A column keeps its unit as its print formatter, so Tablesaw copies it along.
 *
 * <p>Immutable.
 */
public final class Unit extends NumberColumnFormatter {
  /** Nanoseconds: {@code 1.20 µs}. */
  public static final Unit NANOS = new Unit("", 1_000, List.of("ns", "µs", "ms", "s"));

  /** Bytes: {@code 4.00 KiB}. */
  public static final Unit BYTES =
      new Unit("", 1_024, List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"));

  private static final Optional<Method> FORMATTER = formatter();

  private final String per;
  private final double step;
  private final List<String> multiples;

  /**
   * A multiple of a unit, which numbers are divided by to be shown.
   *
   * @param divisor 1 for the unit itself
   * @param symbol such as {@code ms} or {@code MiB/s}
   */
  public record Multiple(double divisor, String symbol) {}

  private Unit(String per, double step, List<String> multiples) {
    this.per = per;
    this.step = step;
    this.multiples = multiples;
  }

  /** The unit of a column; empty for plain numbers and for what is not a number. */
  public static Optional<Unit> of(Column<?> column) {
    if (FORMATTER.isEmpty() || !(column instanceof NumberColumn)) {
      return Optional.empty();
    }
    try {
      return FORMATTER.get().invoke(column) instanceof Unit unit
          ? Optional.of(unit)
          : Optional.empty();
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }

  /** Tablesaw sets a print formatter in public, and tells it to its own classes alone. */
  private static Optional<Method> formatter() {
    try {
      Method formatter = NumberColumn.class.getDeclaredMethod("getPrintFormatter");
      return formatter.trySetAccessible() ? Optional.of(formatter) : Optional.empty();
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  /** The unit of a format; null for those that name no quantity. */
  public static @Nullable Unit of(Format format) {
    return switch (format) {
      case NANOS -> NANOS;
      case BYTES -> BYTES;
      default -> null;
    };
  }

  /** Whether values of a format are amounts, which can be added and subtracted. */
  public static boolean isOfQuantities(Format format) {
    return switch (format) {
      case NONE, NANOS, BYTES -> true;
      case TIME, PORT, IPV4, IPV6, MAC, KSYM, KSTACK, USTACK -> false;
      case ERRNO, SIGNAL, SYSCALL, CGROUP, DEV, IFINDEX, PROGRAM, MAP, HEX -> false;
    };
  }

  /** Gives the numbers of {@code to} the unit of those of {@code from}, where they have one. */
  public static void copy(Column<?> from, Column<?> to) {
    of(from).ifPresent(unit -> unit.putOn(to));
  }

  /** Gives this unit to the numbers of a column; a column of anything else stays as it is. */
  public void putOn(Column<?> column) {
    if (column instanceof NumberColumn<?, ?> numbers) {
      numbers.setPrintFormatter(this);
    }
  }

  /** The same unit for each second. */
  public Unit perSecond() {
    return new Unit("/s", step, multiples);
  }

  /** The multiple in which a number of this size has one to four digits before the point. */
  public Multiple multiple(double size) {
    double divisor = 1;
    int multiple = 0;
    while (multiple < multiples.size() - 1 && Math.abs(size) / divisor >= step) {
      divisor *= step;
      multiple++;
    }
    return new Multiple(divisor, multiples.get(multiple) + per);
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
  public String format(short value) {
    return value == Short.MIN_VALUE ? "" : text(value);
  }

  @Override
  public String format(float value) {
    return Float.isNaN(value) ? "" : text(value);
  }

  @Override
  public String format(double value) {
    return Double.isNaN(value) ? "" : text(value);
  }

  private String text(double value) {
    Multiple multiple = multiple(value);
    double scaled = value / multiple.divisor();
    String number =
        multiple.divisor() == 1 && scaled == Math.rint(scaled)
            ? Long.toString((long) scaled)
            : String.format(Locale.ROOT, "%.2f", scaled);
    return number + " " + multiple.symbol();
  }
}
