package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.skep.SyscallException;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Uapi;

/**
 * The numbers of a map, as the kernel has them.
 *
 * @param type its kind
 * @param id its number in the kernel
 * @param keyBytes bytes of a key; 0 where it has no keys
 * @param valueBytes bytes of a value, of one processor where it is per CPU
 * @param maxEntries how many entries it can hold, unsigned in the kernel
 * @param flags the flags of its creation
 * @param cpus values for each key: the possible processors where it is per CPU, else 1
 */
record MapShape(
    BpfMapType type, int id, int keyBytes, int valueBytes, long maxEntries, int flags, int cpus) {

  static MapShape of(String name, int fd) {
    try (Arena arena = Arena.ofConfined()) {
      CStruct info = CStruct.allocate(arena, Uapi.bpf_map_info);
      MemorySegment length =
          arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.segment().byteSize());
      int result = LibbpfSyscall.bpf_obj_get_info_by_fd(fd, info.segment(), length);
      if (result < 0) {
        throw new SyscallException(
            "ask about map '" + name + "'",
            -result,
            NativeObject.words(-result, java.util.List.of()));
      }
      BpfMapType type = BpfMapType.of(info.getInt("type"));
      return new MapShape(
          type,
          info.getInt("id"),
          info.getInt("key_size"),
          info.getInt("value_size"),
          Integer.toUnsignedLong(info.getInt("max_entries")),
          info.getInt("map_flags"),
          type.isPerCpu() ? Libbpf.libbpf_num_possible_cpus() : 1);
    }
  }

  /** The bytes between the values of two processors. */
  long cpuStride() {
    return type.isPerCpu() ? roundUp(valueBytes) : valueBytes;
  }

  /** The bytes that the kernel reads and writes for one key. */
  long entryValueBytes() {
    return cpuStride() * cpus;
  }

  /** Whether its values can be mapped into memory. */
  boolean isMappable() {
    return type == BpfMapType.ARRAY && (flags & Uapi.BPF_F_MMAPABLE) != 0;
  }

  static long roundUp(long bytes) {
    return bytes + 7 & -8;
  }
}
