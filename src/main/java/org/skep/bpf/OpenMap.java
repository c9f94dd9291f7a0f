package org.skep.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.skep.SyscallException;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.MapShape;
import org.skep.internal.ffi.CText;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.LibbpfMap;

/** A map of an object that is not yet loaded. */
public final class OpenMap {
  private final OpenBpfObject object;
  private final NativeObject opened;
  private final String name;

  OpenMap(OpenBpfObject object, NativeObject opened, String name) {
    this.object = object;
    this.opened = opened;
    this.name = name;
  }

  private MemorySegment pointer() {
    return opened.map(name);
  }

  /**
   * Its name in the source; {@code .rodata}, {@code .data} or {@code .bss} for global variables.
   */
  public String name() {
    return name;
  }

  /** What kind of map it is. */
  public BpfMapType type() {
    return object.ask(() -> BpfMapType.of(LibbpfMap.bpf_map__type(pointer())));
  }

  /** How many entries it can hold; 0 where the source does not say. */
  public int maxEntries() {
    return object.ask(() -> LibbpfMap.bpf_map__max_entries(pointer()));
  }

  /**
   * Whether the number of its entries is a choice of the user: not where it holds global variables,
   * is an array with a size, as its indexes have a meaning, or a ring, whose size is one of bytes,
   * or where the kernel or libbpf decides.
   */
  public boolean isSized() {
    return switch (type()) {
      case HASH,
          PERCPU_HASH,
          LRU_HASH,
          LRU_PERCPU_HASH,
          LPM_TRIE,
          HASH_OF_MAPS,
          DEVMAP_HASH,
          SOCKHASH,
          QUEUE,
          STACK,
          STACK_TRACE,
          BLOOM_FILTER ->
          true;
      case ARRAY,
          PERCPU_ARRAY,
          PROG_ARRAY,
          CGROUP_ARRAY,
          ARRAY_OF_MAPS,
          DEVMAP,
          CPUMAP,
          SOCKMAP,
          XSKMAP,
          REUSEPORT_SOCKARRAY ->
          maxEntries() == 0;
      case RINGBUF,
          USER_RINGBUF,
          ARENA,
          PERF_EVENT_ARRAY,
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

  /**
   * Sets how many entries it can hold.
   *
   * @throws IllegalArgumentException if that is less than 1, or it holds global variables
   */
  public OpenMap maxEntries(int entries) {
    if (object.ask(() -> LibbpfMap.bpf_map__is_internal(pointer()))) {
      throw new IllegalArgumentException(
          "size map '"
              + name
              + "': it holds the global variables, and is as large as they are (change their types)");
    }
    if (entries <= 0) {
      throw new IllegalArgumentException(
          "size map '" + name + "': " + entries + " entries (expected 1 or more)");
    }
    object.set(o -> LibbpfMap.bpf_map__set_max_entries(o.map(name), entries));
    return this;
  }

  /**
   * Takes another map in place of making one, so that both objects see the same entries.
   *
   * @throws IllegalArgumentException if their types or the sizes of their keys or values differ
   * @throws SyscallException if libbpf refuses it
   */
  public OpenMap share(BpfMap other) {
    var own = object.ask(() -> MapShape.of(pointer()));
    if (!own.holdsTheSameAs(other.held().shape())) {
      throw new IllegalArgumentException(
          "share map '"
              + name
              + "' with '"
              + other.name()
              + "': they differ: "
              + own.words()
              + ", and "
              + other.held().shape().words()
              + " (define both alike)");
    }
    object.set(
        o -> {
          var told =
              other.withDescriptor(
                  fd -> Libbpf.captureLog(() -> LibbpfMap.bpf_map__reuse_fd(o.map(name), fd)));
          refuse("share map '" + name + "' with '" + other.name() + "'", told);
        });
    return this;
  }

  /**
   * Pins it when the object is loaded, or takes the map that is pinned there. A pinned map stays
   * when the object is closed and when the process ends.
   *
   * @param path a path on a BPF file system, such as {@code /sys/fs/bpf/counts}
   */
  public OpenMap pin(Path path) {
    object.set(
        o -> {
          try (Arena arena = Arena.ofShared()) {
            MemorySegment text = CText.allocate(arena, path.toString());
            refuse(
                "pin map '" + name + "' to '" + path + "'",
                Libbpf.captureLog(() -> LibbpfMap.bpf_map__set_pin_path(o.map(name), text)));
          }
        });
    return this;
  }

  private static void refuse(String operation, Libbpf.Captured<Integer> told) {
    int errno = -told.value();
    if (errno > 0) {
      throw new SyscallException(operation, errno, NativeObject.words(errno, told.messages()));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
