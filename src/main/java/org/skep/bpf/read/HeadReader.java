package org.skep.bpf.read;

import java.lang.foreign.MemorySegment;
import org.skep.bpf.map.MapFd;
import org.skep.bpf.map.MapShape;
import org.skep.internal.ffi.Errno;

/** Reads the next value of a queue or stack, and leaves it there. */
record HeadReader(MapFd map) implements EntryReader {
  @Override
  public Completeness read(EntrySink sink, long limit) {
    MapShape shape = map.shape();
    ReadBuffers buffers = ReadBuffers.take(0, shape.valueBytes());
    try {
      int result = map.calls().lookup(map.fd(), MemorySegment.NULL, buffers.values());
      if (Errno.ENOENT.is(result)) {
        return Completeness.COMPLETE;
      }
      if (result < 0) {
        throw map.refused("read", result);
      }
      sink.take(buffers.keys(), buffers.values(), shape.valueBytes(), 1);
      return new Completeness(0, 0, false, true, false);
    } finally {
      buffers.give();
    }
  }
}
