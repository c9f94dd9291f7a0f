package org.skep.bpf;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfSyscall;

/** Adds to, looks at and takes from maps that have no keys: queues, stacks, bloom filters. */
record KeylessAccess(String map, Lifetime lifetime, int fd, MapShape shape, Form value) {
  private static final long EXIST = 2;

  /**
   * @param replace whether a full queue or stack gives up its oldest value
   */
  void push(Object added, boolean replace) {
    Scratch scratch = Scratch.take(0, shape.valueBytes());
    try {
      value.write(added, scratch.value(), 0);
      lifetime.enter();
      int result;
      try {
        result =
            LibbpfSyscall.bpf_map_update_elem(
                fd, MemorySegment.NULL, scratch.value(), replace ? EXIST : 0);
      } finally {
        lifetime.exit();
      }
      if (result < 0) {
        throw MapRefusals.of("push onto", map, shape, -result);
      }
    } finally {
      scratch.give();
    }
  }

  Optional<Object> head(boolean take) {
    Scratch scratch = Scratch.take(0, shape.valueBytes());
    try {
      lifetime.enter();
      int result;
      try {
        MemorySegment room = scratch.value();
        result =
            take
                ? LibbpfSyscall.bpf_map_lookup_and_delete_elem(fd, MemorySegment.NULL, room)
                : LibbpfSyscall.bpf_map_lookup_elem_flags(fd, MemorySegment.NULL, room, 0);
      } finally {
        lifetime.exit();
      }
      if (result == 0) {
        return Optional.of(value.read(scratch.value(), 0));
      }
      if (Errno.ENOENT.is(result)) {
        return Optional.empty();
      }
      throw MapRefusals.of(take ? "pop" : "peek into", map, shape, -result);
    } finally {
      scratch.give();
    }
  }

  boolean contains(Object wanted) {
    Scratch scratch = Scratch.take(0, shape.valueBytes());
    try {
      value.write(wanted, scratch.value(), 0);
      lifetime.enter();
      int result;
      try {
        result =
            LibbpfSyscall.bpf_map_lookup_elem_flags(fd, MemorySegment.NULL, scratch.value(), 0);
      } finally {
        lifetime.exit();
      }
      if (result < 0 && !Errno.ENOENT.is(result)) {
        throw MapRefusals.of("ask", map, shape, -result);
      }
      return result == 0;
    } finally {
      scratch.give();
    }
  }
}
