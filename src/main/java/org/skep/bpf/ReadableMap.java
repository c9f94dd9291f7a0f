package org.skep.bpf;

import org.skep.bpf.read.Snapshot;
import org.skep.table.PerCpu;
import tech.tablesaw.api.Table;

/**
 * A map that is read whole. Each reading is refused with an {@link
 * org.skep.UnsupportedFeatureException} where maps of its kind cannot be walked; of a queue or a
 * stack it is the head.
 */
public interface ReadableMap {
  /**
   * Reads entries until there are about so many.
   *
   * @param limit the number of entries to stop at; a batch that was begun is read to its end
   */
  Snapshot snapshot(int limit);

  /**
   * Reads all entries, the values of the CPUs combined.
   *
   * @param how of no effect where a map is not per CPU
   */
  Snapshot snapshot(PerCpu how);

  /** Reads all entries, with how complete the reading is. */
  default Snapshot snapshot() {
    return snapshot(PerCpu.EACH);
  }

  /** Reads all entries as a table; see {@link Snapshot#table()}. */
  default Table table() {
    return snapshot().table();
  }

  /** Reads a per-CPU map with a row and a column {@code cpu} for each key and CPU. */
  default Table perCpu() {
    return snapshot(PerCpu.EACH).table();
  }

  /** Reads a per-CPU map with a row for each key: each number the sum over the CPUs. */
  default Table sum() {
    return snapshot(PerCpu.SUM).table();
  }

  /** Reads a per-CPU map with a row for each key: each number the largest of the CPUs'. */
  default Table max() {
    return snapshot(PerCpu.MAX).table();
  }

  /** Reads a per-CPU map with a row for each key: each number the smallest of the CPUs'. */
  default Table min() {
    return snapshot(PerCpu.MIN).table();
  }
}
