package org.skep.bpf.read;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.map.MapShape;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.Libc;

/**
 * A program that walks one hash and copies it into the shared area: keys and values, each in an
 * array of their own. It counts all entries, copies as many as there is room for, and stops where
 * it was led astray; how it sees that stands in its source, {@code bpf/programs/hash_walk.bpf.c}.
 *
 * @param fd to be closed by whoever holds this
 * @param area that it writes into
 * @param room for how many entries
 * @param fetches whether it has elements fetched ahead
 */
public record ForEachProgram(int fd, ColumnArea area, int room, Layout layout, boolean fetches) {
  /** What {@link #run} gives where the walk was led astray. */
  static final long RACED = Long.MIN_VALUE;

  // struct columns of the source
  private static final int COUNT = 0;
  private static final int ASTRAY = 8;
  private static final int DATA = 96;

  /** GROUP of the source. */
  private static final int BUCKETS_AT_ONCE = 32;

  /**
   * Where things are in the area.
   *
   * @param keys where keys begin, one after the other
   * @param values where values begin
   * @param valueStride from a value to the next
   * @param bytes of all
   */
  public record Layout(long keys, long values, int valueStride, long bytes) {
    public static Layout of(MapShape shape, int room) {
      long values = DATA + MapShape.roundUp((long) room * shape.keyBytes());
      return new Layout(
          DATA, values, shape.valueBytes(), values + (long) room * shape.valueBytes() + 8);
    }
  }

  /**
   * Loads one; null where the running Linux rejects it.
   *
   * @param buckets that the map has, a power of two
   */
  static @Nullable ForEachProgram load(
      int map, MapShape shape, ColumnArea area, int room, int buckets) {
    Optional<HashWalk> found = HashWalk.ofRunningLinux();
    if (found.isEmpty()) {
      return null;
    }
    HashWalk walk = found.get();
    Layout layout = Layout.of(shape, room);
    boolean fetches = walk.casts() && buckets >= BUCKETS_AT_ONCE;
    try (Arena arena = Arena.ofConfined()) {
      CStruct constants =
          CStruct.allocate(arena, HashWalk.SHAPE)
              .set("values", layout.values())
              .set("key_bytes", shape.keyBytes())
              .set("value_bytes", shape.valueBytes())
              .set("room", room)
              .set("buckets", buckets)
              .set("cast", walk.casts() ? 1 : 0)
              .set("fetch", fetches ? 1 : 0);
      int fd = walk.load(map, area.fd(), constants);
      if (fd < 0 && fetches) { // these pointers may not be allowed where the types are known
        fetches = false;
        fd = walk.load(map, area.fd(), constants.set("cast", 0).set("fetch", 0));
      }
      return fd < 0 ? null : new ForEachProgram(fd, area, room, layout, fetches);
    }
  }

  /** Runs it: how many entries there were, {@link #RACED}, or a negative error number. */
  long run() {
    try (Arena arena = Arena.ofConfined()) {
      CStruct run = CStruct.allocate(arena, BpfSyscall.test_run).set("prog_fd", fd);
      int result = BpfSyscall.bpf(BpfSyscall.BPF_PROG_TEST_RUN, run);
      if (result < 0) {
        return result;
      }
      return area.memory().get(ValueLayout.JAVA_LONG, ASTRAY) == 0
          ? area.memory().get(ValueLayout.JAVA_LONG, COUNT)
          : RACED;
    }
  }

  void close() {
    Libc.close(fd);
  }
}
