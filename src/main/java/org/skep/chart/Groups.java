package org.skep.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Numbers by category. All rows are put together before any category is left out.
 *
 * @param numbers by category: where the rows are in the order of the number, in that order; where
 *     rows are counted, the largest first; else as the categories first occur
 * @param how the rows of a category became one number; empty where each category has one row
 * @param ordered whether the categories are in the order of their numbers
 */
record Groups(Map<String, Double> numbers, Optional<Aggregate> how, boolean ordered) {
  private static final class Sum {
    private double sum;
    private double max = Double.NEGATIVE_INFINITY;
    private double min = Double.POSITIVE_INFINITY;
    private long count;

    void add(double number) {
      sum += number;
      max = Math.max(max, number);
      min = Math.min(min, number);
      count++;
    }

    double get(Aggregate how) {
      return switch (how) {
        case SUM -> sum;
        case MAX -> max;
        case MIN -> min;
        case AVG -> sum / count;
        case COUNT -> count;
      };
    }
  }

  /**
   * @throws IllegalArgumentException as {@link Measure#together} says
   */
  static Groups of(Table table, Column<?> category, Measure measure) {
    Map<String, Sum> sums = new LinkedHashMap<>();
    boolean several = false;
    boolean rising = true;
    boolean falling = true;
    double before = Double.NaN;
    String[] labels = Labels.of(table, category);
    for (int row = 0; row < labels.length; row++) {
      if (!measure.isMissing(row)) {
        double number = measure.number(row);
        Sum sum = sums.computeIfAbsent(labels[row], c -> new Sum());
        sum.add(number);
        several |= sum.count > 1;
        rising &= !(number < before);
        falling &= !(number > before);
        before = number;
      }
    }
    Optional<Aggregate> how =
        several ? Optional.of(measure.together(table, category.name())) : measure.asked();
    Map<String, Double> numbers = new LinkedHashMap<>();
    sums.forEach((c, sum) -> numbers.put(c, sum.get(how.orElse(Aggregate.SUM))));
    boolean counted = how.filter(Aggregate.COUNT::equals).isPresent();
    boolean ordered = counted || rising != falling;
    if (ordered) {
      Comparator<Map.Entry<String, Double>> bySize = Map.Entry.comparingByValue();
      return new Groups(
          sorted(numbers, counted || falling ? bySize.reversed() : bySize), how, true);
    }
    return new Groups(numbers, how, false);
  }

  /** Entries of the same number stay in their order. */
  private static Map<String, Double> sorted(
      Map<String, Double> numbers, Comparator<Map.Entry<String, Double>> order) {
    var entries = new ArrayList<>(numbers.entrySet());
    entries.sort(order);
    Map<String, Double> sorted = new LinkedHashMap<>();
    entries.forEach(e -> sorted.put(e.getKey(), e.getValue()));
    return sorted;
  }

  List<String> categories() {
    return List.copyOf(numbers.keySet());
  }

  double of(String category) {
    return numbers.getOrDefault(category, Double.NaN);
  }

  /** The first so many categories. */
  List<String> first(int count) {
    return numbers.keySet().stream().limit(count).toList();
  }

  /** The categories of the largest numbers, so many, in the order of all. */
  List<String> largest(int count) {
    Set<String> largest = new HashSet<>();
    numbers.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(count)
        .forEach(e -> largest.add(e.getKey()));
    return numbers.keySet().stream().filter(largest::contains).toList();
  }
}
