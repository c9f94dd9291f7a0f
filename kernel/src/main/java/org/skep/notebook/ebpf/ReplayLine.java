package org.skep.notebook.ebpf;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import org.skep.bpf.EventSource;
import org.skep.bpf.Replay;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import tech.tablesaw.api.Table;

/** {@code %replay FILE}: what was recorded, as the table that it was. */
final class ReplayLine implements LineMagic {
  static final MagicSpec SPEC =
      MagicSpec.named("replay", "Reads what was recorded, on any machine and without rights")
          .required(
              "FILE",
              "what %events or %map wrote by --record or --to; any Parquet file",
              Completers.PATHS)
          .option("where", "EXPRESSION", "only rows such as \"pid > 10 && comm == 'bash'\"")
          .option("sort", "COLUMN", "in order of a column; -COLUMN has the largest first")
          .option("top", "N", "only the first N rows")
          .option("bar", "COLUMN NUMBER", "draw the numbers of a column as bars")
          .option("hist", "COLUMN", "draw how often numbers of each size occur")
          .option("keep", "N", "how many rows the table has, the last (1,000,000)")
          .flag("source", "print the program that sent the events, where it was recorded")
          .details("The same from Java: Replay.of(Path.of(\"FILE\"), 1_000_000).table().")
          .example("%replay opens.events --sort -at --top 10")
          .value(Table.class)
          .build();

  @Override
  public Object run(Arguments arguments, MagicContext context) {
    try {
      var recording =
          Replay.of(
              Path.of(arguments.get("FILE")), arguments.integer("keep").orElse(EventSource.KEPT));
      if (arguments.flag("source")) {
        String source = recording.about().getOrDefault("source", "the source was not recorded");
        context.output().stream(false, source.strip() + "\n");
      }
      Table table = EventsLine.chosen(recording.table(), arguments);
      LiveView.Chart chart = EventsLine.chart(arguments);
      if (chart != null) {
        context.output().display(context.displays().render(chart.of(table)), null);
      }
      return table;
    } catch (UncheckedIOException e) {
      throw new MagicException(
          "replay '"
              + arguments.get("FILE")
              + "': "
              + CellRunner.reason(Objects.requireNonNull(e.getCause())),
          e);
    } catch (IllegalArgumentException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
  }
}
