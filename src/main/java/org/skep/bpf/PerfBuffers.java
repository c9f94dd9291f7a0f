package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.skep.SyscallException;
import org.skep.host.PossibleCpus;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;

/**
 * The perf buffers of a perf event array, one for each processor, read in the order of their time
 * stamps. The latest are left for the next look, when those of other processors that are earlier
 * are there too; unless a buffer is half full.
 */
final class PerfBuffers implements EventBuffer {
  /** Between the time stamp of a record and the moment from which it can be read. */
  private static final long WRITING_NANOS = 2_000_000;

  /** One processor's buffer and the sample at its head. */
  private static final class Head {
    final PerfRing ring;
    final int cpu;
    boolean there;

    Head(PerfRing ring, int cpu) {
      this.ring = ring;
      this.cpu = cpu;
    }

    void advance() {
      there = ring.next();
    }
  }

  private final String map;
  private final int fd;
  private final long byteSize;
  private final List<Head> heads = new ArrayList<>();
  private double fill;
  private long latest = Long.MIN_VALUE;
  private long disordered;

  PerfBuffers(String map, int sharedFd, long byteSize) {
    this.map = map;
    this.byteSize = byteSize;
    this.fd = Libc.duplicate(sharedFd);
    boolean whole = false;
    try (Arena arena = Arena.ofConfined()) {
      BitSet online = PossibleCpus.online();
      for (int cpu = online.nextSetBit(0); cpu >= 0; cpu = online.nextSetBit(cpu + 1)) {
        Head head = new Head(new PerfRing(map, cpu, byteSize), cpu);
        heads.add(head);
        int result =
            LibbpfSyscall.bpf_map_update_elem(
                fd,
                arena.allocateFrom(ValueLayout.JAVA_INT, cpu),
                arena.allocateFrom(ValueLayout.JAVA_INT, head.ring.fd()),
                0);
        if (result < 0) {
          throw new SyscallException(
              "put the buffer of processor " + cpu + " into '" + map + "'",
              -result,
              NativeObject.words(-result, List.of()));
        }
      }
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  @Override
  public long drain(RecordSink sink, long limit, boolean last) {
    long settled = System.nanoTime() - WRITING_NANOS;
    fill = 0;
    for (Head head : heads) {
      fill = Math.max(fill, head.ring.look());
      head.advance();
    }
    boolean all = last || fill > 0.5;
    long taken = 0;
    try {
      while (taken < limit) {
        Head first = null;
        for (Head head : heads) {
          if (head.there && (first == null || head.ring.time < first.ring.time)) {
            first = head;
          }
        }
        if (first == null || (!all && first.ring.time > settled)) {
          break;
        }
        PerfRing ring = first.ring;
        sink.take(ring.bytes, ring.offset, 0, ring.length, 1);
        disordered += ring.time < latest ? 1 : 0;
        latest = Math.max(latest, ring.time);
        taken++;
        first.advance();
        if (first.there && ring.kept() >= byteSize / 8) {
          ring.release(true);
        }
      }
    } finally {
      for (Head head : heads) {
        head.ring.release(head.there);
      }
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
    return heads.stream().mapToLong(head -> head.ring.lost()).sum();
  }

  @Override
  public long disordered() {
    return disordered;
  }

  @Override
  public List<Integer> descriptors() {
    return heads.stream().map(head -> head.ring.fd()).toList();
  }

  @Override
  public boolean roundsUp() {
    return true;
  }

  @Override
  public void close() {
    try (Arena arena = Arena.ofConfined()) {
      for (Head head : heads) {
        LibbpfSyscall.bpf_map_delete_elem(fd, arena.allocateFrom(ValueLayout.JAVA_INT, head.cpu));
        head.ring.close();
      }
    }
    heads.clear();
    Libc.close(fd);
  }

  @Override
  public String toString() {
    return "perf buffers of '" + map + "'";
  }
}
