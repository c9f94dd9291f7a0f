package org.skep.bpf.decode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.skep.table.NotedTable;
import org.skep.table.build.TableBuilder;
import org.skep.table.build.TablePlan;

/** Copies of the latest few records, so that a glance at a live table does not cost a table. */
final class LatestEvents {
  private static final int COUNT = 10;

  private final TablePlan plan;
  private final byte[][] records = new byte[COUNT][0];
  private final int[] lengths = new int[COUNT];
  private long taken;

  LatestEvents(TablePlan plan) {
    this.plan = plan;
  }

  void take(MemorySegment bytes, long offset, long stride, int length, int count) {
    for (int i = Math.max(0, count - COUNT); i < count; i++) {
      int slot = (int) (taken++ % COUNT);
      if (records[slot].length < length) {
        records[slot] = new byte[length];
      }
      lengths[slot] = length;
      MemorySegment.copy(
          bytes, ValueLayout.JAVA_BYTE, offset + i * stride, records[slot], 0, length);
    }
  }

  /** Makes their table, the latest last, also when others have come since. */
  Supplier<NotedTable> copy() {
    List<byte[]> copies = new ArrayList<>();
    for (long i = Math.max(0, taken - COUNT); i < taken; i++) {
      int slot = (int) (i % COUNT);
      copies.add(Arrays.copyOf(records[slot], lengths[slot]));
    }
    return () -> table(copies);
  }

  private NotedTable table(List<byte[]> copies) {
    TableBuilder rows = plan.rows();
    int size = plan.value().orElseThrow().byteSize();
    for (byte[] copy : copies) {
      MemorySegment record = MemorySegment.ofArray(copy);
      if (copy.length < size) {
        rows.addPart(record, 0, copy.length);
      } else {
        rows.addEvent(record, 0, copy.length);
      }
    }
    return rows.table();
  }
}
