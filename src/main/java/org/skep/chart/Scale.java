package org.skep.chart;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.skep.table.Unit;

/**
 * The multiple of a unit in which the numbers of an axis are drawn, all in the same.
 *
 * @param divisor what numbers are divided by
 * @param symbol of the unit; empty for plain numbers
 */
record Scale(double divisor, String symbol) {
  private static final Scale PLAIN = new Scale(1, "");

  /** That of the largest number. */
  static Scale of(Optional<Unit> unit, DoubleStream numbers) {
    if (unit.isEmpty()) {
      return PLAIN;
    }
    double largest = numbers.filter(Double::isFinite).map(Math::abs).max().orElse(0);
    Unit.Multiple multiple = unit.get().multiple(largest);
    return new Scale(multiple.divisor(), multiple.symbol());
  }

  static Scale of(Optional<Unit> unit, Collection<Double> numbers) {
    return of(unit, numbers.stream().mapToDouble(Double::doubleValue));
  }

  double of(double number) {
    return divisor == 1 ? number : number / divisor;
  }

  /** {@code took (ms)}. */
  String title(String name) {
    return symbol.isEmpty() ? name : name + " (" + symbol + ")";
  }
}
