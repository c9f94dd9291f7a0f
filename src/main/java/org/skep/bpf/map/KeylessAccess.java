package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.skep.bpf.base.Lifetime;
import org.skep.internal.ffi.Errno;

/** Adds to, looks at and takes from maps that have no keys: queues, stacks, bloom filters. */
public record KeylessAccess(MapFd map, Lifetime lifetime, ValueCodec value) {
  private static final long EXIST = 2;

  /**
   * @param replace whether a full queue or stack gives up its oldest value
   */
  public void push(Object added, boolean replace) {
    ScratchBuffer scratch = ScratchBuffer.take(0, map.shape().valueBytes());
    try {
      value.write(added, scratch.value(), 0);
      lifetime.enter();
      int result;
      try {
        result =
            map.calls().update(map.fd(), MemorySegment.NULL, scratch.value(), replace ? EXIST : 0);
      } finally {
        lifetime.exit();
      }
      if (result < 0) {
        throw map.refused("push onto", result);
      }
    } finally {
      scratch.give();
    }
  }

  public Optional<Object> head(boolean take) {
    ScratchBuffer scratch = ScratchBuffer.take(0, map.shape().valueBytes());
    try {
      lifetime.enter();
      int result;
      try {
        MemorySegment room = scratch.value();
        result =
            take
                ? map.calls().lookupAndDelete(map.fd(), MemorySegment.NULL, room)
                : map.calls().lookup(map.fd(), MemorySegment.NULL, room);
      } finally {
        lifetime.exit();
      }
      if (result == 0) {
        return Optional.of(value.read(scratch.value(), 0));
      }
      if (Errno.ENOENT.is(result)) {
        return Optional.empty();
      }
      throw map.refused(take ? "pop" : "peek into", result);
    } finally {
      scratch.give();
    }
  }

  public boolean contains(Object wanted) {
    ScratchBuffer scratch = ScratchBuffer.take(0, map.shape().valueBytes());
    try {
      value.write(wanted, scratch.value(), 0);
      lifetime.enter();
      int result;
      try {
        result = map.calls().lookup(map.fd(), MemorySegment.NULL, scratch.value());
      } finally {
        lifetime.exit();
      }
      if (result < 0 && !Errno.ENOENT.is(result)) {
        throw map.refused("ask", result);
      }
      return result == 0;
    } finally {
      scratch.give();
    }
  }
}
