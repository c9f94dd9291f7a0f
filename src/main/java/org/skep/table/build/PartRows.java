package org.skep.table.build;

import java.util.Arrays;
import java.util.IdentityHashMap;
import org.skep.btf.Field;
import tech.tablesaw.columns.Column;

/** Rows of values that end early, and how many bytes of the value each has. */
final class PartRows {
  private final IdentityHashMap<ColumnBuilder, Field> fields = new IdentityHashMap<>();

  /** By row; 0 for a whole value. */
  private int[] lengths = new int[0];

  /** Says which member a column is read from. */
  void add(ColumnBuilder column, Field field) {
    fields.put(column, field);
  }

  /** Takes a value of which only the first bytes are there, the others being 0 in memory. */
  void fill(ColumnBuilder column, RowBytes bytes, int length, int row) {
    Field field = fields.get(column);
    if (field != null && column instanceof TextColumnBuilder text) {
      text.fillPart(bytes, row, (int) Math.max(0, length - field.byteOffset()));
    } else {
      column.fill(bytes, Slice.of(0, 0, 1), row);
    }
  }

  /** The row has so many bytes of a value. */
  void isPart(int row, int length) {
    if (lengths.length <= row) {
      lengths = Arrays.copyOf(lengths, Math.max(row + 1, 2 * lengths.length));
    }
    lengths[row] = length;
  }

  /** These rows have whole values. */
  void areWhole(int row, int count) {
    if (row < lengths.length) {
      Arrays.fill(lengths, row, Math.min(lengths.length, row + count), 0);
    }
  }

  /** Takes out of a column what its rows do not have. */
  void clear(ColumnBuilder fill, Column<?> column) {
    Field field = fields.get(fill);
    if (field == null || lengths.length == 0) {
      return;
    }
    // Texts and lists have as much as there is, and are missing where that is nothing.
    boolean endsAnywhere = fill instanceof TextColumnBuilder;
    long needed = endsAnywhere ? field.byteOffset() + 1 : field.byteOffset() + field.byteSize();
    for (int row = 0; row < Math.min(lengths.length, column.size()); row++) {
      if (lengths[row] > 0 && lengths[row] < needed) {
        column.setMissing(row);
      }
    }
  }

  /** Moves the rows before this one, of so many in all, behind the others. */
  void rotate(int first, int rows) {
    if (lengths.length == 0) {
      return;
    }
    int[] before = Arrays.copyOf(lengths, Math.max(lengths.length, rows));
    lengths = before.clone();
    System.arraycopy(before, first, lengths, 0, rows - first);
    System.arraycopy(before, 0, lengths, rows - first, first);
  }

  void clear() {
    lengths = new int[0];
  }
}
