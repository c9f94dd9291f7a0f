package org.skep.bpf;

import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;
import org.skep.table.TablePlan;
import org.skep.table.ValueType;

/**
 * How records of one type are read.
 *
 * @param name as C spells it
 * @param byteSize without a flexible array at the end
 * @param cutFrom the offset of an array of characters or bytes at the end, of which programs send
 *     only as much as is filled; equal to the size where there is none
 * @param open whether there may be more bytes than the type has: a flexible array, or no type
 */
record RecordType(String name, TablePlan plan, int byteSize, int cutFrom, boolean open) {
  static RecordType of(String table, Btf btf, TypeId type) {
    ValueType value = ValueType.of(btf, type);
    int size = value.byteSize();
    int cutFrom = size;
    boolean open = false;
    if (btf.resolved(type) instanceof BtfType.Struct struct && !struct.members().isEmpty()) {
      BtfType.Member last = struct.members().getLast();
      if (btf.resolved(last.type()) instanceof BtfType.Array array
          && btf.resolved(array.element()) instanceof BtfType.Int element
          && element.byteSize() == 1) {
        open = array.count() == 0;
        cutFrom = open ? size : (int) (last.bitOffset() / Byte.SIZE);
      }
    }
    return new RecordType(btf.nameOf(type), TablePlan.of(table, null, value), size, cutFrom, open);
  }

  /** Records of which nothing is known: a column of their bytes. */
  static RecordType unknown(String table) {
    return new RecordType("bytes", TablePlan.of(table, null, ValueType.ofBytes(0)), 0, 0, true);
  }

  /** The same with the names that the running Linux has for numbers. */
  RecordType withNames(KernelNames names) {
    return new RecordType(name, names.in(plan), byteSize, cutFrom, open);
  }

  /** The same with times by another clock than that of this machine. */
  RecordType withClock(LongFunction<Instant> clock) {
    return new RecordType(name, plan.clock(clock), byteSize, cutFrom, open);
  }

  static List<String> names(Btf btf, List<TypeId> types) {
    return types.stream().map(t -> "'" + btf.nameOf(t) + "'").toList();
  }
}
