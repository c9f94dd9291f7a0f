package org.skep.notebook.ebpf.view;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.decode.EventStatus;
import org.skep.bpf.events.EventStream;
import org.skep.notebook.display.CellOutput;
import org.skep.notebook.display.Displays;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.display.TableView;
import org.skep.notebook.ebpf.state.HumanText;
import org.skep.notebook.ebpf.state.Markup;
import org.skep.text.Count;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.components.Figure;

/**
 * A reading of events in one output of the notebook: how far it is and, where asked for, the latest
 * events and a chart. Shown again at most ten times a second, and less often where that would take
 * more than a small part of the time.
 */
public final class LiveView {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int BAR = 20;

  /**
   * What is shown.
   *
   * @param time how long it lasts; null for no end
   * @param count how many events it takes; {@link Long#MAX_VALUE} for no end
   * @param rows whether the latest events are shown
   * @param choose narrows tables as the person asked
   * @param chart draws a table; null for no chart
   */
  public record Look(
      @Nullable Duration time,
      long count,
      boolean rows,
      UnaryOperator<Table> choose,
      @Nullable Chart chart) {}

  /** Draws the events. */
  @FunctionalInterface
  public interface Chart {
    Figure of(Table table);
  }

  private final EventStream stream;
  private final Look look;
  private final CellOutput output;
  private final Displays displays;
  private final String id = UUID.randomUUID().toString();
  private boolean shown;

  public LiveView(EventStream stream, Look look, CellOutput output, Displays displays) {
    this.stream = stream;
    this.look = look;
    this.output = output;
    this.displays = displays;
  }

  /**
   * Shows the reading until it has ended.
   *
   * @throws InterruptedException if the thread is interrupted; the reading goes on
   */
  public void follow() throws InterruptedException {
    Duration pause = look.rows || look.chart != null ? SHORTEST : PATIENCE;
    while (!stream.await(pause)) {
      boolean first = !shown;
      long before = System.nanoTime();
      show(false);
      Duration rest = Duration.ofNanos(System.nanoTime() - before).multipliedBy(5);
      // The first time says little of the others: then all of it is new to the JVM.
      pause = first || rest.compareTo(SHORTEST) < 0 ? SHORTEST : rest;
      pause = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    }
  }

  /** Shows what became of it: the line, and the chart of all events. */
  public void end() {
    if (shown || look.chart != null) {
      show(true);
    }
  }

  private void show(boolean last) {
    EventStatus status = stream.status();
    String line = line(status, last);
    var html = new StringBuilder("<div>").append(Markup.escape(line)).append("</div>");
    var text = new StringBuilder(line);
    if (look.rows && !last) {
      stream.latest().forEach((type, table) -> rows(table, html, text));
    }
    if (look.chart != null) {
      append(chart(look.chart), html, text);
    }
    MimeBundle bundle = MimeBundle.html(html.toString(), text.toString());
    if (shown) {
      output.updateDisplay(bundle, id);
    } else {
      output.display(bundle, id);
      shown = true;
    }
  }

  /** The latest events of one type; none of a type that lacks the columns that were asked for. */
  private void rows(Table table, StringBuilder html, StringBuilder text) {
    if (table.isEmpty()) {
      return;
    }
    Table chosen;
    try {
      chosen = look.choose.apply(table);
    } catch (IllegalArgumentException e) {
      return;
    }
    append(new TableView(chosen, List.of(), 10), html, text);
  }

  /** The chart of all events, or why there is none: what was read must not be lost to that. */
  private Object chart(Chart chart) {
    try {
      return chart.of(look.choose.apply(stream.table()));
    } catch (IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      return MimeBundle.html(Markup.toned(Markup.Tone.CARE, Markup.escape(why)), why);
    }
  }

  private void append(Object part, StringBuilder html, StringBuilder text) {
    MimeBundle bundle = displays.render(part);
    html.append(bundle.string(MimeBundle.HTML).orElse(""));
    text.append('\n').append(bundle.string(MimeBundle.TEXT).orElse(""));
  }

  /** {@code ████████░░░░░░░░░░░░ 2.1 s of 5.0 s: 1,234 events, 580/s, 0 dropped}. */
  private String line(EventStatus status, boolean last) {
    double part = last ? 1 : part(status);
    int full = (int) (BAR * Math.clamp(part, 0, 1));
    String bar = Double.isNaN(part) ? "" : "█".repeat(full) + "░".repeat(BAR - full) + " ";
    return bar
        + seconds(status.time())
        + (look.time == null || last ? "" : " of " + seconds(look.time))
        + ": "
        + Count.of(status.received(), "event")
        + (look.count == Long.MAX_VALUE || last ? "" : " of " + HumanText.number(look.count))
        + ", "
        + status.rate()
        + ", "
        + status.loss()
        + (last ? "" : " (press Stop to end)");
  }

  private double part(EventStatus status) {
    double ofTime = look.time == null ? -1 : (double) status.time().toNanos() / look.time.toNanos();
    double ofCount = look.count == Long.MAX_VALUE ? -1 : (double) status.received() / look.count;
    double part = Math.max(ofTime, ofCount);
    return part < 0 ? Double.NaN : part;
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toNanos() / 1e9);
  }
}
