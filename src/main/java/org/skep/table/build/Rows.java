package org.skep.table.build;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.skep.table.NotedTable;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.Column;

/**
 * Records as a table: a column for each question that is asked of them, in that order. For one
 * thread.
 */
public final class Rows<T> {
  private final String name;
  private final List<T> rows;
  private final List<Column<?>> columns = new ArrayList<>();

  private Rows(String name, List<T> rows) {
    this.name = name;
    this.rows = rows;
  }

  /** Begins a table with a row for each record. */
  public static <T> Rows<T> of(String name, List<T> rows) {
    return new Rows<>(name, rows);
  }

  /** A column of text. */
  public Rows<T> text(String column, Function<T, String> value) {
    columns.add(StringColumn.create(column, rows.stream().map(value).toList()));
    return this;
  }

  /** A column of whole numbers. */
  public Rows<T> integer(String column, ToIntFunction<T> value) {
    columns.add(IntColumn.create(column, rows.stream().mapToInt(value).toArray()));
    return this;
  }

  /** A column of whole numbers of 64 bits. */
  public Rows<T> number(String column, ToLongFunction<T> value) {
    columns.add(LongColumn.create(column, rows.stream().mapToLong(value).toArray()));
    return this;
  }

  /** A whole number that some rows lack. */
  public Rows<T> perhaps(String column, Function<T, OptionalLong> value) {
    var cells = LongColumn.create(column);
    for (T row : rows) {
      OptionalLong cell = value.apply(row);
      if (cell.isPresent()) {
        cells.append(cell.getAsLong());
      } else {
        cells.appendMissing();
      }
    }
    columns.add(cells);
    return this;
  }

  /** A measure that some rows lack. */
  public Rows<T> measure(String column, Function<T, OptionalDouble> value) {
    var cells = DoubleColumn.create(column);
    for (T row : rows) {
      OptionalDouble cell = value.apply(row);
      if (cell.isPresent()) {
        cells.append(cell.getAsDouble());
      } else {
        cells.appendMissing();
      }
    }
    columns.add(cells);
    return this;
  }

  /** The table, with notes of a sentence each below it. */
  public NotedTable table(List<String> notes) {
    return NotedTable.of(name, columns, notes);
  }
}
