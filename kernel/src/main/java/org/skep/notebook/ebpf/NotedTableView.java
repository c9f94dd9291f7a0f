package org.skep.notebook.ebpf;

import java.util.Optional;
import org.skep.notebook.display.Displays;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.display.Renderer;
import org.skep.notebook.display.TableView;
import org.skep.table.NotedTable;

/** The library's tables: as any table, with what they know of their own completeness below. */
public final class NotedTableView implements Renderer {
  @Override
  public Optional<MimeBundle> render(Object value, Displays displays) {
    return value instanceof NotedTable table
        ? Optional.of(displays.render(new TableView(table, table.notes(), TableView.USUAL_ROWS)))
        : Optional.empty();
  }
}
