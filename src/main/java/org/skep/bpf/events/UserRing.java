package org.skep.bpf.events;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Optional;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.decode.DeclaredEventTypes;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.BtfCodec;
import org.skep.bpf.read.KernelMap;
import org.skep.btf.Btf;
import org.skep.btf.TypeId;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.Libc;
import org.skep.table.ValueType;

/**
 * A user ring buffer, written in mapped memory: a page with the position of the program, which
 * reads, then a page with that of this process and twice the data.
 */
public final class UserRing {
  private static final int HEADER = 8;
  private static final int BUSY = 1 << 31;
  private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

  private final String map;
  private final long byteSize;
  private final Optional<BtfCodec> codec;
  private final MemorySegment program;
  private final MemorySegment own;
  private final MemorySegment data;

  private UserRing(
      String map,
      long byteSize,
      Optional<BtfCodec> codec,
      MemorySegment program,
      MemorySegment own,
      int page) {
    this.map = map;
    this.byteSize = byteSize;
    this.codec = codec;
    this.program = program;
    this.own = own;
    this.data = own.asSlice(page);
  }

  /** Maps the ring; the arena unmaps it. */
  public static UserRing of(KernelMap map, int fd, Arena arena) {
    if (map.type() != BpfMapType.USER_RINGBUF) {
      throw new UnsupportedFeatureException(
          "send to '" + map.name() + "'",
          "a map of type " + map.type().words() + " takes no events from outside",
          "a ring of BPF_MAP_TYPE_USER_RINGBUF does; put entries into maps that have them");
    }
    int page = Libc.getpagesize();
    long size = map.shape().maxEntries();
    return new UserRing(
        map.name(),
        size,
        codec(map),
        mapped(map, arena, page, Libc.PROT_READ, fd, 0),
        mapped(map, arena, page + 2 * size, Libc.PROT_READ | Libc.PROT_WRITE, fd, page),
        page);
  }

  private static MemorySegment mapped(
      KernelMap map, Arena arena, long size, int protection, int fd, long offset) {
    Native.Pointer memory = Libc.mmap(arena, size, protection, Libc.MAP_SHARED, fd, offset);
    if (memory.isNull()) {
      throw new SyscallException(
          "map ring '" + map.name() + "' into memory",
          memory.errno(),
          NativeObject.words(memory.errno(), List.of()));
    }
    return memory.segment();
  }

  /** The type is that of the value in the definition, or the only struct that is marked. */
  private static Optional<BtfCodec> codec(KernelMap map) {
    Optional<Btf> types = map.context().types();
    List<TypeId> found = types.map(t -> DeclaredEventTypes.of(t, map.name())).orElse(List.of());
    return found.size() == 1
        ? Optional.of(BtfCodec.of(ValueType.of(types.orElseThrow(), found.getFirst())))
        : Optional.empty();
  }

  public synchronized void send(byte[] raw) {
    long stride = raw.length + HEADER + 7L & -8L;
    long read = (long) POSITION.getAcquire(program, 0L);
    long written = (long) POSITION.get(own, 0L);
    if (stride > byteSize - (written - read)) {
      throw new IllegalStateException(
          "send to '"
              + map
              + "': the ring of "
              + byteSize
              + " bytes is full (its program has to drain it, by bpf_user_ringbuf_drain)");
    }
    long at = written & byteSize - 1;
    WORD.set(data, at, raw.length | BUSY);
    WORD.set(data, at + Integer.BYTES, 0);
    MemorySegment.copy(raw, 0, data, ValueLayout.JAVA_BYTE, at + HEADER, raw.length);
    POSITION.setRelease(own, 0L, written + stride);
    WORD.setRelease(data, at, raw.length);
  }

  /** The bytes of an event; may run code of the user. */
  public byte[] bytes(Object value) {
    if (value instanceof byte[] raw) {
      return raw;
    }
    BtfCodec by =
        codec.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "send to '"
                        + map
                        + "': of what type is the event? (say __type(value, struct x) in the map's"
                        + " definition, or send a byte[])"));
    byte[] raw = new byte[by.type().byteSize()];
    MemorySegment ready = MemorySegment.ofArray(new long[raw.length / Long.BYTES + 1]);
    by.write(value, ready, 0);
    MemorySegment.copy(ready, ValueLayout.JAVA_BYTE, 0, raw, 0, raw.length);
    return raw;
  }
}
