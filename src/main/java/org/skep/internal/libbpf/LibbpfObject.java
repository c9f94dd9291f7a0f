package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.BOOL;
import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;

/** {@code bpf_object__*} and {@code btf__*} of libbpf.h and btf.h. */
public final class LibbpfObject {
  /**
   * {@code struct bpf_object_open_opts}; a library that knows fewer members accepts zeros there.
   */
  public static final StructLayout bpf_object_open_opts =
      CStruct.layout(
          "bpf_object_open_opts",
          LONG.withName("sz"),
          POINTER.withName("object_name"),
          BOOL.withName("relaxed_maps"),
          POINTER.withName("pin_root_path"),
          INT.withName("attach_prog_fd"),
          POINTER.withName("kconfig"),
          POINTER.withName("btf_custom_path"),
          POINTER.withName("kernel_log_buf"),
          LONG.withName("kernel_log_size"),
          INT.withName("kernel_log_level"));

  private static final NativeFunction OPEN_MEM =
      Libbpf.LIBRARY.withErrno(
          "bpf_object__open_mem", FunctionDescriptor.of(POINTER, POINTER, LONG, POINTER));
  private static final NativeFunction LOAD =
      Libbpf.LIBRARY.function("bpf_object__load", FunctionDescriptor.of(INT, POINTER));
  private static final NativeFunction CLOSE =
      Libbpf.LIBRARY.function("bpf_object__close", FunctionDescriptor.ofVoid(POINTER));
  private static final NativeFunction NEXT_PROGRAM =
      Libbpf.LIBRARY.function(
          "bpf_object__next_program", FunctionDescriptor.of(POINTER, POINTER, POINTER));
  private static final NativeFunction NEXT_MAP =
      Libbpf.LIBRARY.function(
          "bpf_object__next_map", FunctionDescriptor.of(POINTER, POINTER, POINTER));
  private static final NativeFunction BTF =
      Libbpf.LIBRARY.function("bpf_object__btf", FunctionDescriptor.of(POINTER, POINTER));
  private static final NativeFunction BTF_RAW_DATA =
      Libbpf.LIBRARY.function("btf__raw_data", FunctionDescriptor.of(POINTER, POINTER, POINTER));

  private LibbpfObject() {}

  /** Reads an ELF object from memory. May print. */
  public static Native.Pointer bpf_object__open_mem(
      MemorySegment elf, long size, MemorySegment opts) {
    return Native.toPointer(
        state -> (MemorySegment) OPEN_MEM.handle().invokeExact(state, elf, size, opts));
  }

  /** Creates maps and loads programs; can be called once for an object. May print. */
  public static int bpf_object__load(MemorySegment object) {
    return Native.toInt(() -> (int) LOAD.handle().invokeExact(object));
  }

  /** Frees the object with its maps and programs. May print. */
  public static void bpf_object__close(MemorySegment object) {
    Native.toVoid(
        () -> {
          CLOSE.handle().invokeExact(object); // a statement: its type is void
        });
  }

  /** The program after {@code program}, the first after NULL; NULL after the last. */
  public static MemorySegment bpf_object__next_program(
      MemorySegment object, MemorySegment program) {
    return Native.to(() -> (MemorySegment) NEXT_PROGRAM.handle().invokeExact(object, program));
  }

  /** The map after {@code map}, the first after NULL; NULL after the last. */
  public static MemorySegment bpf_object__next_map(MemorySegment object, MemorySegment map) {
    return Native.to(() -> (MemorySegment) NEXT_MAP.handle().invokeExact(object, map));
  }

  /** The object's types, owned by it; NULL where it has none. */
  public static MemorySegment bpf_object__btf(MemorySegment object) {
    return Native.to(() -> (MemorySegment) BTF.handle().invokeExact(object));
  }

  /** The bytes of types, owned by them; their number goes to {@code size}, 4 bytes. */
  public static MemorySegment btf__raw_data(MemorySegment btf, MemorySegment size) {
    return Native.to(() -> (MemorySegment) BTF_RAW_DATA.handle().invokeExact(btf, size));
  }
}
