package org.skep.table.build;

import java.util.Arrays;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.skep.btf.FieldReader;
import org.skep.btf.Format;

/** Numbers that are shown as text, such as the names of an enum, each distinct one named once. */
final class NamedColumnBuilder extends ColumnBuilder {
  private final FieldReader reader;
  private final LongFunction<String> namer;
  private final boolean stacks;
  private final Dictionary codes = new Dictionary(1);
  private int[] data = new int[0];

  NamedColumnBuilder(String name, FieldReader reader, LongFunction<String> namer) {
    super(name);
    this.reader = reader;
    this.namer = namer;
    this.stacks =
        reader.field().format() == Format.KSTACK || reader.field().format() == Format.USTACK;
  }

  /** Whether the numbers are those that {@code bpf_get_stackid} returned. */
  boolean holdsStacks() {
    return stacks;
  }

  @Override
  void reserve(int rows) {
    if (data.length < rows) {
      data = Arrays.copyOf(data, rows);
    }
  }

  @Override
  void fill(RowBytes bytes, Slice run, int row) {
    int at = row;
    for (int g = 0; g < run.groups(); g++) {
      for (int i = 0; i < run.perGroup(); i++) {
        long bits = reader.bits(bytes.segment(), run.at(g, i));
        int code = codes.find(bits, 0);
        data[at++] = code >= 0 ? code : codes.add(code, null, bits, 0);
      }
    }
  }

  @Override
  @Nullable Naming unnamed() {
    long[] numbers = codes.unnamed();
    return numbers.length == 0 ? null : new Naming(codes, numbers, namer);
  }

  @Override
  Made make(int rows) {
    Naming rest = unnamed();
    if (rest != null) {
      rest.resolve();
      rest.store();
    }
    return Made.of(codes.column(name(), data, rows));
  }

  @Override
  void clear() {
    codes.clear();
  }

  @Override
  void rotate(int first, int rows) {
    int[] before = Arrays.copyOf(data, first);
    System.arraycopy(data, first, data, 0, rows - first);
    System.arraycopy(before, 0, data, rows - first, first);
  }

  @Override
  void tidy(int rows) {
    codes.keepUsed(data, rows);
  }

  @Override
  void release() {
    data = new int[0];
  }
}
