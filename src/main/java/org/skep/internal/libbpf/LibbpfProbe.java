package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;

/**
 * {@code libbpf_probe_*}: whether the running Linux has a feature, found by loading the smallest
 * thing that needs it and closing it again. 1 is yes, 0 is no, a negative number is no answer.
 */
public final class LibbpfProbe {
  private static final NativeFunction PROG_TYPE =
      Libbpf.LIBRARY.function(
          "libbpf_probe_bpf_prog_type", FunctionDescriptor.of(INT, INT, POINTER));
  private static final NativeFunction MAP_TYPE =
      Libbpf.LIBRARY.function(
          "libbpf_probe_bpf_map_type", FunctionDescriptor.of(INT, INT, POINTER));
  private static final NativeFunction MAP_TYPE_STR =
      Libbpf.LIBRARY.function("libbpf_bpf_map_type_str", FunctionDescriptor.of(POINTER, INT));

  private LibbpfProbe() {}

  /** Whether programs of a type load. */
  public static int libbpf_probe_bpf_prog_type(int type) {
    return Native.toInt(() -> (int) PROG_TYPE.handle().invokeExact(type, MemorySegment.NULL));
  }

  /** Whether maps of a type can be made. */
  public static int libbpf_probe_bpf_map_type(int type) {
    return Native.toInt(() -> (int) MAP_TYPE.handle().invokeExact(type, MemorySegment.NULL));
  }

  /** The name of a map type, such as {@code hash}; empty where libbpf knows none. */
  public static String libbpf_bpf_map_type_str(int type) {
    return CText.read(Native.to(() -> (MemorySegment) MAP_TYPE_STR.handle().invokeExact(type)));
  }
}
