package org.skep.notebook.ebpf;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.skep.BpfException;
import org.skep.host.TraceLog;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.table.Tables;
import tech.tablesaw.api.Table;

/** {@code %trace}: what programs print by {@code bpf_printk}. */
final class TraceLine implements LineMagic {
  static final MagicSpec SPEC =
      MagicSpec.named("trace", "Shows what programs print by bpf_printk, from now on")
          .option("for", "TIME", "for so long; until it is stopped, where not given")
          .option("where", "EXPRESSION", "only lines such as \"text contains 'drop'\"")
          .flag("quiet", "only the table at the end")
          .details(
              """
              Lines are printed as they come; the value is their table. They are those of all programs
              of the machine, because a line does not say which program it is of.
              The same from Java: org.skep.host.TraceLog.read(Duration.ofSeconds(5)).
              """)
          .example("%trace --for 5s")
          .example("Table t = %trace --for 5s --quiet --where \"text contains 'pid'\"")
          .value(Table.class)
          .build();

  /** The last so many lines are kept. */
  private static final int KEPT = 100_000;

  /** No run lasts so long. */
  private static final Duration ENDLESS = Duration.ofDays(3_650);

  @Override
  public Object run(Arguments arguments, MagicContext context) throws InterruptedException {
    boolean quiet = arguments.flag("quiet");
    Deque<TraceLog.Line> lines = new ArrayDeque<>();
    try (TraceLog log = TraceLog.open()) {
      var _ = narrowed(log.table(List.of()), arguments);
      InterruptedException stopped = null;
      try {
        log.read(
            arguments.duration("for").orElse(ENDLESS),
            line -> {
              lines.addLast(line);
              if (lines.size() > KEPT) {
                lines.removeFirst();
              }
              if (!quiet) {
                context.output().stream(false, line + "\n");
              }
            });
      } catch (InterruptedException e) {
        stopped = e;
      }
      Table table = narrowed(log.table(List.copyOf(lines)), arguments);
      if (stopped != null) {
        context.output().display(context.displays().render(table), null);
        throw stopped;
      }
      return table;
    } catch (BpfException | IllegalArgumentException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Table narrowed(Table table, Arguments arguments) {
    return arguments.option("where").map(w -> Tables.where(table, w)).orElse(table);
  }
}
