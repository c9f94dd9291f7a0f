package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfSyscall;

/** Reads the next value of a queue or stack, and leaves it there. */
record HeadReader(String map, int fd, MapShape shape) implements EntryReader {
  @Override
  public Completeness read(EntrySink sink, long limit) {
    ReadBuffers buffers = ReadBuffers.take(0, shape.valueBytes());
    try {
      int result =
          LibbpfSyscall.bpf_map_lookup_elem_flags(fd, MemorySegment.NULL, buffers.values(), 0);
      if (Errno.ENOENT.is(result)) {
        return Completeness.COMPLETE;
      }
      if (result < 0) {
        throw MapRefusals.of("read", map, shape, -result);
      }
      sink.take(buffers.keys(), buffers.values(), shape.valueBytes(), 1);
      return new Completeness(0, 0, false, true);
    } finally {
      buffers.give();
    }
  }
}
