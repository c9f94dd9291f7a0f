package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfSyscall;

/**
 * Reads, writes and removes single entries of a map by its keys. What a user passes is turned into
 * bytes before the object is taken into use, as that may run the user's own code.
 */
record EntryAccess(String map, Lifetime lifetime, int fd, MapShape shape, Form key, Form value) {
  EntryAccess(String map, Lifetime lifetime, int fd, MapShape shape, Forms forms) {
    this(map, lifetime, fd, shape, forms.key(), forms.value());
  }

  Optional<Object> get(Object wanted) {
    Scratch scratch = Scratch.take(shape.keyBytes(), shape.entryValueBytes());
    try {
      key.write(wanted, scratch.key(), 0);
      int result;
      try {
        lifetime.enter();
        try {
          result = LibbpfSyscall.bpf_map_lookup_elem_flags(fd, scratch.key(), scratch.value(), 0);
        } finally {
          lifetime.exit();
        }
      } finally {
        key.release(scratch.key(), 0);
      }
      if (result == 0) {
        return Optional.of(decode(scratch.value(), 0));
      }
      if (Errno.ENOENT.is(result)) {
        return Optional.empty();
      }
      throw MapRefusals.of("get from", map, shape, -result);
    } finally {
      scratch.give();
    }
  }

  void put(Object newKey, Object newValue) {
    Scratch scratch = Scratch.take(shape.keyBytes(), shape.entryValueBytes());
    try {
      key.write(newKey, scratch.key(), 0);
      int result;
      try {
        result = update(newValue, scratch);
      } finally {
        key.release(scratch.key(), 0);
      }
      if (result < 0) {
        throw MapRefusals.of("put into", map, shape, -result);
      }
    } finally {
      scratch.give();
    }
  }

  private int update(Object newValue, Scratch scratch) {
    encode(newValue, scratch.value(), 0);
    try {
      lifetime.enter();
      try {
        return LibbpfSyscall.bpf_map_update_elem(fd, scratch.key(), scratch.value(), 0);
      } finally {
        lifetime.exit();
      }
    } finally {
      value.release(scratch.value(), 0);
    }
  }

  boolean remove(Object oldKey) {
    Scratch scratch = Scratch.take(shape.keyBytes(), 0);
    try {
      key.write(oldKey, scratch.key(), 0);
      int result;
      try {
        lifetime.enter();
        try {
          result = LibbpfSyscall.bpf_map_delete_elem(fd, scratch.key());
        } finally {
          lifetime.exit();
        }
      } finally {
        key.release(scratch.key(), 0);
      }
      if (result < 0 && !Errno.ENOENT.is(result)) {
        throw MapRefusals.of("remove from", map, shape, -result);
      }
      return result == 0;
    } finally {
      scratch.give();
    }
  }

  /** The value at an offset: a list by processor in a per-CPU map. */
  Object decode(MemorySegment values, long offset) {
    if (!shape.type().isPerCpu()) {
      return value.read(values, offset);
    }
    List<Object> all = new ArrayList<>(shape.cpus());
    for (int cpu = 0; cpu < shape.cpus(); cpu++) {
      all.add(value.read(values, offset + cpu * shape.cpuStride()));
    }
    return all;
  }

  /** Writes a value at an offset: for every processor in a per-CPU map. */
  void encode(Object newValue, MemorySegment memory, long offset) {
    if (!shape.type().isPerCpu()) {
      value.write(newValue, memory, offset);
      return;
    }
    memory.asSlice(offset, shape.entryValueBytes()).fill((byte) 0);
    List<?> each =
        newValue instanceof List<?> list && list.size() == shape.cpus() ? list : List.of();
    for (int cpu = 0; cpu < shape.cpus(); cpu++) {
      value.write(
          each.isEmpty() ? newValue : each.get(cpu), memory, offset + cpu * shape.cpuStride());
    }
  }
}
