package org.skep.notebook;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.skep.notebook.display.CurrentCell;
import org.skep.notebook.display.Displays;
import org.skep.notebook.wire.Comms;
import org.skep.notebook.wire.Log;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.api.HorizontalBarPlot;
import tech.tablesaw.plotly.components.Figure;

/** Makes the session beside the sockets, and does in advance what is slow the first time. */
final class WarmUp {
  private WarmUp() {}

  /**
   * How long the first cell is waited for before what it does not need is made warm: both at once
   * would make the cell slower.
   */
  private static final Duration FIRST_CELL = Duration.ofSeconds(1);

  /**
   * Begins; the session is there as soon as it can run cells, not when everything is warm. Its
   * shell is made while the sockets are bound.
   *
   * @param output what the first cell needs as well
   * @param firstCell for which it makes way
   * @param comms of the sockets, once they are bound
   */
  static CompletableFuture<Session> begin(
      OutputCapture output, FirstCell firstCell, Future<Comms> comms, Log log) {
    var session = new CompletableFuture<Session>();
    Thread.ofPlatform()
        .daemon()
        .name("skep-warm-up")
        .start(
            () -> {
              try {
                var shell = Session.freshShell();
                var fresh = new Session(comms.get(), shell);
                output.awaitBegin();
                session.complete(fresh);
                if (firstCell.hasBegun()) {
                  firstCell.awaitEnd(FIRST_CELL);
                }
                fresh.shell().warmUp();
                firstCell.awaitEnd(FIRST_CELL);
                CurrentCell.aside(new Unseen(), fresh, First::show);
              } catch (Throwable t) {
                session.completeExceptionally(t); // nothing happens if it was complete
                log.report("warm up", t);
              }
            });
    return session;
  }

  /** In a class of its own, so that Tablesaw is not loaded before its turn. */
  private static final class First {
    /** By renderers of its own: those of the session would take plotly.js for shown. */
    static void show() {
      Displays apart = Displays.withInstalledRenderers();
      apart.render(table());
      apart.render(chart());
    }

    static Table table() {
      return Table.create(
          "warm-up", LongColumn.create("key", 1, 2), StringColumn.create("value", "a", "b"));
    }

    static Figure chart() {
      return HorizontalBarPlot.create("warm-up", table(), "value", "key");
    }
  }
}
