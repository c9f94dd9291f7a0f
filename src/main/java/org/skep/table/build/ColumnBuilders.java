package org.skep.table.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skep.btf.Field;
import org.skep.table.NotedTable;
import tech.tablesaw.columns.Column;

/** All columns of a table while they are filled: those of the key, then those of the value. */
final class ColumnBuilders {
  private final List<ColumnBuilder> key = new ArrayList<>();
  private final List<ColumnBuilder> value = new ArrayList<>();
  private final List<ColumnBuilder> main = new ArrayList<>();
  private final List<ColumnBuilder> behind = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, String> renamed;
  private final PartRows parts = new PartRows();
  private @Nullable TailColumnBuilder tail;

  /**
   * @param renamed the names of columns by the names that they could not have
   */
  ColumnBuilders(Map<String, String> renamed) {
    this.renamed = renamed;
  }

  void addKey(List<ColumnBuilder> columns, Field field) {
    if (field.bitSize() > 0) {
      add(columns, key);
    }
  }

  /**
   * @param field null for a column that is no member
   */
  void addValue(List<ColumnBuilder> columns, @Nullable Field field) {
    if (columns.size() == 1 && columns.getFirst() instanceof TailColumnBuilder last) {
      tail = last;
      add(columns, value);
    } else if (field == null || field.bitSize() > 0) {
      add(columns, value);
      if (field != null) {
        columns.forEach(column -> parts.add(column, field));
      }
    }
  }

  private void add(List<ColumnBuilder> columns, List<ColumnBuilder> part) {
    part.addAll(columns);
    if (!columns.isEmpty()) {
      main.add(columns.getFirst());
      behind.addAll(columns.subList(1, columns.size()));
    }
  }

  void note(String note) {
    notes.add(note);
  }

  int count() {
    return main.size() + behind.size();
  }

  void reserve(int rows) {
    for (ColumnBuilder fill : main) {
      fill.reserve(rows);
    }
    for (ColumnBuilder fill : behind) {
      fill.reserve(rows);
    }
  }

  void fillKeys(RowBytes bytes, Slice run, int row) {
    for (ColumnBuilder fill : key) {
      fill.fill(bytes, run, row);
    }
  }

  void fillValues(RowBytes bytes, Slice run, int row) {
    for (ColumnBuilder fill : value) {
      fill.fill(bytes, run, row);
    }
    parts.areWhole(row, run.count());
  }

  /** A value of which only so many bytes are there, the others being 0 in memory. */
  void fillPart(RowBytes bytes, int length, int row) {
    for (ColumnBuilder fill : value) {
      parts.fill(fill, bytes, length, row);
    }
    parts.isPart(row, length);
  }

  /** What follows the value's own size, for the flexible array at its end. */
  void fillTail(RowBytes bytes, long length, int row) {
    if (tail != null) {
      tail.take(bytes.segment(), length, row);
    }
  }

  /**
   * @param release whether the memory of each column is given back as soon as the column is made
   */
  NotedTable make(String name, int rows, List<String> readingNotes, boolean release) {
    var columns = new ArrayList<Column<?>>();
    var further = new ArrayList<Column<?>>();
    var all = new ArrayList<>(readingNotes);
    for (ColumnBuilder fill : main) {
      if (!(fill instanceof TailColumnBuilder last) || last.isWanted()) {
        make(fill, rows, release, columns, further, all);
      } else if (release) {
        fill.release();
      }
    }
    var last = new ArrayList<Column<?>>();
    for (ColumnBuilder fill : behind) {
      make(fill, rows, release, further, last, all);
    }
    columns.addAll(further);
    columns.addAll(last);
    for (ColumnBuilder fill : main) {
      if (fill instanceof NamedColumnBuilder codes && codes.holdsStacks()) {
        all.addAll(LostStacks.notes(fill.name(), columns));
      }
    }
    all.addAll(notes);
    return NotedTable.of(name, columns, all, renamed);
  }

  private void make(
      ColumnBuilder fill,
      int rows,
      boolean release,
      List<Column<?>> columns,
      List<Column<?>> further,
      List<String> notes) {
    ColumnBuilder.Made made = release ? fill.drain(rows) : fill.make(rows);
    parts.clear(fill, made.column());
    made.further().forEach(column -> parts.clear(fill, column));
    columns.add(made.column());
    further.addAll(made.further());
    notes.addAll(made.notes());
  }

  List<Naming> unnamed() {
    List<Naming> all = new ArrayList<>();
    for (ColumnBuilder fill : main) {
      Naming naming = fill.unnamed();
      if (naming != null) {
        all.add(naming);
      }
    }
    return all;
  }

  void rotate(int first, int rows) {
    main.forEach(fill -> fill.rotate(first, rows));
    behind.forEach(fill -> fill.rotate(first, rows));
    parts.rotate(first, rows);
  }

  void tidy(int rows) {
    main.forEach(fill -> fill.tidy(rows));
    behind.forEach(fill -> fill.tidy(rows));
  }

  void clear() {
    main.forEach(ColumnBuilder::clear);
    behind.forEach(ColumnBuilder::clear);
    parts.clear();
  }
}
