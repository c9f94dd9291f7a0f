package org.skep.notebook.display;

import java.util.List;
import tech.tablesaw.api.Table;

/**
 * A table with what is to be said about it, as a cell's value: rendered like a table, with the
 * notes below it.
 *
 * @param table its name becomes the caption
 * @param notes sentences about the table, such as how complete it is; shown below it
 * @param warnings sentences that ask for attention; shown before the notes, and so that they are
 *     seen
 * @param rows how many rows are shown at most
 */
public record TableView(Table table, List<String> notes, List<String> warnings, int rows) {
  /** As many rows as a person looks at without searching. */
  public static final int USUAL_ROWS = 50;

  public TableView {
    notes = List.copyOf(notes);
    warnings = List.copyOf(warnings);
    if (rows < 1) {
      throw new IllegalArgumentException("show a table: " + rows + " rows");
    }
  }

  /** A table without warnings. */
  public TableView(Table table, List<String> notes, int rows) {
    this(table, notes, List.of(), rows);
  }

  /** A table in the usual size. */
  public static TableView of(Table table, String... notes) {
    return new TableView(table, List.of(notes), USUAL_ROWS);
  }

  @Override
  public String toString() {
    return TableText.of(Grid.of(this));
  }
}
