package org.skep.table.build;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Function;
import tech.tablesaw.api.StringColumn;

/**
 * What an event has behind the members of its type: the elements of a flexible array at its end, or
 * bytes of which the type says nothing, as many as the event has.
 */
final class TailColumnBuilder extends ColumnBuilder {
  private final int byteOffset;
  private final Function<byte[], String> decoder;
  private final boolean onlyWhereThereIsOne;
  private String[] data = new String[0];
  private boolean found;

  /**
   * @param onlyWhereThereIsOne whether there is no column where no event has a tail
   */
  TailColumnBuilder(
      String name, long byteOffset, Function<byte[], String> decoder, boolean onlyWhereThereIsOne) {
    super(name);
    this.byteOffset = Math.toIntExact(byteOffset);
    this.decoder = decoder;
    this.onlyWhereThereIsOne = onlyWhereThereIsOne;
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
  void fill(RowBytes bytes, Slice run, int row) {
    Arrays.fill(data, row, row + run.count(), "");
  }

  void take(MemorySegment bytes, long length, int row) {
    long size = Math.max(0, length - byteOffset);
    found |= size > 0;
    data[row] =
        size == 0
            ? ""
            : decoder.apply(bytes.asSlice(byteOffset, size).toArray(ValueLayout.JAVA_BYTE));
  }

  /** Whether its column belongs to the table of the rows so far. */
  boolean isWanted() {
    return found || !onlyWhereThereIsOne;
  }

  @Override
  Made make(int rows) {
    return Made.of(StringColumn.create(name(), Arrays.copyOf(data, rows)));
  }

  @Override
  void clear() {
    Arrays.fill(data, "");
    found = false;
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
