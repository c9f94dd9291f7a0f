package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfSyscall;

/**
 * Reads a map key by key, for the kinds and kernels that have no other way. Where the key at which
 * it stands is removed, the kernel begins anew without a word: keys are remembered, so that each is
 * taken once, and steps are bounded.
 */
record KeyWalk(String map, int fd, MapShape shape) implements EntryReader {
  private static final int ROOM = 1_024;

  @Override
  public Completeness read(EntrySink sink, long limit) {
    long valueBytes = shape.entryValueBytes();
    int room = Math.clamp((4L << 20) / Math.max(1, valueBytes), 1, ROOM);
    Set<ByteBuffer> seen = new HashSet<>();
    long steps = 4 * shape.maxEntries() + ROOM;
    long vanished = 0;
    long twice = 0;
    int filled = 0;
    try (Arena arena = Arena.ofConfined()) {
      int keyBytes = shape.keyBytes();
      MemorySegment cursor = arena.allocate(Math.max(8, keyBytes), 8);
      MemorySegment next = arena.allocate(Math.max(8, keyBytes), 8);
      MemorySegment keys = arena.allocate((long) room * keyBytes, 8);
      MemorySegment values = arena.allocate(room * Math.max(1, valueBytes), 8);
      MemorySegment in = MemorySegment.NULL;
      boolean stopped = false;
      while (true) {
        int result = LibbpfSyscall.bpf_map_get_next_key(fd, in, next);
        if (Errno.ENOENT.is(result)) {
          break;
        }
        if (result < 0) {
          throw MapRefusals.of("read", map, shape, -result);
        }
        if (seen.size() >= limit || steps-- <= 0) {
          stopped = true;
          break;
        }
        byte[] key = next.asSlice(0, keyBytes).toArray(ValueLayout.JAVA_BYTE);
        if (!seen.add(ByteBuffer.wrap(key))) {
          twice++;
        } else {
          MemorySegment value = values.asSlice(filled * valueBytes, valueBytes);
          int found = LibbpfSyscall.bpf_map_lookup_elem_flags(fd, next, value, 0);
          if (found == 0) {
            MemorySegment.copy(next, 0, keys, (long) filled * keyBytes, keyBytes);
            filled++;
          } else if (Errno.ENOENT.is(found)) {
            // an empty slot of an array of descriptors, or a key that has just gone
            vanished += shape.type().hasEmptySlots() ? 0 : 1;
          } else {
            throw MapRefusals.of("read", map, shape, -found);
          }
        }
        if (filled == room) {
          sink.take(keys, values, valueBytes, filled);
          filled = 0;
        }
        MemorySegment.copy(next, 0, cursor, 0, keyBytes);
        in = cursor;
      }
      if (filled > 0) {
        sink.take(keys, values, valueBytes, filled);
      }
      return new Completeness(vanished, twice, stopped);
    }
  }
}
