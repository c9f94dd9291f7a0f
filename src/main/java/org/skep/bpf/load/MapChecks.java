package org.skep.bpf.load;

import java.lang.foreign.MemorySegment;
import org.skep.SyscallException;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.map.BpfMapType;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfMap;

/** Finds mistakes in the definitions of maps that the kernel answers with a bare EINVAL. */
final class MapChecks {
  private static final int BPF_F_NO_PREALLOC = 1;

  private MapChecks() {}

  static void check(NativeObject object) {
    object.maps().forEach(MapChecks::check);
  }

  private static void check(String name, MemorySegment map) {
    if (BpfMapType.of(LibbpfMap.bpf_map__type(map)).holdsMaps()
        && LibbpfMap.bpf_map__inner_map(map).address() == 0
        && LibbpfMap.bpf_map__fd(map) < 0) {
      throw new SyscallException(
          "create map '" + name + "'",
          Errno.EINVAL.number(),
          "the type of its inner maps is missing (write __array(values, struct { ... }) in its"
              + " definition)");
    }
    if (growsByEntry(BpfMapType.of(LibbpfMap.bpf_map__type(map)))
        && (LibbpfMap.bpf_map__map_flags(map) & BPF_F_NO_PREALLOC) == 0
        && LibbpfMap.bpf_map__fd(map) < 0) {
      throw new SyscallException(
          "create map '" + name + "'",
          Errno.EINVAL.number(),
          "its type is not preallocated (write __uint(map_flags, BPF_F_NO_PREALLOC) in its"
              + " definition)");
    }
    if (LibbpfMap.bpf_map__max_entries(map) == 0
        && needsSize(BpfMapType.of(LibbpfMap.bpf_map__type(map)))
        && LibbpfMap.bpf_map__fd(map) < 0) {
      throw new SyscallException(
          "create map '" + name + "'",
          Errno.EINVAL.number(),
          "max_entries is 0 (say __uint(max_entries, N) in its definition, or set it before"
              + " loading: --size "
              + name
              + "=N)");
    }
  }

  private static boolean growsByEntry(BpfMapType type) {
    return switch (type) {
      case LPM_TRIE, SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> true;
      default -> false;
    };
  }

  private static boolean needsSize(BpfMapType type) {
    return switch (type) {
      case HASH,
          ARRAY,
          PROG_ARRAY,
          PERCPU_HASH,
          PERCPU_ARRAY,
          STACK_TRACE,
          CGROUP_ARRAY,
          LRU_HASH,
          LRU_PERCPU_HASH,
          LPM_TRIE,
          ARRAY_OF_MAPS,
          HASH_OF_MAPS,
          DEVMAP,
          SOCKMAP,
          CPUMAP,
          XSKMAP,
          SOCKHASH,
          REUSEPORT_SOCKARRAY,
          QUEUE,
          STACK,
          DEVMAP_HASH,
          RINGBUF,
          BLOOM_FILTER,
          USER_RINGBUF,
          ARENA ->
          true;
      case PERF_EVENT_ARRAY, // libbpf fills in the number of CPUs
          CGROUP_STORAGE,
          PERCPU_CGROUP_STORAGE,
          SK_STORAGE,
          INODE_STORAGE,
          TASK_STORAGE,
          CGRP_STORAGE,
          STRUCT_OPS,
          INSN_ARRAY,
          UNKNOWN ->
          false;
    };
  }
}
