package org.skep.bpf.read;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.map.MapFd;
import org.skep.bpf.map.MapShape;
import org.skep.internal.ffi.Errno;

/**
 * Reads a map thousands of entries a call. The kernel walks a hash bucket by bucket, each under its
 * lock, and a key never changes its bucket: a key that stays is read once, whatever others do. The
 * keys of an array are always there. A trie is walked key by key within a call, without a lock:
 * {@link TrieReader} checks what comes.
 *
 * @param plain the way for kernels that have no batches for this kind
 * @param first how many entries to make room for at first
 */
public record BatchReader(MapFd map, EntryReader plain, long first) implements EntryReader {
  /** Fewer cost more a entry, more gain nothing. */
  private static final long ENTRIES = 65_536;

  /** Large values are read in smaller batches. */
  private static final long BYTES = 8 << 20;

  /** A bucket that does not fit into this, and has more than so many entries, is not read. */
  private static final long MOST_BYTES = 64 << 20;

  private static final long MOST_IN_BUCKET = 1_024;

  /** How often in a row a call may be refused because something is busy. */
  private static final int RETRIES = 100;

  /** As many at a time as is fast. */
  public static BatchReader of(MapFd map, EntryReader plain) {
    MapShape shape = map.shape();
    long entryBytes = Math.max(1, shape.keyBytes() + shape.entryValueBytes());
    long most = Math.max(1, Math.min(ENTRIES, shape.maxEntries()));
    return new BatchReader(map, plain, Math.clamp(BYTES / entryBytes, 1, most));
  }

  @Override
  public Completeness read(EntrySink sink, long limit) {
    Completeness read = pass(sink, limit);
    return read == null ? plain.read(sink, limit) : read;
  }

  /**
   * Walks the map once, and hands over what comes, repeated keys too.
   *
   * @return null where the kernel has no batches for this kind; nothing was read then
   */
  @Nullable Completeness pass(EntrySink sink, long limit) {
    try (var walk = new Walk(sink)) {
      return walk.run(limit);
    }
  }

  /** One walk: where it stands, and the memory that it reads into. */
  private final class Walk implements AutoCloseable {
    private final EntrySink sink;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
    private final MemorySegment spare;
    private MemorySegment at = MemorySegment.NULL;
    private MemorySegment next;
    private ReadBuffers buffers;
    private long room = first;
    private long taken;
    private long emptySlots;

    Walk(EntrySink sink) {
      this.sink = sink;
      // the kernel writes a position of its own of at least 4 bytes, or a whole key
      long cursorBytes = Math.max(8, map.shape().keyBytes());
      this.next = arena.allocate(cursorBytes, 8);
      this.spare = arena.allocate(cursorBytes, 8);
      this.buffers = buffers();
    }

    @Nullable Completeness run(long limit) {
      // a walk that starts again and again ends here
      long most = 4 * map.shape().maxEntries() + ENTRIES;
      int refusals = 0;
      while (true) {
        if (taken > 0) {
          EntryReader.endWhenInterrupted();
        }
        count.set(ValueLayout.JAVA_INT, 0, (int) room);
        int result =
            map.calls().lookupBatch(map.fd(), at, next, buffers.keys(), buffers.values(), count);
        int got = MapFd.completed(count, (int) room, result, true);
        if (got > 0) {
          take(got);
          refusals = 0;
        }
        if (Errno.ENOENT.is(result)) {
          return Completeness.COMPLETE;
        }
        if (result < 0 && MapFd.hasNoBatch(result) && at.address() == 0 && got == 0) {
          return null; // an older kernel
        }
        if (Errno.ENOSPC.is(result)) {
          // a bucket has more entries than there is room: the same position again, with more
          enlarge(result);
        } else if (Errno.EINTR.is(result)) {
          // Linux before 6.14 at an empty slot, or at a key that goes again and again
          if (!step()) {
            return Completeness.COMPLETE;
          }
        } else if (result < 0 && (!isPassing(result) || ++refusals > RETRIES)) {
          throw map.refused("read", result);
        }
        if (taken >= limit || taken + emptySlots > most || (result == 0 && got == 0)) {
          return new Completeness(0, 0, true);
        }
      }
    }

    private void take(int got) {
      sink.take(buffers.keys(), buffers.values(), map.shape().entryValueBytes(), got);
      taken += got;
      advance();
    }

    /** The position that the kernel told is where the next call begins. */
    private void advance() {
      MemorySegment reached = next;
      next = at.address() == 0 ? spare : at;
      at = reached;
    }

    /** Goes over one key by single calls; false at the end of the map. */
    private boolean step() {
      int result = map.calls().nextKey(map.fd(), at, next);
      if (Errno.ENOENT.is(result)) {
        return false;
      }
      if (result < 0) {
        throw map.refused("read", result);
      }
      int found = map.calls().lookup(map.fd(), next, buffers.values());
      if (found == 0) {
        MemorySegment.copy(next, 0, buffers.keys(), 0, map.shape().keyBytes());
        take(1);
      } else if (Errno.ENOENT.is(found)) {
        emptySlots++;
        advance();
      } else {
        throw map.refused("read", found);
      }
      return true;
    }

    private void enlarge(int result) {
      room *= 2;
      if (room > MOST_IN_BUCKET && room * entryBytes() > MOST_BYTES) {
        throw map.refused("read", result);
      }
      buffers.give();
      buffers = buffers();
    }

    private ReadBuffers buffers() {
      MapShape shape = map.shape();
      return ReadBuffers.take(room * shape.keyBytes(), room * shape.entryValueBytes());
    }

    @Override
    public void close() {
      buffers.give();
      arena.close();
    }
  }

  /** Whether the same call may well be taken the next time. */
  private static boolean isPassing(int result) {
    return Errno.EAGAIN.is(result)
        || Errno.EBUSY.is(result)
        || Errno.EDEADLK.is(result)
        || Errno.ETIMEDOUT.is(result);
  }

  private long entryBytes() {
    return map.shape().keyBytes() + map.shape().entryValueBytes();
  }
}
