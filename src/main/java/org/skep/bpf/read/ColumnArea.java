package org.skep.bpf.read;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.BpfSyscall;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.Uapi;

/**
 * Memory that programs and this process share: the one value of an array, into which a map is
 * copied by a program. There is one for all maps, because making it costs more than most readings;
 * it grows as needed and stays.
 */
final class ColumnArea {
  /** With what making a table takes for a moment, less than 64 MiB beside the table. */
  static final long LARGEST = 56 << 20;

  private static final long SMALLEST = 256 << 10;
  private static final long PIECE = 4 << 20;
  private static final int ARRAY = 2;

  private static final ReentrantLock IN_USE = new ReentrantLock();
  private static @Nullable ColumnArea current;

  private final int fd;
  private final MemorySegment memory;

  private ColumnArea(int fd, MemorySegment memory) {
    this.fd = fd;
    this.memory = memory;
  }

  /**
   * Takes the area for one reading, to be given back by {@link #give}.
   *
   * @return null where another reading has it, or Linux gives no such memory
   */
  static @Nullable ColumnArea take(long bytes) {
    if (bytes > LARGEST || !IN_USE.tryLock()) {
      return null;
    }
    ColumnArea area = current;
    if (area == null || area.memory.byteSize() < bytes) {
      area = make(room(bytes));
      if (area != null) {
        if (current != null) {
          Libc.close(current.fd); // readers that remember it make their program anew
        }
        current = area;
      }
    }
    if (area == null) {
      IN_USE.unlock();
    }
    return area;
  }

  /** A power of two, or whole pieces where that would be much more. */
  private static long room(long bytes) {
    long power = Math.max(SMALLEST, Long.highestOneBit(bytes - 1) << 1);
    return power <= PIECE ? power : (bytes + PIECE - 1) / PIECE * PIECE;
  }

  /** Whether so many bytes would be had without making the area anew. */
  static boolean has(long bytes) {
    ColumnArea area = current;
    return area != null && area.memory.byteSize() >= bytes;
  }

  void give() {
    IN_USE.unlock();
  }

  private static @Nullable ColumnArea make(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          BpfSyscall.bpf(
              BpfSyscall.BPF_MAP_CREATE,
              CStruct.allocate(arena, BpfSyscall.map_create)
                  .set("map_type", ARRAY)
                  .set("key_size", Integer.BYTES)
                  .set("value_size", (int) bytes)
                  .set("max_entries", 1)
                  .set("map_flags", Uapi.BPF_F_MMAPABLE));
      if (fd < 0) {
        return null;
      }
      // unmapped when no reading can reach it any more
      var mapped = Libc.mmap(Arena.ofAuto(), bytes, Libc.PROT_READ, Libc.MAP_SHARED, fd, 0);
      if (mapped.isNull()) {
        Libc.close(fd);
        return null;
      }
      return new ColumnArea(fd, mapped.segment());
    }
  }

  /** The array. */
  int fd() {
    return fd;
  }

  /** What programs have written. */
  MemorySegment memory() {
    return memory;
  }
}
