package org.skep.table.build;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.columns.Column;

/**
 * Collects the values of one column out of memory, in plain arrays that are kept from one table to
 * the next.
 */
abstract class ColumnBuilder {
  private final String name;

  ColumnBuilder(String name) {
    this.name = name;
  }

  final String name() {
    return name;
  }

  /** Makes room for so many rows. */
  abstract void reserve(int rows);

  /** Takes the values of a run as the rows that begin with this one. */
  abstract void fill(RowBytes bytes, Slice run, int row);

  /** Moves the rows before this one, of so many in all, behind the others. */
  abstract void rotate(int first, int rows);

  /** Forgets what none of so many rows needs any more. */
  void tidy(int rows) {}

  /** The numbers that have no name yet; null if there is none. {@link #make} names what is left. */
  @Nullable Naming unnamed() {
    return null;
  }

  /** Makes the column of that many rows; what it cannot hold goes into further columns. */
  abstract Made make(int rows);

  /** Makes the column as {@link #make} does, and gives the memory of the rows away with it. */
  Made drain(int rows) {
    Made made = make(rows);
    release();
    return made;
  }

  /** Forgets what was only true of the rows so far. */
  void clear() {}

  /** Gives the memory of the rows back; room must be made again before others come. */
  abstract void release();

  /** A column, others that go to the end of the table, and what to know about them. */
  record Made(Column<?> column, List<Column<?>> further, List<String> notes) {
    static Made of(Column<?> column) {
      return new Made(column, List.of(), List.of());
    }
  }
}
