package org.skep.table.build;

import java.util.BitSet;
import org.skep.btf.FieldReader;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.columns.booleans.BitSetBooleanData;

/** Truth values: any bit that is set makes true, as in C. */
final class BooleanColumnBuilder extends ColumnBuilder {
  private final FieldReader reader;
  private BitSet data = new BitSet();

  BooleanColumnBuilder(String name, FieldReader reader) {
    super(name);
    this.reader = reader;
  }

  @Override
  void reserve(int rows) {}

  @Override
  void fill(RowBytes bytes, Slice run, int row) {
    int at = row;
    for (int g = 0; g < run.groups(); g++) {
      for (int i = 0; i < run.perGroup(); i++) {
        data.set(at++, reader.bits(bytes.segment(), run.at(g, i)) != 0);
      }
    }
  }

  @Override
  Made make(int rows) {
    BitSet yes = data.get(0, rows);
    BitSet no = (BitSet) yes.clone();
    no.flip(0, rows);
    return Made.of(new BooleanColumn(name(), new BitSetBooleanData(yes, no, new BitSet())));
  }

  @Override
  void clear() {
    data = new BitSet();
  }

  @Override
  void rotate(int first, int rows) {
    BitSet rotated = data.get(first, rows);
    for (int i = data.nextSetBit(0); i >= 0 && i < first; i = data.nextSetBit(i + 1)) {
      rotated.set(rows - first + i);
    }
    data = rotated;
  }

  @Override
  void release() {
    data = new BitSet();
  }
}
