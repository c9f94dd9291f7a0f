package org.skep.notebook.ebpf.view;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.skep.chart.Charts;
import org.skep.notebook.ebpf.state.Stoppable;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicSpec;
import org.skep.table.query.FirstRows;
import org.skep.table.query.Tables;
import tech.tablesaw.api.Table;

/**
 * What every magic that gives a table can do with it: choose rows, sort, cut, draw.
 *
 * <p>A chart is of all rows that {@code --where} leaves. {@code --top} cuts the table to so many
 * rows, and bars to so many categories after all rows were put together.
 */
public final class TableOptions {
  private TableOptions() {}

  public static MagicSpec.Builder declare(MagicSpec.Builder spec) {
    return spec.option("where", "EXPRESSION", "only rows such as \"value > 10 && comm == 'bash'\"")
        .option("sort", "COLUMN", "in order of a column; -COLUMN has the largest first")
        .option("top", "N", "only the first N rows, and of a chart the first N bars")
        .option(
            "bar",
            "COLUMN NUMBER",
            "draw bars of a column, or of sum(N), max(N), min(N), avg(N), count of all its rows")
        .option("hist", "COLUMN", "draw how often numbers of each size occur, of all rows");
  }

  /** The rows that were asked for. */
  public static Table narrowed(Table table, Arguments arguments) {
    return arguments.option("where").map(w -> Tables.where(table, w)).orElse(table);
  }

  /** The rows that were asked for, sorted and cut. */
  public static Table chosen(Table table, Arguments arguments) {
    Table narrowed = narrowed(table, arguments);
    return arguments.integer("top").isPresent()
        ? Tables.top(narrowed, arguments.integer("top").getAsInt(), order(arguments))
        : Tables.sort(narrowed, order(arguments));
  }

  /** The rows that were asked for, where these are few and no other is needed. */
  public static Optional<FirstRows> first(Arguments arguments) {
    OptionalInt top = arguments.integer("top");
    return top.isPresent() && top.getAsInt() > 0 && chart(arguments) == null
        ? Optional.of(FirstRows.of(top.getAsInt(), arguments.option("where"), order(arguments)))
        : Optional.empty();
  }

  private static String[] order(Arguments arguments) {
    return arguments.option("sort").stream().toArray(String[]::new);
  }

  /** What draws a table that is narrowed, and neither sorted nor cut; null for no chart. */
  public static LiveView.@Nullable Chart chart(Arguments arguments) {
    List<String> bar = arguments.options("bar");
    Optional<String> hist = arguments.option("hist");
    if (!bar.isEmpty()) {
      OptionalInt top = arguments.integer("top");
      return narrowed -> {
        Table sorted = Tables.sort(narrowed, order(arguments));
        return top.isPresent()
            ? Charts.bar(sorted, bar.get(0), bar.get(1), top.getAsInt())
            : Charts.bar(sorted, bar.get(0), bar.get(1));
      };
    }
    return hist.isPresent() ? narrowed -> Charts.histogram(narrowed, hist.get()) : null;
  }

  /** Shows the chart that was asked for, if any, and gives the table that was. */
  public static Table show(Table table, Arguments arguments, MagicContext context)
      throws InterruptedException {
    LiveView.Chart chart = chart(arguments);
    if (chart != null) {
      var figure = Stoppable.call(() -> chart.of(narrowed(table, arguments)));
      context.output().display(context.displays().render(figure), null);
    }
    return Stoppable.call(() -> chosen(table, arguments));
  }
}
