package org.skep.notebook.ebpf.view;

import java.util.Optional;
import org.skep.bpf.decode.Events;
import org.skep.bpf.events.EventStream;
import org.skep.notebook.display.Displays;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.display.Renderer;
import org.skep.notebook.display.TableView;
import org.skep.table.NotedTable;

/**
 * The library's tables, and events, which are one: as any table, with what they know of their own
 * completeness below.
 */
public final class NotedTableView implements Renderer {
  @Override
  public Optional<MimeBundle> render(Object value, Displays displays) {
    return switch (value) {
      case NotedTable table -> Optional.of(show(table, displays));
      case Events events -> Optional.of(displays.render(events.table()));
      case EventStream stream -> Optional.of(show(stream.table(), displays));
      default -> Optional.empty();
    };
  }

  private static MimeBundle show(NotedTable table, Displays displays) {
    return displays.render(
        new TableView(
            table,
            Cautions.others(table.notes()),
            Cautions.of(table.notes()),
            TableView.USUAL_ROWS));
  }
}
