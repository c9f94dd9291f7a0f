package org.skep.table.build;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skep.table.NotedTable;
import org.skep.table.PerCpu;
import org.skep.table.ValueType;

/**
 * Collects rows out of memory and makes a table of them.
 *
 * <p>Rows are added many at a time, column by column, without an object for any of them: a million
 * rows of ten columns take some tens of milliseconds. The arrays behind the columns are kept from
 * one table to the next. An instance belongs to one thread.
 */
public final class TableBuilder {
  private static final int FIRST_ROWS = 64;

  /** Tables below this many bytes are made without asking how much memory there is. */
  private static final long LARGE = 64 << 20;

  private final TablePlan plan;
  private final ColumnBuilders fills;
  private final int keySize;
  private final int valueSize;
  private final int cpus;
  private final boolean combined;
  private final RowBytes bytes = new RowBytes();
  private int capacity;
  private int rows;
  private int next;
  private int limit = Integer.MAX_VALUE;
  private long tooShort;

  TableBuilder(TablePlan plan) {
    this.plan = plan;
    this.fills = plan.fills();
    this.keySize = plan.key().map(ValueType::byteSize).orElse(0);
    this.valueSize = plan.value().map(ValueType::byteSize).orElse(0);
    this.cpus = plan.settings().cpus();
    this.combined = cpus > 0 && plan.settings().perCpu() != PerCpu.EACH;
  }

  /** Rows of a key and a value; see {@link TablePlan} for everything that can be set. */
  public static TableBuilder of(String name, @Nullable ValueType key, @Nullable ValueType value) {
    return TablePlan.of(name, key, value).rows();
  }

  /** How many rows there are so far; for each CPU one, where the values of the CPUs are apart. */
  public int rowCount() {
    return rows;
  }

  /** Makes room for so many entries more, so that nothing is copied while they come. */
  public void expect(int entries) {
    reserve(Math.min(limit, (long) next + (long) entries * rowsPerEntry()));
  }

  /**
   * Adds entries. The values of an entry's CPUs lie one after the other, each rounded up to 8
   * bytes. The memory is free again when this returns. Keys and values may lie in the same memory.
   *
   * @param keys the first key at offset 0; null if there are none
   * @param keyStride the bytes from one key to the next
   * @param values the first value at offset 0; null if there are none
   * @param valueStride the bytes from one entry's value, or first CPU's value, to the next entry's
   * @throws IllegalArgumentException when the memory is smaller than the entries are
   */
  public void add(
      @Nullable MemorySegment keys,
      long keyStride,
      @Nullable MemorySegment values,
      long valueStride,
      int entries) {
    if (entries == 0) {
      return;
    }
    int perEntry = rowsPerEntry();
    int perValue = cpus > 0 ? cpus : 1;
    long cpuStride = (valueSize + 7L) & ~7L;
    long valueBytes = (perValue - 1) * cpuStride + valueSize;
    check("keys", keys, keySize, keyStride, entries);
    check("values", values, valueBytes, valueStride, entries);
    if (entries > limit - next) {
      addInPieces(keys, keyStride, values, valueStride, entries);
      return;
    }
    reserve((long) next + (long) entries * perEntry);
    int piece = RowBytes.rows(Math.max(keyStride, valueStride));
    for (int done = 0; done < entries; done += piece) {
      int count = Math.min(piece, entries - done);
      if (keys != null) {
        bytes.copy(keys, done * keyStride, (count - 1) * keyStride + keySize);
        int stride = (int) keyStride; // a larger one is not looked at, as rows come one by one
        fills.fillKeys(
            bytes,
            perEntry == 1 ? Slice.of(0, stride, count) : new Slice(0, stride, count, 0, perEntry),
            next);
      }
      if (values != null) {
        bytes.copy(values, done * valueStride, (count - 1) * valueStride + valueBytes);
        int stride = (int) valueStride;
        fills.fillValues(
            bytes,
            cpus == 0
                ? Slice.of(0, stride, count)
                : new Slice(0, stride, count, (int) cpuStride, cpus),
            next);
      }
      next += count * perEntry;
    }
    rows = Math.max(rows, next);
  }

  /** Up to the last place, and then from the first on. */
  private void addInPieces(
      @Nullable MemorySegment keys,
      long keyStride,
      @Nullable MemorySegment values,
      long valueStride,
      int entries) {
    for (int done = 0; done < entries; ) {
      int count = Math.min(entries - done, limit - place());
      add(
          keys == null ? null : keys.asSlice(done * keyStride),
          keyStride,
          values == null ? null : values.asSlice(done * valueStride),
          valueStride,
          count);
      done += count;
    }
  }

  /**
   * Adds one event, which may be longer than its type: what is left belongs to the flexible array
   * of characters or bytes at its end, if it has one.
   *
   * @return whether the event was added; one that is shorter than its type is only counted
   */
  public boolean addEvent(MemorySegment bytes, long offset, long length) {
    if (offset < 0 || length < 0 || offset > bytes.byteSize() - length) {
      throw new IllegalArgumentException(
          "add to '"
              + plan.name()
              + "': "
              + length
              + " bytes at "
              + offset
              + " of "
              + bytes.byteSize());
    }
    if (length < valueSize) {
      tooShort++;
      return false;
    }
    int row = place();
    if (row == capacity) {
      reserve(row + 1L);
    }
    this.bytes.copy(bytes, offset, length);
    fills.fillValues(this.bytes, Slice.of(0, 0, 1), row);
    fills.fillTail(this.bytes, length, row);
    next = row + 1;
    rows = Math.max(rows, next);
    return true;
  }

  /**
   * Adds one event that ends before its type does. Members that it does not have, or not wholly,
   * are missing; a text, an array of bytes and one that is shown as a list have what is there.
   *
   * @throws IllegalArgumentException if it has no byte, or all that its type has
   */
  public void addPart(MemorySegment bytes, long offset, int length) {
    if (length <= 0 || length >= valueSize) {
      throw new IllegalArgumentException(
          "add to '" + plan.name() + "': " + length + " bytes are no part of " + valueSize);
    }
    int row = place();
    if (row == capacity) {
      reserve(row + 1L);
    }
    this.bytes.copyPart(bytes, offset, length, valueSize);
    fills.fillPart(this.bytes, length, row);
    next = row + 1;
    rows = Math.max(rows, next);
  }

  /**
   * Keeps only the last rows from now on, so many of them: a further row takes the place of the
   * first. For values without CPUs.
   *
   * @throws IllegalStateException if there are rows already
   */
  public void keepLast(int count) {
    if (rows > 0 || cpus > 0 || count < 1) {
      throw new IllegalStateException(
          "keep the last " + count + " rows of '" + plan.name() + "': too late, or too few");
    }
    limit = count;
  }

  /** The row where the next one goes, where there is no place behind the last. */
  private int place() {
    if (next == limit) {
      next = 0;
      fills.tidy(rows);
    }
    return next;
  }

  private void straighten() {
    if (next > 0 && next < rows) {
      fills.rotate(next, rows);
    }
    next = rows;
  }

  /** The numbers in the rows so far that have no name yet; making a table names what is left. */
  public List<Naming> unnamed() {
    return fills.unnamed();
  }

  /** Makes the table of the rows so far. */
  public NotedTable table() {
    return table(List.of());
  }

  /**
   * Makes the table of the rows so far.
   *
   * @param notes what to know about the rows, such as how complete they are, a sentence each
   */
  public NotedTable table(List<String> notes) {
    straighten();
    return fills.make(plan.name(), rows, withShort(notes), false);
  }

  /**
   * Makes the table of the rows so far and gives their memory back column by column, so that a
   * large table is never there twice. Rows can be added again, into new memory.
   *
   * @param notes what to know about the rows, a sentence each
   */
  public NotedTable drain(List<String> notes) {
    straighten();
    NotedTable table = fills.make(plan.name(), rows, withShort(notes), true);
    capacity = 0;
    clear();
    return table;
  }

  private List<String> withShort(List<String> notes) {
    if (tooShort == 0) {
      return notes;
    }
    var more = new ArrayList<>(notes);
    String events = tooShort == 1 ? " event was" : " events were";
    more.add(tooShort + events + " shorter than its type and left out");
    return more;
  }

  /** Forgets all rows; a table made before keeps its own. */
  public void clear() {
    rows = 0;
    next = 0;
    tooShort = 0;
    fills.clear();
  }

  private int rowsPerEntry() {
    return cpus == 0 || combined ? 1 : cpus;
  }

  private void reserve(long wanted) {
    if (wanted <= capacity) {
      return;
    }
    if (wanted > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "add to '" + plan.name() + "': a table has at most 2^31 rows, not " + wanted);
    }
    long grown =
        Math.min(Math.max(limit, wanted), Math.max(wanted, Math.max(FIRST_ROWS, 2L * capacity)));
    if (grown >= limit / 8 && bytes(limit) < 2 * LARGE) {
      grown = limit; // at once, as copying again and again takes longest when rows come fastest
    }
    capacity =
        (int) Math.min(capacity == 0 ? Math.max(wanted, FIRST_ROWS) : grown, Integer.MAX_VALUE - 8);
    requireMemory(capacity);
    fills.reserve(capacity);
  }

  /** Refuses what would end in an {@link OutOfMemoryError}, which ends more than this table. */
  private void requireMemory(long wanted) {
    long needed = bytes(wanted);
    if (needed < LARGE || needed < free()) {
      return;
    }
    System.gc(); // what is counted as used may be garbage
    if (needed >= free()) {
      throw new IllegalStateException(
          "make table '"
              + plan.name()
              + "': "
              + wanted
              + " rows of "
              + fills.count()
              + " columns need "
              + (needed >> 20)
              + " MiB, but "
              + (free() >> 20)
              + " MiB of the heap are free (take fewer rows, as snapshot(LIMIT) does, drop tables"
              + " that are no longer needed, or start the kernel with a larger -Xmx)");
    }
  }

  private long bytes(long wanted) {
    return wanted * Long.BYTES * fills.count();
  }

  private static long free() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }

  private void check(
      String what, @Nullable MemorySegment bytes, long size, long stride, int entries) {
    long needed = bytes == null ? 0 : Math.multiplyExact(stride, entries - 1L) + size;
    if (entries < 0 || stride < 0 || (bytes == null ? size > 0 : bytes.byteSize() < needed)) {
      throw new IllegalArgumentException(
          "add to '"
              + plan.name()
              + "': "
              + entries
              + " "
              + what
              + " of "
              + size
              + " bytes, "
              + stride
              + " apart, need "
              + needed
              + " bytes, but there are "
              + (bytes == null ? 0 : bytes.byteSize()));
    }
  }
}
