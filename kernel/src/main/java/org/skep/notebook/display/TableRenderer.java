package org.skep.notebook.display;

import java.util.List;
import java.util.Optional;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tablesaw's tables, columns and rows as HTML and as aligned text. */
public final class TableRenderer implements Renderer {
  @Override
  public Optional<MimeBundle> render(Object value, Displays displays) {
    return switch (value) {
      case TableView view -> Optional.of(show(view));
      case Table table -> Optional.of(show(TableView.of(table)));
      case Column<?> column -> Optional.of(show(TableView.of(table(column))));
      case Row row -> Optional.of(show(TableView.of(table(row))));
      default -> Optional.empty();
    };
  }

  private static MimeBundle show(TableView view) {
    Grid grid = Grid.of(view);
    return MimeBundle.html(TableHtml.of(grid), TableText.of(grid));
  }

  private static Table table(Column<?> column) {
    return Table.create(
        column.type().name().toLowerCase(java.util.Locale.ROOT) + " column", List.of(column));
  }

  /** A row as a table of one row. */
  private static Table table(Row row) {
    Table table = Table.create("row " + row.getRowNumber());
    for (String name : row.columnNames()) {
      table.addColumns(
          tech.tablesaw.api.StringColumn.create(name, String.valueOf(row.getObject(name))));
    }
    return table;
  }
}
