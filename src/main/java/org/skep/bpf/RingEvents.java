package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.skep.SyscallException;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.Libc;

/**
 * A BPF ring buffer, read from mapped memory.
 *
 * <p>Its memory is a page with the reader's position, which this process writes, then a page with
 * the writers' position and twice the data, so that a record never ends at the end of memory. A
 * record begins with a word of its length, in which one bit says that it is still being written and
 * one that it was given up, and takes a multiple of 8 bytes.
 */
final class RingEvents implements EventBuffer {
  private static final int HEADER = 8;
  private static final int DISCARDED = 1 << 30;
  private static final int LENGTH = DISCARDED - 1;

  /** The place of read records is given back after so many bytes, or an eighth of the ring. */
  private static final long GIVE_BACK = 1 << 20;

  /** Records in a run: their bytes should stay in the processor's second cache. */
  private static final int MOST_IN_RUN = 1_024;

  private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

  private final Arena arena = Arena.ofShared();
  private final int fd;
  private final long byteSize;
  private final MemorySegment reader;
  private final MemorySegment writers;
  private final MemorySegment data;
  private double fill;

  RingEvents(String map, int sharedFd, long byteSize) {
    this.byteSize = byteSize;
    this.fd = Libc.duplicate(sharedFd);
    boolean whole = false;
    try {
      int page = Libc.getpagesize();
      this.reader = map(map, page, Libc.PROT_READ | Libc.PROT_WRITE, 0);
      this.writers = map(map, page + 2 * byteSize, Libc.PROT_READ, page);
      this.data = writers.asSlice(page);
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  private MemorySegment map(String map, long size, int protection, long offset) {
    Native.Pointer memory = Libc.mmap(arena, size, protection, Libc.MAP_SHARED, fd, offset);
    if (memory.isNull()) {
      throw new SyscallException(
          "map ring '" + map + "' into memory",
          memory.errno(),
          NativeObject.words(memory.errno(), List.of()));
    }
    return memory.segment();
  }

  @Override
  public long drain(RecordSink sink, long limit, boolean last) {
    long position = (long) POSITION.get(reader, 0L);
    long end = (long) POSITION.getAcquire(writers, 0L);
    fill = (double) (end - position) / byteSize;
    long taken = 0;
    long given = position;
    long mask = byteSize - 1;
    long giveBack = Math.min(GIVE_BACK, byteSize / 8);
    try {
      while (position < end && taken < limit) {
        long at = position & mask;
        int word = (int) WORD.getAcquire(data, at);
        if (word < 0) {
          break;
        }
        int length = word & LENGTH;
        long stride = length + HEADER + 7L & -8L;
        if ((word & DISCARDED) != 0) {
          position += stride;
          continue;
        }
        int most = (int) Math.min(Math.min(MOST_IN_RUN, limit - taken), (end - position) / stride);
        int count = 1;
        while (count < most && (int) WORD.getAcquire(data, at + count * stride) == word) {
          count++;
        }
        sink.take(data, at + HEADER, stride, length, count);
        taken += count;
        position += count * stride;
        if (position - given >= giveBack) {
          POSITION.setRelease(reader, 0L, position);
          given = position;
        }
      }
    } finally {
      POSITION.setRelease(reader, 0L, position);
    }
    return taken;
  }

  @Override
  public double fill() {
    return fill;
  }

  @Override
  public long byteSize() {
    return byteSize;
  }

  @Override
  public long lost() {
    return -1;
  }

  @Override
  public long disordered() {
    return 0;
  }

  @Override
  public List<Integer> descriptors() {
    return List.of(fd);
  }

  @Override
  public boolean roundsUp() {
    return false;
  }

  @Override
  public void close() {
    arena.close();
    Libc.close(fd);
  }
}
