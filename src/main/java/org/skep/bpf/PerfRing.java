package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.skep.SyscallException;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.PerfEvents;

/**
 * The perf buffer of one processor: a page with the positions of writer and reader, then the data.
 * A record that reaches the end of the data goes on at its start, and is copied here.
 */
final class PerfRing implements AutoCloseable {
  private static final long HEAD = 1024;
  private static final long TAIL = 1032;
  private static final int HEADER = 8;
  private static final int SAMPLE = 9;
  private static final int LOST = 2;

  /** The largest record: its size is a number of 16 bits. */
  private static final int LARGEST = 1 << 16;

  private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final Arena arena = Arena.ofShared();
  private final int fd;
  private final boolean countsLost;
  private final long byteSize;
  private final MemorySegment page;
  private final MemorySegment data;
  private final MemorySegment copy;
  private final MemorySegment count;
  private long position;
  private long end;
  private long lostRecords;

  /** The sample that is at hand: where its bytes are, how many, and its time. */
  MemorySegment bytes;

  long offset;
  int length;
  long time;

  /** Where its record begins. */
  private long start;

  PerfRing(String map, int cpu, long byteSize) {
    this.byteSize = byteSize;
    int wakeUp = (int) Math.min(Integer.MAX_VALUE, byteSize / 4);
    int opened = PerfEvents.openOutput(cpu, wakeUp, true);
    this.countsLost = opened >= 0;
    this.fd = opened >= 0 ? opened : PerfEvents.openOutput(cpu, wakeUp, false);
    boolean whole = false;
    try {
      require(map, cpu, fd);
      int pageSize = Libc.getpagesize();
      Native.Pointer memory =
          Libc.mmap(
              arena, pageSize + byteSize, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, fd, 0);
      require(map, cpu, memory.isNull() ? -memory.errno() : 0);
      this.page = memory.segment();
      this.data = page.asSlice(pageSize);
      this.copy = arena.allocate(LARGEST, 8);
      this.count = arena.allocate(16, 8);
      this.bytes = data;
      require(map, cpu, PerfEvents.enable(fd));
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  private static void require(String map, int cpu, int result) {
    if (result < 0) {
      throw new SyscallException(
          "open perf buffer '" + map + "' of processor " + cpu,
          -result,
          NativeObject.words(-result, List.of()));
    }
  }

  int fd() {
    return fd;
  }

  /** Looks at what is there now. */
  double look() {
    position = (long) POSITION.get(page, TAIL);
    end = (long) POSITION.getAcquire(page, HEAD);
    return (double) (end - position) / byteSize;
  }

  /**
   * Makes the next sample of those that were there at the last look the one at hand.
   *
   * @return whether there is one
   */
  boolean next() {
    while (position < end) {
      long at = position % byteSize;
      int size = Short.toUnsignedInt(data.get(SHORT, at + 6));
      if (size < HEADER) {
        throw new IllegalStateException("a perf record of " + size + " bytes");
      }
      start = position;
      int type = data.get(INT, at);
      MemorySegment from = data;
      if (at + size > byteSize) {
        long first = byteSize - at;
        MemorySegment.copy(data, at, copy, 0, first);
        MemorySegment.copy(data, 0, copy, first, size - first);
        from = copy;
        at = 0;
      }
      position += size;
      if (type == LOST) {
        lostRecords += from.get(LONG, at + HEADER + 8);
      } else if (type == SAMPLE) {
        time = from.get(LONG, at + HEADER);
        length = from.get(INT, at + HEADER + 8);
        bytes = from;
        offset = at + HEADER + 12;
        return true;
      }
    }
    return false;
  }

  /** How many bytes were read and not given back. */
  long kept() {
    return start - (long) POSITION.get(page, TAIL);
  }

  /** Lets the writer have the place of what was read, with the sample at hand or without it. */
  void release(boolean butForTheSample) {
    POSITION.setRelease(page, TAIL, butForTheSample ? start : position);
  }

  /** How many samples found no place so far. */
  long lost() {
    if (countsLost && Libc.read(fd, count) == 16) {
      return Math.max(lostRecords, count.get(LONG, 8));
    }
    return lostRecords;
  }

  @Override
  public void close() {
    arena.close();
    if (fd >= 0) {
      Libc.close(fd);
    }
  }
}
