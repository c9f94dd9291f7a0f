package org.skep.bpf.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.skep.internal.ffi.Native;
import org.skep.internal.libbpf.Libc;

/** Maps of one object that are mapped into memory, each when first asked for, until it closes. */
public final class Mappings {
  private final List<Arena> arenas = new ArrayList<>();
  private final List<Runnable> others = new ArrayList<>();
  private final Map<Mapped, Supplier<MemorySegment>> made = new HashMap<>();

  /** What is mapped once, whoever asks for it. */
  private record Mapped(int fd, int protection) {}

  /** Has something else freed with the mappings, which reading the maps needs. */
  public synchronized void whenClosed(Runnable release) {
    others.add(release);
  }

  /**
   * The values of an array that can be mapped, for reading. Asked for while the object is in use.
   */
  public Supplier<MemorySegment> readable(String map, int fd, MapShape shape) {
    return of(map, fd, shape, Libc.PROT_READ);
  }

  /** The same for writing, which the kernel refuses for a frozen map. */
  public Supplier<MemorySegment> writable(String map, int fd, MapShape shape) {
    return of(map, fd, shape, Libc.PROT_READ | Libc.PROT_WRITE);
  }

  private synchronized Supplier<MemorySegment> of(
      String map, int fd, MapShape shape, int protection) {
    return made.computeIfAbsent(
        new Mapped(fd, protection), key -> supplier(map, fd, shape, protection));
  }

  private Supplier<MemorySegment> supplier(String map, int fd, MapShape shape, int protection) {
    return new Supplier<>() {
      private @Nullable MemorySegment mapped;

      @Override
      public synchronized MemorySegment get() {
        MemorySegment memory = mapped;
        if (memory == null) {
          memory = map(map, fd, shape, protection);
          mapped = memory;
        }
        return memory;
      }
    };
  }

  private synchronized MemorySegment map(String map, int fd, MapShape shape, int protection) {
    Arena arena = Arena.ofShared();
    long size = MapShape.roundUp(shape.valueBytes()) * shape.maxEntries();
    Native.Pointer memory = Libc.mmap(arena, size, protection, Libc.MAP_SHARED, fd, 0);
    if (memory.isNull()) {
      arena.close();
      throw MapErrors.of(
          protection == Libc.PROT_READ ? "map into memory" : "put into",
          map,
          shape,
          memory.errno());
    }
    arenas.add(arena);
    return memory.segment();
  }

  /** Makes something of memory that is unmapped with the object, or at once where that fails. */
  public synchronized <T> T make(Function<Arena, T> work) {
    Arena arena = Arena.ofShared();
    boolean whole = false;
    try {
      T result = work.apply(arena);
      arenas.add(arena);
      whole = true;
      return result;
    } finally {
      if (!whole) {
        arena.close();
      }
    }
  }

  /** Unmaps all, when nobody uses them any more. */
  public synchronized void close() {
    arenas.forEach(Arena::close);
    arenas.clear();
    others.forEach(Runnable::run);
    others.clear();
  }
}
