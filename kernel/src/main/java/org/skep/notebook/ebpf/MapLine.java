package org.skep.notebook.ebpf;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.bpf.Snapshot;
import org.skep.chart.Charts;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.table.PerCpu;
import org.skep.table.Tables;
import tech.tablesaw.api.Table;

/** {@code %map NAME.MAP}: the map as a table, narrowed, sorted and drawn as asked. */
final class MapLine implements LineMagic {
  private final MagicSpec spec;
  private final Experiments experiments;
  private final Toolchain toolchain;

  MapLine(Experiments experiments, Toolchain toolchain) {
    this.experiments = experiments;
    this.toolchain = toolchain;
    this.spec =
        MagicSpec.named("map", "Shows the entries of a map as a table")
            .required(
                "NAME.MAP",
                "the object and its map, such as opens.counts",
                (typed, context) -> experiments.mapItems())
            .option("where", "EXPRESSION", "only rows such as \"value > 10 && comm == 'bash'\"")
            .option("sort", "COLUMN", "in order of a column; -COLUMN has the largest first")
            .option("top", "N", "only the first N rows")
            .option("cpus", "HOW", "of a per-CPU map: each (a row for each), sum, max or min")
            .option("bar", "COLUMN NUMBER", "draw the numbers of a column as bars")
            .option("record", "FILE", "write all entries into a file for %replay", Completers.PATHS)
            .details(
                """
                The order of the options does not matter: rows are chosen, then sorted, then cut.
                With --record, %replay FILE gives the same table on any machine, without rights.
                The same from Java: NAME.map("MAP").table().
                """)
            .example("%map opens.counts --sort -value --top 10 --bar comm value")
            .example("Table t = %map opens.counts")
            .value(Table.class)
            .build();
  }

  MagicSpec spec() {
    return spec;
  }

  @Override
  public @Nullable Object run(Arguments arguments, MagicContext context)
      throws InterruptedException {
    try {
      PerCpu how = how(arguments.option("cpus").orElse("each"));
      String path = arguments.get("NAME.MAP");
      Snapshot snapshot = experiments.map(path, context).snapshot(how);
      Optional<String> record = arguments.option("record");
      if (record.isPresent()) {
        snapshot.record(Path.of(record.get()), Origin.of(path, experiments, toolchain));
      }
      Table table = snapshot.table();
      if (arguments.option("where").isPresent()) {
        table = Tables.where(table, arguments.option("where").get());
      }
      String[] order = arguments.option("sort").stream().toArray(String[]::new);
      table =
          arguments.integer("top").isPresent()
              ? Tables.top(table, arguments.integer("top").getAsInt(), order)
              : Tables.sort(table, order);
      List<String> bar = arguments.options("bar");
      if (!bar.isEmpty()) {
        var figure = Charts.bar(table, bar.get(0), bar.get(1));
        context.output().display(context.displays().render(figure), null);
      }
      return table;
    } catch (BpfException
        | IllegalArgumentException
        | IllegalStateException
        | UncheckedIOException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
  }

  private static PerCpu how(String word) {
    return switch (word) {
      case "each" -> PerCpu.EACH;
      case "sum" -> PerCpu.SUM;
      case "max" -> PerCpu.MAX;
      case "min" -> PerCpu.MIN;
      default -> throw new MagicException("--cpus " + word + ": expected each, sum, max or min");
    };
  }
}
