package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.BOOL;
import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;

/** {@code bpf_program__*} of libbpf.h but for attaching: a program of an object. */
public final class LibbpfProgram {
  private static final NativeFunction NAME = pointerOf("bpf_program__name");
  private static final NativeFunction SECTION = pointerOf("bpf_program__section_name");
  private static final NativeFunction FD = intOf("bpf_program__fd");
  private static final NativeFunction TYPE = intOf("bpf_program__type");
  private static final NativeFunction SET_TYPE = setter("bpf_program__set_type");
  private static final NativeFunction ATTACH_TYPE = intOf("bpf_program__expected_attach_type");
  private static final NativeFunction SET_ATTACH_TYPE =
      setter("bpf_program__set_expected_attach_type");
  private static final NativeFunction FLAGS = intOf("bpf_program__flags");
  private static final NativeFunction SET_FLAGS = setter("bpf_program__set_flags");
  private static final NativeFunction SET_LOG_LEVEL = setter("bpf_program__set_log_level");
  private static final NativeFunction SET_LOG_BUF =
      Libbpf.LIBRARY.function(
          "bpf_program__set_log_buf", FunctionDescriptor.of(INT, POINTER, POINTER, LONG));
  private static final NativeFunction AUTOLOAD =
      Libbpf.LIBRARY.function("bpf_program__autoload", FunctionDescriptor.of(BOOL, POINTER));
  private static final NativeFunction SET_AUTOLOAD =
      Libbpf.LIBRARY.function(
          "bpf_program__set_autoload", FunctionDescriptor.of(INT, POINTER, BOOL));
  private static final NativeFunction SET_ATTACH_TARGET =
      Libbpf.LIBRARY.function(
          "bpf_program__set_attach_target", FunctionDescriptor.of(INT, POINTER, INT, POINTER));
  private static final NativeFunction INSN_CNT =
      Libbpf.LIBRARY.function("bpf_program__insn_cnt", FunctionDescriptor.of(LONG, POINTER));
  private static final NativeFunction INSNS =
      Libbpf.LIBRARY.function("bpf_program__insns", FunctionDescriptor.of(POINTER, POINTER));

  private LibbpfProgram() {}

  private static NativeFunction intOf(String name) {
    return Libbpf.LIBRARY.function(name, FunctionDescriptor.of(INT, POINTER));
  }

  private static NativeFunction pointerOf(String name) {
    return Libbpf.LIBRARY.function(name, FunctionDescriptor.of(POINTER, POINTER));
  }

  private static NativeFunction setter(String name) {
    return Libbpf.LIBRARY.function(name, FunctionDescriptor.of(INT, POINTER, INT));
  }

  private static int call(NativeFunction function, MemorySegment program) {
    return Native.toInt(() -> (int) function.handle().invokeExact(program));
  }

  private static int call(NativeFunction function, MemorySegment program, int value) {
    return Native.toInt(() -> (int) function.handle().invokeExact(program, value));
  }

  private static String text(NativeFunction function, MemorySegment program) {
    return CText.read(Native.to(() -> (MemorySegment) function.handle().invokeExact(program)));
  }

  /** The name of its function. */
  public static String bpf_program__name(MemorySegment program) {
    return text(NAME, program);
  }

  /** The name of its section, as in the source. */
  public static String bpf_program__section_name(MemorySegment program) {
    return text(SECTION, program);
  }

  /** Its descriptor, owned by the object; negative where it is not loaded. */
  public static int bpf_program__fd(MemorySegment program) {
    return call(FD, program);
  }

  /** {@code enum bpf_prog_type}; 0 where libbpf does not know the section. */
  public static int bpf_program__type(MemorySegment program) {
    return call(TYPE, program);
  }

  /** Refused with EBUSY after loading. */
  public static int bpf_program__set_type(MemorySegment program, int type) {
    return call(SET_TYPE, program, type);
  }

  /** {@code enum bpf_attach_type}. */
  public static int bpf_program__expected_attach_type(MemorySegment program) {
    return call(ATTACH_TYPE, program);
  }

  /** Refused with EBUSY after loading. */
  public static int bpf_program__set_expected_attach_type(MemorySegment program, int type) {
    return call(SET_ATTACH_TYPE, program, type);
  }

  /** {@code BPF_F_*} of program loading. */
  public static int bpf_program__flags(MemorySegment program) {
    return call(FLAGS, program);
  }

  /** Refused with EBUSY after loading. */
  public static int bpf_program__set_flags(MemorySegment program, int flags) {
    return call(SET_FLAGS, program, flags);
  }

  /** 0 none, 1 the failing path, 2 everything, 4 statistics; bits. */
  public static int bpf_program__set_log_level(MemorySegment program, int level) {
    return call(SET_LOG_LEVEL, program, level);
  }

  /** Where loading shall put the verifier's log; must live until then. */
  public static int bpf_program__set_log_buf(
      MemorySegment program, MemorySegment buffer, long size) {
    return Native.toInt(() -> (int) SET_LOG_BUF.handle().invokeExact(program, buffer, size));
  }

  /** Whether loading the object loads it; false for sections that begin with a question mark. */
  public static boolean bpf_program__autoload(MemorySegment program) {
    return Native.to(() -> (boolean) AUTOLOAD.handle().invokeExact(program));
  }

  /** Refused with EINVAL after loading. */
  public static int bpf_program__set_autoload(MemorySegment program, boolean autoload) {
    return Native.toInt(() -> (int) SET_AUTOLOAD.handle().invokeExact(program, autoload));
  }

  /**
   * The function, of the kernel (fd 0) or of another program, that a tracing program is for. May
   * print.
   */
  public static int bpf_program__set_attach_target(
      MemorySegment program, int targetFd, MemorySegment function) {
    return Native.toInt(
        () -> (int) SET_ATTACH_TARGET.handle().invokeExact(program, targetFd, function));
  }

  /** Instructions of 8 bytes, with those of its subprograms once it is loaded. */
  public static long bpf_program__insn_cnt(MemorySegment program) {
    return Native.to(() -> (long) INSN_CNT.handle().invokeExact(program));
  }

  /**
   * The instructions that {@link #bpf_program__insn_cnt} counts, once it is loaded with the
   * descriptors of its maps; they stay as long as the object.
   */
  public static long[] bpf_program__insns(MemorySegment program) {
    MemorySegment code = Native.to(() -> (MemorySegment) INSNS.handle().invokeExact(program));
    long count = bpf_program__insn_cnt(program);
    long[] copy = new long[code.address() == 0 ? 0 : Math.toIntExact(count)];
    ByteBuffer.wrap(CText.bytes(code, copy.length * Long.BYTES))
        .order(ByteOrder.nativeOrder())
        .asLongBuffer()
        .get(copy);
    return copy;
  }
}
