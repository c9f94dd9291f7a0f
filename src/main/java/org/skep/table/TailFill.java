package org.skep.table;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.skep.btf.Field;
import org.skep.btf.Field.Kind;
import org.skep.btf.Text;
import tech.tablesaw.api.StringColumn;

/**
 * The flexible array of characters or bytes at the end of an event, as long as the event has it.
 */
final class TailFill extends ColumnFill {
  private final Field field;
  private String[] data = new String[0];

  TailFill(String name, Field field) {
    super(name);
    this.field = field;
  }

  @Override
  void reserve(int rows) {
    int before = data.length;
    if (before < rows) {
      data = Arrays.copyOf(data, rows);
      Arrays.fill(data, before, rows, "");
    }
  }

  /** Values read in bulk have no tail. */
  @Override
  void fill(RowBytes bytes, Run run, int row) {
    Arrays.fill(data, row, row + run.count(), "");
  }

  void take(MemorySegment bytes, long length, int row) {
    long size = Math.max(0, length - field.byteOffset());
    byte[] raw = bytes.asSlice(field.byteOffset(), size).toArray(ValueLayout.JAVA_BYTE);
    data[row] = field.kind() == Kind.TEXT ? Text.decode(raw) : Text.hex(raw);
  }

  @Override
  Made make(int rows) {
    return Made.of(StringColumn.create(name(), Arrays.copyOf(data, rows)));
  }

  @Override
  void clear() {
    Arrays.fill(data, "");
  }

  @Override
  void rotate(int first, int rows) {
    String[] before = Arrays.copyOf(data, first);
    System.arraycopy(data, first, data, 0, rows - first);
    System.arraycopy(before, 0, data, rows - first, first);
  }

  @Override
  void release() {
    data = new String[0];
  }
}
