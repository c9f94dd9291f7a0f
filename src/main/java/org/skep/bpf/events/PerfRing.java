package org.skep.bpf.events;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.skep.SyscallException;
import org.skep.bpf.base.NativeObject;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.PerfEvents;

/** The perf buffer of one CPU in mapped memory. */
final class PerfRing implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final int fd;
  private final boolean countsLost;
  private final MemorySegment count;
  private final PerfReader reader;

  PerfRing(String map, int cpu, long byteSize) {
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
      MemorySegment page = memory.segment();
      this.reader = new PerfReader(map, page, page.asSlice(pageSize), byteSize);
      this.count = arena.allocate(16, 8);
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
          "open perf buffer '" + map + "' of CPU " + cpu,
          -result,
          NativeObject.words(-result, List.of()));
    }
  }

  int fd() {
    return fd;
  }

  /** Its records. */
  PerfReader reader() {
    return reader;
  }

  /** How many samples found no place so far. */
  long lost() {
    if (countsLost && Libc.read(fd, count) == 16) {
      return Math.max(reader.lost(), count.get(ValueLayout.JAVA_LONG_UNALIGNED, 8));
    }
    return reader.lost();
  }

  @Override
  public void close() {
    arena.close();
    if (fd >= 0) {
      Libc.close(fd);
    }
  }
}
