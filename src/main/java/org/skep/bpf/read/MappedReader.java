package org.skep.bpf.read;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;
import org.skep.SyscallException;
import org.skep.bpf.map.MapShape;

/**
 * Reads an array that is mapped into memory: no system call, and no copy but the sink's own.
 *
 * @param otherwise the way for values that the kernel does not map, such as those with locks
 */
record MappedReader(MapShape shape, Supplier<MemorySegment> values, EntryReader otherwise)
    implements EntryReader {
  private static final int ENTRIES = 65_536;

  @Override
  public Completeness read(EntrySink sink, long limit) {
    MemorySegment mapped;
    try {
      mapped = values.get();
    } catch (SyscallException e) {
      return otherwise.read(sink, limit);
    }
    long stride = MapShape.roundUp(shape.valueBytes());
    long end = Math.min(limit, shape.maxEntries());
    ReadBuffers buffers = ReadBuffers.take(Math.min(end, ENTRIES) * Integer.BYTES, 0);
    try {
      for (long first = 0; first < end; first += ENTRIES) {
        if (first > 0) {
          EntryReader.endWhenInterrupted();
        }
        int count = (int) Math.min(ENTRIES, end - first);
        for (int i = 0; i < count; i++) {
          buffers.keys().setAtIndex(ValueLayout.JAVA_INT, i, (int) (first + i));
        }
        sink.take(buffers.keys(), mapped.asSlice(first * stride, count * stride), stride, count);
      }
    } finally {
      buffers.give();
    }
    return end < shape.maxEntries() ? new Completeness(0, 0, true) : Completeness.COMPLETE;
  }
}
