package org.skep.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.skep.table.query.Tables;
import tech.tablesaw.aggregate.AggregateFunction;
import tech.tablesaw.aggregate.Summarizer;
import tech.tablesaw.api.CategoricalColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A table that says of itself what its rows cannot: how complete it is, how long reading it took,
 * what was done to values that no column can hold.
 *
 * <p>It is an ordinary table. What is derived from it with Tablesaw's own operations is a table
 * without notes, because the notes may no longer be true of it; {@link Tables} keeps them. Units of
 * columns are kept by both, in summaries as well.
 *
 * <p>Tablesaw does not tell capitals from small letters in the names of columns. Where a table
 * would have {@code rx} and {@code RX}, the second column is {@code RX_2}; {@code column("RX")} is
 * that column nevertheless, here and in what is derived by {@code where}, {@code sortOn}, {@code
 * first} and {@code copy}.
 */
public final class NotedTable extends Table {
  private final List<String> notes;
  private final Map<String, String> renamed;

  private NotedTable(
      String name, Collection<Column<?>> columns, List<String> notes, Map<String, String> renamed) {
    super(name, columns);
    this.notes = List.copyOf(notes);
    this.renamed = Map.copyOf(renamed);
  }

  /** A table of these columns with these notes, a sentence each. */
  public static NotedTable of(String name, Collection<Column<?>> columns, List<String> notes) {
    return of(name, columns, notes, Map.of());
  }

  /**
   * A table of these columns with these notes, a sentence each.
   *
   * @param renamed the names of columns by the names that they could not have, as another column
   *     has it in other letters
   */
  public static NotedTable of(
      String name, Collection<Column<?>> columns, List<String> notes, Map<String, String> renamed) {
    return new NotedTable(name, columns, notes, renamed);
  }

  /** The same columns with these notes, a sentence each. */
  public static NotedTable of(Table table, List<String> notes) {
    return of(table.name(), table.columns(), notes, renamedOf(table));
  }

  /** The notes of a table; none for a plain one. */
  public static List<String> notesOf(Table table) {
    return table instanceof NotedTable noted ? noted.notes : List.of();
  }

  /** The names of renamed columns, by the names that they could not have. */
  public static Map<String, String> renamedOf(Table table) {
    return table instanceof NotedTable noted ? noted.renamed : Map.of();
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

  @Override
  public Column<?> column(String name) {
    return super.column(ColumnLookup.nameOf(this, name).orElse(name));
  }

  @Override
  public int columnIndex(String name) {
    return super.columnIndex(ColumnLookup.nameOf(this, name).orElse(name));
  }

  @Override
  public boolean containsColumn(String name) {
    return ColumnLookup.nameOf(this, name).isPresent();
  }

  @Override
  public Table copy() {
    return withoutNotes(super.copy());
  }

  @Override
  public Table emptyCopy() {
    return withoutNotes(super.emptyCopy());
  }

  @Override
  public Table emptyCopy(int rows) {
    return withoutNotes(super.emptyCopy(rows));
  }

  private NotedTable withoutNotes(Table table) {
    return of(table.name(), table.columns(), List.of(), renamed);
  }

  @Override
  public Summarizer summarize(List<String> columns, AggregateFunction<?, ?>... functions) {
    return new UnitSummarizer(this, columns, functions);
  }

  @Override
  public Summarizer summarize(Column<?> a, AggregateFunction<?, ?>... functions) {
    return new UnitSummarizer(this, a, functions);
  }

  @Override
  public Summarizer summarize(Column<?> a, Column<?> b, AggregateFunction<?, ?>... functions) {
    return new UnitSummarizer(this, a, b, functions);
  }

  @Override
  public Summarizer summarize(
      Column<?> a, Column<?> b, Column<?> c, AggregateFunction<?, ?>... functions) {
    return new UnitSummarizer(this, a, b, c, functions);
  }

  @Override
  public Summarizer summarize(
      Column<?> a, Column<?> b, Column<?> c, Column<?> d, AggregateFunction<?, ?>... functions) {
    return new UnitSummarizer(this, a, b, c, d, functions);
  }

  /** Its cells have the unit of the numbers, where the function keeps it. */
  @Override
  public Table pivot(
      CategoricalColumn<?> rows,
      CategoricalColumn<?> columns,
      NumericColumn<?> values,
      AggregateFunction<?, ?> function) {
    Table pivot = super.pivot(rows, columns, values, function);
    if (UnitSummarizer.keepsUnit(function)) {
      pivot.columns().stream().skip(1).forEach(column -> Unit.copy(values, column));
    }
    return pivot;
  }

  @Override
  public Table pivot(String rows, String columns, String values, AggregateFunction<?, ?> function) {
    return pivot(
        categoricalColumn(rows), categoricalColumn(columns), numberColumn(values), function);
  }

  /** The table as text, with its notes below. */
  @Override
  public String toString() {
    return notes.isEmpty() ? print() : print() + "\n" + String.join("\n", notes);
  }
}
