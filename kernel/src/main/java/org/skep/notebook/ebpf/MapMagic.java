package org.skep.notebook.ebpf;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.bpf.BpfMap;
import org.skep.bpf.BpfObject;
import org.skep.bpf.read.Snapshot;
import org.skep.notebook.ebpf.cell.RecordingOrigin;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.ebpf.state.MapList;
import org.skep.notebook.ebpf.state.Stoppable;
import org.skep.notebook.ebpf.state.Toolchain;
import org.skep.notebook.ebpf.view.TableOptions;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.UserFile;
import org.skep.table.NotedTable;
import org.skep.table.PerCpu;
import tech.tablesaw.api.Table;

/** {@code %map NAME.MAP}: the map as a table, narrowed, sorted and drawn as asked. */
final class MapMagic implements LineMagic {
  /** Of larger maps only the rows that were asked for are kept while they are read. */
  private static final int LARGE = 2_000_000;

  private final MagicSpec spec;
  private final Experiments experiments;
  private final Toolchain toolchain;

  MapMagic(Experiments experiments, Toolchain toolchain) {
    this.experiments = experiments;
    this.toolchain = toolchain;
    this.spec =
        TableOptions.declare(
                MagicSpec.named("map", "Shows the entries of a map as a table")
                    .optional(
                        "NAME.MAP",
                        "the object and its map, such as opens.counts; an object alone, or nothing, lists"
                            + " the maps that there are",
                        (typed, context) -> experiments.mapItems()))
            .option("cpus", "HOW", "of a per-CPU map: each (a row for each), sum, max or min")
            .option("record", "FILE", "write all entries into a file for %replay", Completers.PATHS)
            .details(
                """
                The order of the options does not matter: rows are chosen, then sorted, then cut.
                A chart is of all rows that are chosen; --top cuts its bars after all are added up.
                With --record, %replay FILE gives the same table on any machine, without rights.
                The same from Java: NAME.map("MAP").table().
                """)
            .example("%map opens.counts --sort -value --top 10 --bar comm value")
            .example("%map opens")
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
      String typed = arguments.find("NAME.MAP").orElse("");
      if (typed.isEmpty()) {
        return MapList.table("maps", experiments.all().stream().map(Experiment::object).toList());
      }
      String path = experiments.pathOf(typed, context).orElse(typed);
      if (path.indexOf('.') < 0) {
        BpfObject object = experiments.object(path, context);
        return MapList.table("maps of " + object.name(), List.of(object));
      }
      PerCpu how = how(arguments.option("cpus").orElse("each"));
      BpfMap map = experiments.map(path, context);
      Optional<String> record = arguments.option("record");
      if (map.maxEntries() > LARGE && record.isEmpty()) {
        Optional<NotedTable> first =
            Stoppable.call(
                () -> TableOptions.first(arguments).flatMap(rows -> map.first(rows, how)));
        if (first.isPresent()) {
          return first.get();
        }
      }
      Snapshot snapshot = Stoppable.call(() -> map.snapshot(how));
      if (record.isPresent()) {
        snapshot.record(
            UserFile.toWrite(record.get()), RecordingOrigin.of(path, experiments, toolchain));
      }
      return TableOptions.show(snapshot.table(), arguments, context);
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
