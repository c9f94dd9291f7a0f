package org.skep.bpf.map;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.bpf.base.Lifetime;
import org.skep.internal.ffi.Errno;

/**
 * Reads, writes and removes single entries of a map by its keys. What a user passes is turned into
 * bytes before the object is taken into use, as that may run the user's own code.
 */
public record EntryAccess(MapFd map, Lifetime lifetime, ValueCodec key, ValueCodec value) {
  public EntryAccess(MapFd map, Lifetime lifetime, MapCodecs codecs) {
    this(map, lifetime, codecs.key(), codecs.value());
  }

  public MapShape shape() {
    return map.shape();
  }

  public Optional<Object> get(Object wanted) {
    ScratchBuffer scratch =
        ScratchBuffer.take(map.shape().keyBytes(), map.shape().entryValueBytes());
    try {
      key.write(wanted, scratch.key(), 0);
      int result;
      try {
        lifetime.enter();
        try {
          result = map.calls().lookup(map.fd(), scratch.key(), scratch.value());
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
      throw map.refused("get from", result);
    } finally {
      scratch.give();
    }
  }

  public void put(Object newKey, Object newValue) {
    ScratchBuffer scratch =
        ScratchBuffer.take(map.shape().keyBytes(), map.shape().entryValueBytes());
    try {
      key.write(newKey, scratch.key(), 0);
      int result;
      try {
        result = update(newValue, scratch);
      } finally {
        key.release(scratch.key(), 0);
      }
      if (result < 0) {
        throw map.refused("put into", result);
      }
    } finally {
      scratch.give();
    }
  }

  private int update(Object newValue, ScratchBuffer scratch) {
    encode(newValue, scratch.value(), 0);
    try {
      lifetime.enter();
      try {
        return map.calls().update(map.fd(), scratch.key(), scratch.value(), 0);
      } finally {
        lifetime.exit();
      }
    } finally {
      value.release(scratch.value(), 0);
    }
  }

  public boolean remove(Object oldKey) {
    ScratchBuffer scratch = ScratchBuffer.take(map.shape().keyBytes(), 0);
    try {
      key.write(oldKey, scratch.key(), 0);
      int result;
      try {
        lifetime.enter();
        try {
          result = map.calls().delete(map.fd(), scratch.key());
        } finally {
          lifetime.exit();
        }
      } finally {
        key.release(scratch.key(), 0);
      }
      if (result < 0 && !Errno.ENOENT.is(result)) {
        throw map.refused("remove from", result);
      }
      return result == 0;
    } finally {
      scratch.give();
    }
  }

  /** The value at an offset: a list by CPU in a per-CPU map. */
  public Object decode(MemorySegment values, long offset) {
    if (!map.shape().type().isPerCpu()) {
      return value.read(values, offset);
    }
    List<Object> all = new ArrayList<>(map.shape().cpus());
    for (int cpu = 0; cpu < map.shape().cpus(); cpu++) {
      all.add(value.read(values, offset + cpu * map.shape().cpuStride()));
    }
    return all;
  }

  /** Writes a value at an offset: for every CPU in a per-CPU map. */
  public void encode(Object newValue, MemorySegment memory, long offset) {
    if (!map.shape().type().isPerCpu()) {
      value.write(newValue, memory, offset);
      return;
    }
    memory.asSlice(offset, map.shape().entryValueBytes()).fill((byte) 0);
    List<?> each =
        newValue instanceof List<?> list && list.size() == map.shape().cpus() ? list : List.of();
    for (int cpu = 0; cpu < map.shape().cpus(); cpu++) {
      value.write(
          each.isEmpty() ? newValue : each.get(cpu),
          memory,
          offset + cpu * map.shape().cpuStride());
    }
  }
}
