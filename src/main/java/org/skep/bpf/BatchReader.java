package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfSyscall;

/**
 * Reads a map thousands of entries a call. The kernel walks a hash bucket by bucket, each under its
 * lock, and a key never changes its bucket: a key that stays is read once, whatever others do.
 *
 * @param plain the way for kernels that have no batches for this kind
 * @param first how many entries to make room for at first
 */
record BatchReader(String map, int fd, MapShape shape, EntryReader plain, long first)
    implements EntryReader {
  /** Fewer cost more a entry, more gain nothing. */
  private static final long ENTRIES = 65_536;

  /** Large values are read in smaller batches. */
  private static final long BYTES = 8 << 20;

  private static final int ENOTSUPP = Errno.ENOTSUPP.number();
  private static final int EINVAL = Errno.EINVAL.number();
  private static final int EOPNOTSUPP = Errno.EOPNOTSUPP.number();

  /** As many at a time as is fast. */
  static BatchReader of(String map, int fd, MapShape shape, EntryReader plain) {
    long entryBytes = Math.max(1, shape.keyBytes() + shape.entryValueBytes());
    long most = Math.max(1, Math.min(ENTRIES, shape.maxEntries()));
    return new BatchReader(map, fd, shape, plain, Math.clamp(BYTES / entryBytes, 1, most));
  }

  @Override
  public Completeness read(EntrySink sink, long limit) {
    long room = first;
    ReadBuffers buffers = buffers(room);
    try (Arena arena = Arena.ofConfined()) {
      // the kernel writes a position of its own of at least 4 bytes, or a whole key
      long cursorBytes = Math.max(8, shape.keyBytes());
      MemorySegment in = MemorySegment.NULL;
      MemorySegment next = arena.allocate(cursorBytes, 8);
      MemorySegment spare = arena.allocate(cursorBytes, 8);
      MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
      long read = 0;
      while (true) {
        count.set(ValueLayout.JAVA_INT, 0, (int) room);
        int result =
            LibbpfSyscall.bpf_map_lookup_batch(
                fd, in, next, buffers.keys(), buffers.values(), count);
        if (Errno.ENOSPC.is(result)) {
          // a bucket has more entries than there is room: the same place again, with more
          room *= 2;
          buffers.give();
          buffers = buffers(room);
          continue;
        }
        boolean end = Errno.ENOENT.is(result);
        if (result < 0 && !end) {
          if (read == 0 && (result == -ENOTSUPP || result == -EINVAL || result == -EOPNOTSUPP)) {
            return plain.read(sink, limit); // an older kernel
          }
          throw MapRefusals.of("read", map, shape, -result);
        }
        int got = count.get(ValueLayout.JAVA_INT, 0);
        if (got > 0) {
          sink.take(buffers.keys(), buffers.values(), shape.entryValueBytes(), got);
          read += got;
        }
        if (end) {
          return Completeness.COMPLETE;
        }
        if (read >= limit) {
          return new Completeness(0, 0, true);
        }
        MemorySegment reached = next;
        next = in.address() == 0 ? spare : in;
        in = reached;
      }
    } finally {
      buffers.give();
    }
  }

  private ReadBuffers buffers(long room) {
    return ReadBuffers.take(room * shape.keyBytes(), room * shape.entryValueBytes());
  }
}
