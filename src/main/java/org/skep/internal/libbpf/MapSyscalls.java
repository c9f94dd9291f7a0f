package org.skep.internal.libbpf;

import java.lang.foreign.MemorySegment;

/**
 * The system calls that read and write the entries of a map. Results are 0 or a negative error
 * number. Tests replace calls to answer with errors, short batches and restarts that the running
 * Linux does not produce.
 */
public interface MapSyscalls {
  /** Those of the running Linux. */
  MapSyscalls LINUX = new MapSyscalls() {};

  /** Reads the value of a key; ENOENT where the key is not there. */
  default int lookup(int fd, MemorySegment key, MemorySegment value) {
    return LibbpfSyscall.bpf_map_lookup_elem_flags(fd, key, value, 0);
  }

  /** Writes the value of a key; flags as of {@link LibbpfSyscall#bpf_map_update_elem}. */
  default int update(int fd, MemorySegment key, MemorySegment value, long flags) {
    return LibbpfSyscall.bpf_map_update_elem(fd, key, value, flags);
  }

  /** Deletes a key; ENOENT where it is not there. */
  default int delete(int fd, MemorySegment key) {
    return LibbpfSyscall.bpf_map_delete_elem(fd, key);
  }

  /** Takes the head of a queue or stack. */
  default int lookupAndDelete(int fd, MemorySegment key, MemorySegment value) {
    return LibbpfSyscall.bpf_map_lookup_and_delete_elem(fd, key, value);
  }

  /** The key after {@code key}; the first after NULL or a key that is not there. */
  default int nextKey(int fd, MemorySegment key, MemorySegment next) {
    return LibbpfSyscall.bpf_map_get_next_key(fd, key, next);
  }

  /** Reads many entries; {@code count} as {@link LibbpfSyscall#bpf_map_lookup_batch} says. */
  default int lookupBatch(
      int fd,
      MemorySegment in,
      MemorySegment out,
      MemorySegment keys,
      MemorySegment values,
      MemorySegment count) {
    return LibbpfSyscall.bpf_map_lookup_batch(fd, in, out, keys, values, count);
  }

  /** Writes many entries. */
  default int updateBatch(int fd, MemorySegment keys, MemorySegment values, MemorySegment count) {
    return LibbpfSyscall.bpf_map_update_batch(fd, keys, values, count);
  }

  /** Deletes many keys. */
  default int deleteBatch(int fd, MemorySegment keys, MemorySegment count) {
    return LibbpfSyscall.bpf_map_delete_batch(fd, keys, count);
  }
}
