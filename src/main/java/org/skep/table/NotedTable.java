package org.skep.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A table that says of itself what its rows cannot: how complete it is, how long reading it took,
 * what was done to values that no column can hold.
 *
 * <p>It is an ordinary table. What is derived from it with Tablesaw's own operations is a plain
 * table without notes, because the notes may no longer be true of it; {@link Tables} keeps them.
 */
public final class NotedTable extends Table {
  private final List<String> notes;

  private NotedTable(String name, Collection<Column<?>> columns, List<String> notes) {
    super(name, columns);
    this.notes = List.copyOf(notes);
  }

  /** A table of these columns with these notes, a sentence each. */
  public static NotedTable of(String name, Collection<Column<?>> columns, List<String> notes) {
    return new NotedTable(name, columns, notes);
  }

  /** The same columns with these notes, a sentence each. */
  public static NotedTable of(Table table, List<String> notes) {
    return new NotedTable(table.name(), table.columns(), notes);
  }

  /** The notes of a table; none for a plain one. */
  public static List<String> notesOf(Table table) {
    return table instanceof NotedTable noted ? noted.notes : List.of();
  }

  /** What to know about the rows, a sentence each. */
  public List<String> notes() {
    return notes;
  }

  /** The same columns with one more note. */
  public NotedTable withNote(String note) {
    var more = new ArrayList<>(notes);
    more.add(note);
    return of(this, more);
  }

  /** The table as text, with its notes below. */
  @Override
  public String toString() {
    return notes.isEmpty() ? print() : print() + "\n" + String.join("\n", notes);
  }
}
