package org.skep.notebook.ebpf;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.ProgramStreams;
import org.skep.host.trace.TraceLog;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;
import org.skep.table.query.Tables;
import org.skep.text.Count;
import tech.tablesaw.api.Table;

/** {@code %trace}: what programs print, by {@code bpf_printk} and into their own streams. */
final class TraceMagic implements LineMagic {
  /** The last so many lines are kept. */
  private static final int KEPT = 100_000;

  private static final long PAUSE_MILLIS = 20;

  private final MagicSpec spec;
  private final Experiments experiments;

  TraceMagic(Experiments experiments) {
    this.experiments = experiments;
    this.spec =
        MagicSpec.named("trace", "Shows what programs print, from now on")
            .optional(
                "NAME[.PROGRAM]",
                "only what an object or program prints into its own streams (Linux 6.17)",
                (typed, context) -> experiments.programItems())
            .option("for", "TIME", "for so long; until it is stopped, where not given")
            .option("where", "EXPRESSION", "only lines such as \"text contains 'drop'\"")
            .flag("quiet", "only the table at the end")
            .details(
                """
                Lines are printed as they come; the value is their table. A line of bpf_printk does not
                say which program it is of: they are those of the whole machine. What is printed by
                bpf_stream_printk(BPF_STDOUT, "...", ...), and what the kernel says of a program into
                its BPF_STDERR, is known to be its, and stays there until it is read.
                The same from Java: org.skep.host.trace.TraceLog.read(Duration.ofSeconds(5)), ProgramStreams.
                """)
            .example("%trace --for 5s")
            .example("%trace opens.count --for 5s")
            .example("Table t = %trace --for 5s --quiet --where \"text contains 'pid'\"")
            .value(Table.class)
            .build();
  }

  MagicSpec spec() {
    return spec;
  }

  /** A line of either kind. */
  private record Printed(
      OptionalDouble at,
      OptionalLong cpu,
      String task,
      OptionalLong pid,
      String from,
      String text) {
    static Printed of(TraceLog.Line line) {
      return new Printed(
          OptionalDouble.of(line.at()),
          OptionalLong.of(line.cpu()),
          line.task(),
          OptionalLong.of(line.pid()),
          "bpf_printk",
          line.text());
    }

    static Printed of(ProgramStreams.Line line) {
      return new Printed(
          OptionalDouble.empty(),
          OptionalLong.empty(),
          "",
          OptionalLong.empty(),
          line.program() + " " + line.stream().name().toLowerCase(Locale.ROOT),
          line.text());
    }
  }

  @Override
  public Object run(Arguments arguments, MagicContext context) throws InterruptedException {
    Optional<String> name = arguments.find("NAME[.PROGRAM]");
    try (TraceLog log = name.isPresent() ? null : TraceLog.open();
        ProgramStreams streams = streams(name, context)) {
      return new Listening(log, streams, arguments, context).run();
    } catch (BpfException | IllegalArgumentException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Null where the Linux has none, and nobody asked for them by name. */
  private @Nullable ProgramStreams streams(Optional<String> name, MagicContext context) {
    try {
      return ProgramStreams.open(
          name.isPresent()
              ? programs(name.get(), context)
              : experiments.all().stream().flatMap(e -> e.object().programs().stream()).toList());
    } catch (UnsupportedFeatureException e) {
      if (name.isPresent()) {
        throw e;
      }
      return null;
    }
  }

  private Collection<BpfProgram> programs(String path, MagicContext context) {
    int dot = path.indexOf('.');
    BpfObject object = experiments.object(dot < 0 ? path : path.substring(0, dot), context);
    return dot < 0 ? object.programs() : List.of(object.program(path.substring(dot + 1)));
  }

  /** One listening. */
  private static final class Listening {
    private final @Nullable TraceLog log;
    private final @Nullable ProgramStreams streams;
    private final Arguments arguments;
    private final MagicContext context;
    private final boolean quiet;
    private final Deque<Printed> lines = new ArrayDeque<>();
    private long dropped;

    Listening(
        @Nullable TraceLog log,
        @Nullable ProgramStreams streams,
        Arguments arguments,
        MagicContext context) {
      this.log = log;
      this.streams = streams;
      this.arguments = arguments;
      this.context = context;
      this.quiet = arguments.flag("quiet");
    }

    Table run() throws InterruptedException {
      var _ = table();
      InterruptedException stopped = null;
      try {
        listen(arguments.duration("for").orElse(null));
      } catch (InterruptedException e) {
        stopped = e;
        look();
      }
      if (streams != null) {
        streams.readRest(line -> take(Printed.of(line), line));
      }
      Table table = table();
      if (stopped != null) {
        context.output().display(context.displays().render(table), null);
        throw stopped;
      }
      return table;
    }

    private void listen(@Nullable Duration time) throws InterruptedException {
      long end = time == null ? Long.MAX_VALUE : System.nanoTime() + time.toNanos();
      while (true) {
        look();
        long left = time == null ? PAUSE_MILLIS : (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          look();
          return;
        }
        Thread.sleep(Math.min(PAUSE_MILLIS, left));
      }
    }

    private void look() {
      Consumer<TraceLog.Line> printk = line -> take(Printed.of(line), line);
      if (log != null) {
        log.readNow(printk);
      }
      if (streams != null) {
        streams.read(line -> take(Printed.of(line), line));
      }
    }

    private void take(Printed line, Object words) {
      lines.addLast(line);
      if (lines.size() > KEPT) {
        lines.removeFirst();
        dropped++;
      }
      if (!quiet) {
        context.output().stream(false, words + "\n");
      }
    }

    private Table table() {
      List<String> notes = new ArrayList<>();
      if (log != null) {
        long printed = lines.stream().filter(l -> l.at().isPresent()).count();
        notes.add(
            Count.of(printed, "line")
                + " of bpf_printk, of all programs of the machine, "
                + log.completeness());
      }
      long own = lines.stream().filter(l -> l.at().isEmpty()).count();
      if (own > 0 || log == null) {
        notes.add(
            Count.of(own, "line")
                + " of the programs' own streams"
                + (own > 0
                    ? ""
                    : " (bpf_stream_printk returns a negative number where it could not print)"));
      }
      if (streams == null) {
        notes.add("this Linux has no streams of programs: they are in 6.17 and later");
      }
      if (dropped > 0) {
        notes.add("the last " + KEPT + " lines are kept");
      }
      NotedTable table =
          Rows.of("printed", List.copyOf(lines))
              .measure("at", Printed::at)
              .perhaps("cpu", Printed::cpu)
              .text("task", Printed::task)
              .perhaps("pid", Printed::pid)
              .text("from", Printed::from)
              .text("text", Printed::text)
              .table(notes);
      return arguments.option("where").map(w -> Tables.where(table, w)).orElse(table);
    }
  }
}
