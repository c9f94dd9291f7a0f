package org.skep.notebook.ebpf;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.bpf.BpfMap;
import org.skep.bpf.EventSource;
import org.skep.bpf.events.EventStream;
import org.skep.bpf.map.BpfMapType;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.cell.EventReadings;
import org.skep.notebook.ebpf.cell.RecordingOrigin;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.ebpf.state.MapList;
import org.skep.notebook.ebpf.state.Toolchain;
import org.skep.notebook.ebpf.view.LiveView;
import org.skep.notebook.ebpf.view.TableOptions;
import org.skep.notebook.magic.ArgumentCompleter;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.Arguments;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.LineMagic;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.UserFile;
import tech.tablesaw.api.Table;

/** {@code %events NAME.MAP}: the events of a ring or perf buffer as a table, while they come. */
final class EventsMagic implements LineMagic {
  private final MagicSpec spec;
  private final Experiments experiments;
  private final EventReadings readings;
  private final Toolchain toolchain;

  EventsMagic(Experiments experiments, EventReadings readings, Toolchain toolchain) {
    this.toolchain = toolchain;
    this.experiments = experiments;
    this.readings = readings;
    this.spec =
        TableOptions.declare(
                MagicSpec.named("events", "Reads the events of a ring or perf buffer into a table")
                    .optional(
                        "NAME.MAP",
                        "the object and its map, such as opens.log; without it, all readings are listed",
                        (typed, context) -> buffers())
                    .optional(
                        "ACTION",
                        "table: what was read so far or last; stop: end the reading in the background",
                        ArgumentCompleter.of("table", "stop"))
                    .option("for", "TIME", "read for so long from now on, such as 5s")
                    .option("count", "N", "read so many events")
                    .flag(
                        "buffered", "with --for: also what is in the ring when the reading begins")
                    .flag(
                        "live",
                        "show the latest events while they come; without --for until stopped")
                    .flag("background", "go on while other cells run; then ACTION table or stop"))
            .option("type", "TYPE", "the type of the events, such as \"struct event\"")
            .option(
                "types",
                "MEMBER:VALUE=TYPE,...",
                "types told apart by a member: \"kind:0=struct a,1=struct b\"")
            .option("keep", "N", "how many events stay in the table, the last (1,000,000)")
            .option("buffer", "BYTES", "of a perf buffer for each CPU (262,144)")
            .option("record", "FILE", "write all events into a file for %replay", Completers.PATHS)
            .option("to", "FILE", "write all events into a Parquet file as well", Completers.PATHS)
            .details(
                """
                With neither --for, --count nor --live: what is in the ring now. With --for: what comes
                from now on; what is in the ring already is counted and skipped, unless --buffered is
                given. The stop button ends the reading at once, and what was read stays: %events
                NAME.MAP table.
                With --to, all events are in a Parquet file, which %replay and others read, and the
                table need hold no more than the last, as --keep says.
                The same from Java: NAME.map("MAP").events().read(Duration.ofSeconds(5)).table().
                """)
            .example("%events opens.log --for 5s --live")
            .example("Table t = %events opens.log --count 1000")
            .example("%events opens.log --background")
            .example("%events opens.log --for 10m --to opens.parquet --keep 10000")
            .value(Table.class)
            .build();
  }

  MagicSpec spec() {
    return spec;
  }

  private List<ArgumentCompletions.Item> buffers() {
    return experiments.mapItems().stream()
        .filter(i -> i.summary().equals("ringbuf") || i.summary().equals("perf_event_array"))
        .toList();
  }

  @Override
  public @Nullable Object run(Arguments arguments, MagicContext context)
      throws InterruptedException {
    if (arguments.find("NAME.MAP").isEmpty()) {
      return MimeBundle.text(readings.overview());
    }
    try {
      Optional<String> path = Optional.of(path(arguments.get("NAME.MAP"), context));
      return switch (arguments.find("ACTION").orElse("")) {
        case "" -> read(path.get(), arguments, context);
        case "table" -> TableOptions.show(reading(path.get()).table(), arguments, context);
        case "stop" -> {
          reading(path.get()).close();
          yield TableOptions.show(reading(path.get()).table(), arguments, context);
        }
        default ->
            throw new MagicException(
                "%events "
                    + path.get()
                    + ": no action '"
                    + arguments.get("ACTION")
                    + "' (table or stop)");
      };
    } catch (BpfException
        | IllegalArgumentException
        | IllegalStateException
        | UncheckedIOException e) {
      throw new MagicException(String.valueOf(e.getMessage()), e);
    }
  }

  /** What was typed; of an object with one buffer, or of a buffer alone, its path. */
  private String path(String typed, MagicContext context) {
    if (typed.indexOf('.') >= 0 || readings.find(typed).isPresent()) {
      return typed;
    }
    Optional<String> named = experiments.pathOf(typed, context);
    if (named.isPresent()) {
      return named.get();
    }
    List<String> buffers =
        MapList.of(experiments.object(typed, context)).stream()
            .filter(m -> m.type() == BpfMapType.RINGBUF || m.type() == BpfMapType.PERF_EVENT_ARRAY)
            .map(m -> typed + "." + m.name())
            .toList();
    if (buffers.size() == 1) {
      return buffers.getFirst();
    }
    throw new MagicException(
        "read events of '"
            + typed
            + "': "
            + (buffers.isEmpty()
                ? "it has no ring buffer or perf buffer"
                : "which buffer? (" + String.join(", ", buffers) + ")"));
  }

  private EventStream reading(String path) {
    return readings
        .find(path)
        .orElseThrow(
            () ->
                new MagicException(
                    "find the reading of '"
                        + path
                        + "': none yet (%events "
                        + path
                        + " --for 5s)"));
  }

  private @Nullable Object read(String path, Arguments arguments, MagicContext context)
      throws InterruptedException {
    BpfMap map = experiments.map(path, context);
    readings.find(path).filter(r -> !r.isEnded()).ifPresent(r -> refuse(path));
    LiveView.Look look = look(map, arguments);
    EventSource source = source(map, arguments);
    requireSound(source.empty(), arguments);
    EventStream stream = recorded(source, path, arguments).open(look.time(), look.count());
    readings.replace(path, stream);
    var view = new LiveView(stream, look, context.output(), context.displays());
    if (arguments.flag("background")) {
      return inBackground(path, stream, view, look);
    }
    InterruptedException stopped = null;
    try {
      view.follow();
    } catch (InterruptedException e) {
      stopped = e;
    } finally {
      stream.close();
    }
    view.end();
    Table table = TableOptions.chosen(stream.table(), arguments);
    if (stopped != null) {
      context.output().display(context.displays().render(table), null);
      throw stopped;
    }
    if (stream.failure().isPresent()) {
      context.output().display(context.displays().render(table), null);
      throw stream.failure().get();
    }
    return table;
  }

  /**
   * A mistake in the narrowing is told before events are taken out of the buffer, and before a file
   * is written over.
   */
  private static void requireSound(Table none, Arguments arguments) {
    Table table = TableOptions.chosen(none, arguments);
    LiveView.Chart chart = TableOptions.chart(arguments);
    if (chart != null) {
      chart.of(table);
    }
  }

  private static void refuse(String path) {
    throw new MagicException(
        "read events of '"
            + path
            + "': they are being read in the background already (%events "
            + path
            + " table, or stop)");
  }

  private static @Nullable Object inBackground(
      String path, EventStream stream, LiveView view, LiveView.Look look) {
    if (look.rows() || look.chart() != null) {
      Thread.ofVirtual()
          .name("skep-live-" + path)
          .start(
              () -> {
                try {
                  view.follow();
                  view.end();
                } catch (InterruptedException | IllegalStateException e) {
                  stream.close();
                }
              });
    }
    return MimeBundle.text(
        "reading "
            + path
            + " in the background: %events "
            + path
            + " table shows it, %events "
            + path
            + " stop ends it");
  }

  private LiveView.Look look(BpfMap map, Arguments arguments) {
    Duration time = arguments.duration("for").orElse(null);
    long count =
        arguments.integer("count").isPresent()
            ? arguments.integer("count").getAsInt()
            : Long.MAX_VALUE;
    boolean live = arguments.flag("live");
    if (count < 1) {
      throw new MagicException("read " + count + " events: expected 1 or more");
    }
    boolean endless = time == null && count == Long.MAX_VALUE;
    if (endless && !live && !arguments.flag("background")) {
      if (map.type() == BpfMapType.PERF_EVENT_ARRAY) {
        throw new MagicException(
            "read events of '"
                + map.name()
                + "': how long? (a perf buffer is there only while it is read: --for 5s, --count N"
                + " or --live)");
      }
      time = Duration.ZERO;
    }
    return new LiveView.Look(
        time,
        count,
        live,
        table -> TableOptions.narrowed(table, arguments),
        TableOptions.chart(arguments));
  }

  private static EventSource source(BpfMap map, Arguments arguments) {
    EventSource source = map.events();
    if (arguments.flag("buffered")) {
      source = source.withBuffered();
    }
    if (arguments.option("type").isPresent()) {
      source = source.type(arguments.option("type").get());
    }
    if (arguments.option("types").isPresent()) {
      source = typed(source, arguments.option("types").get());
    }
    if (arguments.integer("keep").isPresent()) {
      source = source.keep(arguments.integer("keep").getAsInt());
    }
    if (arguments.integer("buffer").isPresent()) {
      source = source.bufferBytes(arguments.integer("buffer").getAsInt());
    }
    return source;
  }

  private EventSource recorded(EventSource source, String path, Arguments arguments)
      throws InterruptedException {
    EventSource recorded = source;
    Optional<String> record = arguments.option("record");
    Optional<String> to = arguments.option("to");
    if (record.isEmpty() && to.isEmpty()) {
      return source;
    }
    Map<String, String> about = RecordingOrigin.of(path, experiments, toolchain);
    if (record.isPresent()) {
      recorded = recorded.record(UserFile.toWrite(record.get()), about);
    }
    return to.isPresent() ? recorded.parquet(UserFile.toWrite(to.get()), about) : recorded;
  }

  private static EventSource typed(EventSource source, String text) {
    int colon = text.indexOf(':');
    Map<String, String> types = new LinkedHashMap<>();
    for (String part : text.substring(colon + 1).split(",")) {
      int equals = part.indexOf('=');
      if (colon < 1 || equals < 1) {
        throw new MagicException(
            "read option '--types': '"
                + text
                + "' is not of the form MEMBER:VALUE=TYPE,... (such as \"kind:0=struct a,1=struct"
                + " b\")");
      }
      types.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
    }
    return source.types(text.substring(0, colon).strip(), types);
  }
}
