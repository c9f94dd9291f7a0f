package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;

/** bpf.h: thin wrappers of the {@code bpf} system call on descriptors. None of them prints. */
public final class LibbpfSyscall {
  private static final NativeFunction LOOKUP =
      Libbpf.LIBRARY.function(
          "bpf_map_lookup_elem_flags", FunctionDescriptor.of(INT, INT, POINTER, POINTER, LONG));
  private static final NativeFunction UPDATE =
      Libbpf.LIBRARY.function(
          "bpf_map_update_elem", FunctionDescriptor.of(INT, INT, POINTER, POINTER, LONG));
  private static final NativeFunction DELETE =
      Libbpf.LIBRARY.function("bpf_map_delete_elem", FunctionDescriptor.of(INT, INT, POINTER));
  private static final NativeFunction NEXT_KEY =
      Libbpf.LIBRARY.function(
          "bpf_map_get_next_key", FunctionDescriptor.of(INT, INT, POINTER, POINTER));
  private static final NativeFunction LOOKUP_BATCH =
      Libbpf.LIBRARY.function(
          "bpf_map_lookup_batch",
          FunctionDescriptor.of(INT, INT, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER));
  private static final NativeFunction UPDATE_BATCH =
      Libbpf.LIBRARY.function(
          "bpf_map_update_batch",
          FunctionDescriptor.of(INT, INT, POINTER, POINTER, POINTER, POINTER));
  private static final NativeFunction DELETE_BATCH =
      Libbpf.LIBRARY.function(
          "bpf_map_delete_batch", FunctionDescriptor.of(INT, INT, POINTER, POINTER, POINTER));
  private static final NativeFunction LINK_CREATE =
      Libbpf.LIBRARY.function(
          "bpf_link_create", FunctionDescriptor.of(INT, INT, INT, INT, POINTER));
  private static final NativeFunction ITER_CREATE =
      Libbpf.LIBRARY.function("bpf_iter_create", FunctionDescriptor.of(INT, INT));

  /** The head of {@code struct bpf_link_create_opts}. */
  public static final StructLayout bpf_link_create_opts =
      CStruct.layout("bpf_link_create_opts", LONG.withName("sz"), INT.withName("flags"));

  /** {@code struct bpf_test_run_opts}. */
  public static final StructLayout bpf_test_run_opts =
      CStruct.layout(
          "bpf_test_run_opts",
          LONG.withName("sz"),
          POINTER.withName("data_in"),
          POINTER.withName("data_out"),
          INT.withName("data_size_in"),
          INT.withName("data_size_out"),
          POINTER.withName("ctx_in"),
          POINTER.withName("ctx_out"),
          INT.withName("ctx_size_in"),
          INT.withName("ctx_size_out"),
          INT.withName("retval"),
          INT.withName("repeat"),
          INT.withName("duration"),
          INT.withName("flags"),
          INT.withName("cpu"),
          INT.withName("batch_size"));

  private static final NativeFunction LOOKUP_AND_DELETE =
      Libbpf.LIBRARY.function(
          "bpf_map_lookup_and_delete_elem", FunctionDescriptor.of(INT, INT, POINTER, POINTER));
  private static final NativeFunction FREEZE =
      Libbpf.LIBRARY.function("bpf_map_freeze", FunctionDescriptor.of(INT, INT));
  private static final NativeFunction PIN =
      Libbpf.LIBRARY.function("bpf_obj_pin", FunctionDescriptor.of(INT, INT, POINTER));
  private static final NativeFunction OBJECT_GET =
      Libbpf.LIBRARY.function("bpf_obj_get", FunctionDescriptor.of(INT, POINTER));
  private static final NativeFunction PROGRAM_BY_ID = byId("bpf_prog_get_fd_by_id");
  private static final NativeFunction MAP_BY_ID = byId("bpf_map_get_fd_by_id");
  private static final NativeFunction BTF_BY_ID = byId("bpf_btf_get_fd_by_id");

  private LibbpfSyscall() {}

  private static NativeFunction byId(String name) {
    return Libbpf.LIBRARY.function(name, FunctionDescriptor.of(INT, INT));
  }

  /** Takes the value of a key out of the map; of a queue or stack the head, without a key. */
  public static int bpf_map_lookup_and_delete_elem(int fd, MemorySegment key, MemorySegment value) {
    return Native.toInt(() -> (int) LOOKUP_AND_DELETE.handle().invokeExact(fd, key, value));
  }

  /** Refuses every later write from outside of programs, for ever. */
  public static int bpf_map_freeze(int fd) {
    return Native.toInt(() -> (int) FREEZE.handle().invokeExact(fd));
  }

  /** Pins what a descriptor stands for below a BPF file system. */
  public static int bpf_obj_pin(int fd, String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = CText.allocate(arena, path);
      return Native.toInt(() -> (int) PIN.handle().invokeExact(fd, name));
    }
  }

  /** A descriptor of what is pinned at a path. */
  public static int bpf_obj_get(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = CText.allocate(arena, path);
      return Native.toInt(() -> (int) OBJECT_GET.handle().invokeExact(name));
    }
  }

  /** A descriptor of the program of this number. Needs CAP_SYS_ADMIN, as its like do. */
  public static int bpf_prog_get_fd_by_id(int id) {
    return Native.toInt(() -> (int) PROGRAM_BY_ID.handle().invokeExact(id));
  }

  /** A descriptor of the map of this number. */
  public static int bpf_map_get_fd_by_id(int id) {
    return Native.toInt(() -> (int) MAP_BY_ID.handle().invokeExact(id));
  }

  /** A descriptor of the types of this number. */
  public static int bpf_btf_get_fd_by_id(int id) {
    return Native.toInt(() -> (int) BTF_BY_ID.handle().invokeExact(id));
  }

  /** Reads the value of a key; a flag of {@code BPF_F_LOCK} is possible. */
  public static int bpf_map_lookup_elem_flags(
      int fd, MemorySegment key, MemorySegment value, long flags) {
    return Native.toInt(() -> (int) Constants.LOOKUP.invokeExact(fd, key, value, flags));
  }

  /**
   * Writes the value of a key; flags {@code BPF_ANY} 0, {@code BPF_NOEXIST} 1, {@code BPF_EXIST} 2.
   */
  public static int bpf_map_update_elem(
      int fd, MemorySegment key, MemorySegment value, long flags) {
    return Native.toInt(() -> (int) Constants.UPDATE.invokeExact(fd, key, value, flags));
  }

  /** Deletes a key; ENOENT where it is not there. */
  public static int bpf_map_delete_elem(int fd, MemorySegment key) {
    return Native.toInt(() -> (int) Constants.DELETE.invokeExact(fd, key));
  }

  /**
   * The key after {@code key}, the first after NULL or after a key that is gone; ENOENT at the end.
   */
  public static int bpf_map_get_next_key(int fd, MemorySegment key, MemorySegment next) {
    return Native.toInt(() -> (int) NEXT_KEY.handle().invokeExact(fd, key, next));
  }

  /**
   * Reads many entries. {@code count} (4 bytes) holds the room, then the entries read, whatever the
   * result; ENOENT is the end, ENOSPC that a bucket has more entries than there is room.
   */
  public static int bpf_map_lookup_batch(
      int fd,
      MemorySegment in,
      MemorySegment out,
      MemorySegment keys,
      MemorySegment values,
      MemorySegment count) {
    return Native.toInt(
        () ->
            (int)
                LOOKUP_BATCH
                    .handle()
                    .invokeExact(fd, in, out, keys, values, count, MemorySegment.NULL));
  }

  /**
   * Writes many entries. {@code count} (4 bytes) holds their number, then how many were written
   * before one was refused.
   */
  public static int bpf_map_update_batch(
      int fd, MemorySegment keys, MemorySegment values, MemorySegment count) {
    return Native.toInt(
        () -> (int) UPDATE_BATCH.handle().invokeExact(fd, keys, values, count, MemorySegment.NULL));
  }

  /** Deletes many keys, up to the first that is not there; {@code count} as for writing. */
  public static int bpf_map_delete_batch(int fd, MemorySegment keys, MemorySegment count) {
    return Native.toInt(
        () -> (int) DELETE_BATCH.handle().invokeExact(fd, keys, count, MemorySegment.NULL));
  }

  /** Reads what the kernel knows of a descriptor; {@code length} (4 bytes) goes in and out. */
  public static int bpf_obj_get_info_by_fd(int fd, MemorySegment info, MemorySegment length) {
    return SystemCalls.here().info(fd, info, length);
  }

  /** Makes a link: a descriptor that holds the program attached. */
  public static int bpf_link_create(int program, int target, int attachType, MemorySegment opts) {
    return Native.toInt(
        () -> (int) LINK_CREATE.handle().invokeExact(program, target, attachType, opts));
  }

  /** Runs a program on given data, as {@link #bpf_test_run_opts} says. */
  public static int bpf_prog_test_run_opts(int program, MemorySegment opts) {
    return SystemCalls.here().testRun(program, opts);
  }

  /** Makes a descriptor to read from the link of an iterator program. */
  public static int bpf_iter_create(int link) {
    return Native.toInt(() -> (int) ITER_CREATE.handle().invokeExact(link));
  }

  /**
   * The handles of what is called for single entries, constants for the JIT compiler: a call
   * through a handle that might change costs a tenth of the system call. By the time there is a map
   * to ask, the library is there.
   */
  private static final class Constants {
    static final MethodHandle LOOKUP = LibbpfSyscall.LOOKUP.handle();
    static final MethodHandle UPDATE = LibbpfSyscall.UPDATE.handle();
    static final MethodHandle DELETE = LibbpfSyscall.DELETE.handle();
  }
}
