package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.skep.internal.ffi.CStruct;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;
import org.skep.internal.ffi.NativeLibrary;

/**
 * The system calls whose answer decides how something is done, or says what is there: {@code bpf}
 * itself, and what is sent to routing and traffic control. Results are as those of the kernel, or
 * negative error numbers. Tests extend this and answer for the running Linux within a scope, with
 * errors and answers that it does not give; {@link MapSyscalls} does the same for the entries of
 * one map.
 */
public class SystemCalls {
  private static final SystemCalls LINUX = new SystemCalls();
  private static final ScopedValue<SystemCalls> HERE = ScopedValue.newInstance();

  private static final NativeLibrary C = NativeLibrary.ofC();
  private static final NativeFunction SYSCALL =
      C.withErrno(
          "syscall",
          FunctionDescriptor.of(LONG, LONG, INT, POINTER, INT),
          Linker.Option.firstVariadicArg(1));
  private static final NativeFunction SEND =
      C.withErrno("send", FunctionDescriptor.of(LONG, INT, POINTER, LONG, INT));
  private static final NativeFunction RECV =
      C.withErrno("recv", FunctionDescriptor.of(LONG, INT, POINTER, LONG, INT));
  private static final NativeFunction INFO =
      Libbpf.LIBRARY.function(
          "bpf_obj_get_info_by_fd", FunctionDescriptor.of(INT, INT, POINTER, POINTER));
  private static final NativeFunction TEST_RUN =
      Libbpf.LIBRARY.function("bpf_prog_test_run_opts", FunctionDescriptor.of(INT, INT, POINTER));
  private static final NativeFunction TC_QUERY =
      Libbpf.LIBRARY.function("bpf_tc_query", FunctionDescriptor.of(INT, POINTER, POINTER));

  /** Those of the running Linux. */
  protected SystemCalls() {}

  /** Those that answer here: the running Linux's, unless within {@link #within}. */
  static SystemCalls here() {
    return HERE.orElse(LINUX);
  }

  /** Does work, on this thread and on libbpf's for it, with these calls. */
  public final <T> T within(Supplier<T> work) {
    return ScopedValue.where(HERE, this).call(work::get);
  }

  /** The same work, which another thread then does with the calls that answer here. */
  static <T> Supplier<T> carried(Supplier<T> work) {
    if (!HERE.isBound()) {
      return work;
    }
    SystemCalls calls = HERE.get();
    return () -> calls.within(work);
  }

  /** The {@code bpf} system call. */
  protected int bpf(int command, CStruct attributes) {
    long number = System.getProperty("os.arch").equals("amd64") ? 321 : 280;
    MemorySegment segment = attributes.segment();
    return Native.toIntOrErrno(
        state ->
            (int)
                (long)
                    SYSCALL
                        .handle()
                        .invokeExact(state, number, command, segment, (int) segment.byteSize()));
  }

  /** {@link LibbpfSyscall#bpf_obj_get_info_by_fd}. */
  protected int info(int fd, MemorySegment info, MemorySegment length) {
    return Native.toInt(() -> (int) INFO.handle().invokeExact(fd, info, length));
  }

  /** {@link LibbpfSyscall#bpf_prog_test_run_opts}. */
  protected int testRun(int program, MemorySegment opts) {
    return Native.toInt(() -> (int) TEST_RUN.handle().invokeExact(program, opts));
  }

  /** {@link LibbpfNet#bpf_tc_query}. */
  protected int tcQuery(MemorySegment hook, MemorySegment opts) {
    return Native.toInt(() -> (int) TC_QUERY.handle().invokeExact(hook, opts));
  }

  /** Sends a request of {@link Rtnetlink}. */
  protected int send(int socket, MemorySegment request) {
    return Native.toIntOrErrno(
        state ->
            (int) (long) SEND.handle().invokeExact(state, socket, request, request.byteSize(), 0));
  }

  /** Waits for a part of the answer: how many bytes. */
  protected int receive(int socket, MemorySegment room) {
    return Native.toIntOrErrno(
        state -> (int) (long) RECV.handle().invokeExact(state, socket, room, room.byteSize(), 0));
  }
}
