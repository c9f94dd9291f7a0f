package org.skep.bpf.events;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.skep.SyscallException;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.decode.EventSink;
import org.skep.host.PossibleCpus;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;

/**
 * The perf buffers of a perf event array, one for each CPU. They are there from now until they are
 * closed: no event is older than the reading.
 */
public final class PerfBuffers implements EventBuffer {
  private final String map;
  private final int fd;
  private final long byteSize;
  private final Map<Integer, PerfRing> rings = new TreeMap<>();
  private final PerfMerge merge;

  public PerfBuffers(String map, int sharedFd, long byteSize) {
    this.map = map;
    this.byteSize = byteSize;
    this.fd = Libc.duplicate(sharedFd);
    boolean whole = false;
    try (Arena arena = Arena.ofConfined()) {
      require("read perf buffer '" + map + "'", fd);
      BitSet online = PossibleCpus.online();
      for (int cpu = online.nextSetBit(0); cpu >= 0; cpu = online.nextSetBit(cpu + 1)) {
        PerfRing ring = new PerfRing(map, cpu, byteSize);
        rings.put(cpu, ring);
        require(
            "put the buffer of CPU " + cpu + " into '" + map + "'",
            LibbpfSyscall.bpf_map_update_elem(
                fd,
                arena.allocateFrom(ValueLayout.JAVA_INT, cpu),
                arena.allocateFrom(ValueLayout.JAVA_INT, ring.fd()),
                0));
      }
      this.merge = new PerfMerge(rings.values().stream().map(PerfRing::reader).toList(), byteSize);
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  private static void require(String operation, int result) {
    if (result < 0) {
      throw new SyscallException(operation, -result, NativeObject.words(-result, List.of()));
    }
  }

  @Override
  public long drain(EventSink sink, long limit, boolean last) {
    return merge.drain(sink, limit, System.nanoTime(), last);
  }

  @Override
  public double fill() {
    return merge.fill();
  }

  @Override
  public long byteSize() {
    return byteSize;
  }

  @Override
  public long before() {
    return 0;
  }

  @Override
  public long skipped() {
    return 0;
  }

  @Override
  public long lost() {
    return rings.values().stream().mapToLong(PerfRing::lost).sum();
  }

  @Override
  public long disordered() {
    return merge.disordered();
  }

  @Override
  public List<Integer> descriptors() {
    return rings.values().stream().map(PerfRing::fd).toList();
  }

  @Override
  public void close() {
    try (Arena arena = Arena.ofConfined()) {
      rings.forEach(
          (cpu, ring) -> {
            LibbpfSyscall.bpf_map_delete_elem(fd, arena.allocateFrom(ValueLayout.JAVA_INT, cpu));
            ring.close();
          });
    }
    rings.clear();
    if (fd >= 0) {
      Libc.close(fd);
    }
  }

  @Override
  public String toString() {
    return "perf buffers of '" + map + "'";
  }
}
