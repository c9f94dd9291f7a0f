package org.skep.bpf.read;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.skep.bpf.map.MapFd;
import org.skep.internal.ffi.Errno;

/**
 * Reads a map key by key, for the kinds and kernels that have no other way. Where the key at which
 * it stands is removed, the kernel starts again at the first key, or says that this was the end;
 * where a key of a hash is replaced, it may pass it by. So keys are remembered, each is taken once,
 * and a map whose keys can come and go is walked again until a walk to its end has no key that is
 * not in the reading yet.
 */
public record KeyWalk(MapFd map) implements EntryReader {
  /** A mask: after so many keys it is looked whether to stop. */
  private static final int LOOKS = 0xfff;

  private static final int ROOM = 1_024;

  /** Another walk than these does not help where a map changes all the time. */
  private static final int WALKS = 4;

  @Override
  public Completeness read(EntrySink sink, long limit) {
    try (Arena arena = Arena.ofConfined()) {
      return new Reading(arena, sink, limit).run();
    }
  }

  /** One reading: what was seen, and the memory that it reads into. */
  private final class Reading {
    private final EntrySink sink;
    private final long limit;
    private final int keyBytes = map.shape().keyBytes();
    private final long valueBytes = map.shape().entryValueBytes();
    private final int room = Math.clamp((4L << 20) / Math.max(1, valueBytes), 1, ROOM);
    private final MemorySegment cursor;
    private final MemorySegment next;
    private final MemorySegment keys;
    private final MemorySegment values;
    private final MemorySegment spare;
    private final Set<ByteBuffer> seen = new HashSet<>();
    private long vanished;
    private long twice;
    private int filled;
    private boolean stopped;

    Reading(Arena arena, EntrySink sink, long limit) {
      this.sink = sink;
      this.limit = limit;
      this.cursor = arena.allocate(Math.max(8, keyBytes), 8);
      this.next = arena.allocate(Math.max(8, keyBytes), 8);
      this.keys = arena.allocate((long) room * keyBytes, 8);
      this.values = arena.allocate(room * Math.max(1, valueBytes), 8);
      this.spare = arena.allocate(Math.max(8, valueBytes), 8);
    }

    Completeness run() {
      boolean ended = walk();
      boolean sure = map.shape().type().hasIndexes() || (ended && seen.size() <= 1);
      for (int walks = 1; walks < WALKS && !sure && !stopped; walks++) {
        int before = seen.size();
        sure = walk() && seen.size() == before;
      }
      give();
      return new Completeness(vanished, twice, stopped, false, !sure && !stopped);
    }

    /**
     * Walks once and takes what is new.
     *
     * @return whether it came to the end of the map, and not to that of a key which had gone
     */
    private boolean walk() {
      Set<ByteBuffer> now = new HashSet<>();
      long steps = 4 * map.shape().maxEntries() + ROOM;
      MemorySegment in = MemorySegment.NULL;
      while (true) {
        int result = map.calls().nextKey(map.fd(), in, next);
        if (Errno.ENOENT.is(result)) {
          return in.address() == 0 || isThere(in);
        }
        if (result < 0) {
          throw map.refused("read", result);
        }
        ByteBuffer key = ByteBuffer.wrap(next.asSlice(0, keyBytes).toArray(ValueLayout.JAVA_BYTE));
        boolean isNew = !seen.contains(key);
        if ((isNew && seen.size() >= limit) || steps-- <= 0) {
          stopped = true;
          return false;
        }
        if (!now.add(key)) {
          twice++;
        }
        if ((now.size() & LOOKS) == LOOKS) {
          EntryReader.endWhenInterrupted();
        }
        if (isNew) {
          seen.add(key);
          look();
        }
        MemorySegment.copy(next, 0, cursor, 0, keyBytes);
        in = cursor;
      }
    }

    private boolean isThere(MemorySegment key) {
      return !Errno.ENOENT.is(map.calls().lookup(map.fd(), key, spare));
    }

    private void look() {
      MemorySegment value = values.asSlice(filled * valueBytes, valueBytes);
      int found = map.calls().lookup(map.fd(), next, value);
      if (found == 0) {
        MemorySegment.copy(next, 0, keys, (long) filled * keyBytes, keyBytes);
        filled++;
      } else if (Errno.ENOENT.is(found)) {
        // an empty slot of an array of descriptors, or a key that has just gone
        vanished += map.shape().type().hasEmptySlots() ? 0 : 1;
      } else {
        throw map.refused("read", found);
      }
      if (filled == room) {
        give();
      }
    }

    private void give() {
      if (filled > 0) {
        sink.take(keys, values, valueBytes, filled);
        filled = 0;
      }
    }
  }
}
