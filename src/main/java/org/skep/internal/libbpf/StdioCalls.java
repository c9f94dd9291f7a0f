package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;
import org.skep.internal.ffi.NativeLibrary;

/** The calls of the C library that lead a process's standard descriptors elsewhere. */
public final class StdioCalls {
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NONBLOCK = 0x800;
  private static final int F_SETFL = 4;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int IOLBF = 1;
  private static final short POLLIN = 1;

  /** {@code struct pollfd}: descriptor, what is waited for, what came. */
  private static final long POLLFD_BYTES = 8;

  private static final NativeLibrary C = NativeLibrary.ofC();
  private static final NativeFunction PIPE2 =
      C.withErrno("pipe2", FunctionDescriptor.of(INT, POINTER, INT));
  private static final NativeFunction DUP2 =
      C.withErrno("dup2", FunctionDescriptor.of(INT, INT, INT));
  private static final NativeFunction FCNTL =
      C.withErrno(
          "fcntl", FunctionDescriptor.of(INT, INT, INT, INT), Linker.Option.firstVariadicArg(2));
  private static final NativeFunction POLL =
      C.withErrno("poll", FunctionDescriptor.of(INT, POINTER, LONG, INT));
  private static final NativeFunction WRITE =
      C.withErrno("write", FunctionDescriptor.of(LONG, INT, POINTER, LONG));
  private static final NativeFunction SETVBUF =
      C.withErrno("setvbuf", FunctionDescriptor.of(INT, POINTER, POINTER, INT, LONG));

  private StdioCalls() {}

  /**
   * The two ends of a pipe.
   *
   * @param from where it is read, without waiting
   * @param to where it is written
   */
  public record Pipe(int from, int to) {}

  /**
   * Makes a pipe that child processes do not see.
   *
   * @param bytes how much it should hold; where that is not allowed, it holds what is usual
   * @return the pipe, or null where there may be no more descriptors
   */
  public static @Nullable Pipe pipe(int bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
      if (Native.toIntOrErrno(state -> (int) PIPE2.handle().invokeExact(state, ends, O_CLOEXEC))
          < 0) {
        return null;
      }
      var pipe =
          new Pipe(
              ends.getAtIndex(ValueLayout.JAVA_INT, 0), ends.getAtIndex(ValueLayout.JAVA_INT, 1));
      fcntl(pipe.from(), F_SETFL, O_NONBLOCK);
      fcntl(pipe.to(), F_SETPIPE_SZ, bytes);
      return pipe;
    }
  }

  private static void fcntl(int fd, int command, int argument) {
    var _ =
        Native.toIntOrErrno(
            state -> (int) FCNTL.handle().invokeExact(state, fd, command, argument));
  }

  /** Makes a descriptor mean what another one does: a negative error number where that fails. */
  public static int redirect(int fd, int to) {
    return Native.toIntOrErrno(state -> (int) DUP2.handle().invokeExact(state, to, fd));
  }

  /** Waits until one of the descriptors can be read, or a signal came. */
  public static void awaitReadable(int... fds) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment polled = arena.allocate(fds.length * POLLFD_BYTES, POLLFD_BYTES);
      for (int i = 0; i < fds.length; i++) {
        polled.set(ValueLayout.JAVA_INT, i * POLLFD_BYTES, fds[i]);
        polled.set(ValueLayout.JAVA_SHORT, i * POLLFD_BYTES + 4, POLLIN);
      }
      long count = fds.length;
      var _ =
          Native.toIntOrErrno(state -> (int) POLL.handle().invokeExact(state, polled, count, -1));
    }
  }

  /** Writes bytes: how many, or a negative error number. */
  public static int write(int fd, MemorySegment bytes) {
    long size = bytes.byteSize();
    return Native.toIntOrErrno(
        state -> (int) (long) WRITE.handle().invokeExact(state, fd, bytes, size));
  }

  /** Lets the C library write its standard output at the end of each line, not of each block. */
  public static void bufferStdoutByLine() {
    C.find("stdout").map(StdioCalls::pointerAt).ifPresent(StdioCalls::bufferByLine);
  }

  private static void bufferByLine(MemorySegment stream) {
    var _ =
        Native.toIntOrErrno(
            state ->
                (int) SETVBUF.handle().invokeExact(state, stream, MemorySegment.NULL, IOLBF, 0L));
  }

  // SAFETY: the symbol is a variable of the C library that holds a pointer.
  @SuppressWarnings("restricted")
  private static MemorySegment pointerAt(MemorySegment symbol) {
    return symbol.reinterpret(POINTER.byteSize()).get(POINTER, 0);
  }
}
