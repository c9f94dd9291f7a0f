package org.skep.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tech.tablesaw.aggregate.AggregateFunction;
import tech.tablesaw.aggregate.Summarizer;
import tech.tablesaw.api.CategoricalColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.selection.Selection;

/** A summary whose means, sums, quartiles ... have the units of the numbers that they are of. */
final class UnitSummarizer extends Summarizer {
  /** What has another unit than its numbers, or none; by the names that Tablesaw gives them. */
  private static final Set<String> OTHER_UNIT =
      Set.of(
          "Count",
          "Count (incl. missing)",
          "Count Unique",
          "Missing Values",
          "Percent Change",
          "CV",
          "Product",
          "Population Variance",
          "Variance",
          "Kurtosis",
          "Skewness",
          "Sum of Squares",
          "Sum of Logs");

  private final Map<String, Unit> units = new HashMap<>();

  UnitSummarizer(Table table, List<String> columns, AggregateFunction<?, ?>... functions) {
    super(table, columns, functions);
    columns.forEach(name -> take(table.column(name), functions));
  }

  UnitSummarizer(Table table, Column<?> a, AggregateFunction<?, ?>... functions) {
    super(table, a, functions);
    take(a, functions);
  }

  UnitSummarizer(Table table, Column<?> a, Column<?> b, AggregateFunction<?, ?>... functions) {
    super(table, a, b, functions);
    List.of(a, b).forEach(column -> take(column, functions));
  }

  UnitSummarizer(
      Table table, Column<?> a, Column<?> b, Column<?> c, AggregateFunction<?, ?>... functions) {
    super(table, a, b, c, functions);
    List.of(a, b, c).forEach(column -> take(column, functions));
  }

  UnitSummarizer(
      Table table,
      Column<?> a,
      Column<?> b,
      Column<?> c,
      Column<?> d,
      AggregateFunction<?, ?>... functions) {
    super(table, a, b, c, d, functions);
    List.of(a, b, c, d).forEach(column -> take(column, functions));
  }

  private void take(Column<?> column, AggregateFunction<?, ?>... functions) {
    Unit.of(column)
        .ifPresent(
            unit -> {
              for (AggregateFunction<?, ?> function : functions) {
                String name = function.functionName();
                if (keepsUnit(function)) {
                  units.put(name + " [" + column.name() + "]", unit);
                }
              }
            });
  }

  /** Whether what a function makes of numbers has their unit. */
  static boolean keepsUnit(AggregateFunction<?, ?> function) {
    return !OTHER_UNIT.contains(function.functionName());
  }

  private Table marked(Table summary) {
    for (Column<?> column : summary.columns()) {
      Unit unit = units.get(column.name());
      if (unit != null) {
        unit.putOn(column);
      }
    }
    return summary;
  }

  @Override
  public Table by(String... columns) {
    return marked(super.by(columns));
  }

  @Override
  public Table by(CategoricalColumn<?>... columns) {
    return marked(super.by(columns));
  }

  @Override
  public Table by(int step) {
    return marked(super.by(step));
  }

  @Override
  public Table apply() {
    return marked(super.apply());
  }

  @Override
  public Table having(Function<Table, Selection> selection) {
    return marked(super.having(selection));
  }
}
