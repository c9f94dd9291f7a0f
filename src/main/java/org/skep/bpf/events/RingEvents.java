package org.skep.bpf.events;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.skep.SyscallException;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.decode.EventSink;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.Libc;

/**
 * A BPF ring buffer in mapped memory: a page with the reader's position, which this process writes,
 * then a page with the writers' position and twice the data.
 */
public final class RingEvents implements EventBuffer {
  private final Arena arena = Arena.ofShared();
  private final int fd;
  private final long byteSize;
  private final boolean skipsBuffered;
  private final RingReader ring;

  /**
   * @param skipsBuffered whether events that are there now are counted, and not handed over
   */
  public RingEvents(String map, int sharedFd, long byteSize, boolean skipsBuffered) {
    this.byteSize = byteSize;
    this.skipsBuffered = skipsBuffered;
    this.fd = Libc.duplicate(sharedFd);
    boolean whole = false;
    try {
      require("read ring '" + map + "'", -fd);
      int page = Libc.getpagesize();
      MemorySegment reader = map(map, page, Libc.PROT_READ | Libc.PROT_WRITE, 0);
      MemorySegment writers = map(map, page + 2 * byteSize, Libc.PROT_READ, page);
      this.ring =
          new RingReader(map, reader, writers, writers.asSlice(page), byteSize, skipsBuffered);
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  private MemorySegment map(String map, long size, int protection, long offset) {
    Native.Pointer memory = Libc.mmap(arena, size, protection, Libc.MAP_SHARED, fd, offset);
    require("map ring '" + map + "' into memory", memory.isNull() ? memory.errno() : 0);
    return memory.segment();
  }

  private static void require(String operation, int errno) {
    if (errno > 0) {
      throw new SyscallException(operation, errno, NativeObject.words(errno, List.of()));
    }
  }

  @Override
  public long drain(EventSink sink, long limit, boolean last) {
    return ring.drain(sink, limit);
  }

  @Override
  public double fill() {
    return ring.fill();
  }

  @Override
  public long byteSize() {
    return byteSize;
  }

  @Override
  public long before() {
    return skipsBuffered ? 0 : ring.buffered();
  }

  @Override
  public long skipped() {
    return skipsBuffered ? ring.buffered() : 0;
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
  public void close() {
    arena.close();
    if (fd >= 0) {
      Libc.close(fd);
    }
  }
}
