package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
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
  private static final NativeFunction PIPE2 = C.ofWords("pipe2");
  private static final NativeFunction DUP2 = C.ofWords("dup2");
  private static final NativeFunction FCNTL = C.ofWords("fcntl");
  private static final NativeFunction POLL = C.ofWords("poll");
  private static final NativeFunction WRITE = C.ofWords("write");
  private static final NativeFunction SETVBUF = C.ofWords("setvbuf");

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
      if (Native.words(PIPE2, ends.address(), O_CLOEXEC, 0) < 0) {
        return null;
      }
      var pipe =
          new Pipe(
              ends.getAtIndex(ValueLayout.JAVA_INT, 0), ends.getAtIndex(ValueLayout.JAVA_INT, 1));
      Native.words(FCNTL, pipe.from(), F_SETFL, O_NONBLOCK);
      Native.words(FCNTL, pipe.to(), F_SETPIPE_SZ, bytes);
      return pipe;
    }
  }

  /** Makes a descriptor mean what another one does: a negative error number where that fails. */
  public static int redirect(int fd, int to) {
    return Native.words(DUP2, to, fd, 0);
  }

  /** Waits until one of the descriptors can be read, or a signal came. */
  public static void awaitReadable(int... fds) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment polled = arena.allocate(fds.length * POLLFD_BYTES, POLLFD_BYTES);
      for (int i = 0; i < fds.length; i++) {
        polled.set(ValueLayout.JAVA_INT, i * POLLFD_BYTES, fds[i]);
        polled.set(ValueLayout.JAVA_SHORT, i * POLLFD_BYTES + 4, POLLIN);
      }
      Native.words(POLL, polled.address(), fds.length, -1);
    }
  }

  /** Writes bytes: how many, or a negative error number. */
  public static int write(int fd, MemorySegment bytes) {
    try {
      return Native.words(WRITE, fd, bytes.address(), bytes.byteSize());
    } finally {
      Reference.reachabilityFence(bytes);
    }
  }

  /** Lets the C library write its standard output at the end of each line, not of each block. */
  public static void bufferStdoutByLine() {
    C.find("stdout").map(StdioCalls::pointerAt).ifPresent(StdioCalls::bufferByLine);
  }

  private static void bufferByLine(MemorySegment stream) {
    Native.words(SETVBUF, stream.address(), 0, IOLBF, 0);
  }

  // SAFETY: the symbol is a variable of the C library that holds a pointer.
  @SuppressWarnings("restricted")
  private static MemorySegment pointerAt(MemorySegment symbol) {
    return symbol.reinterpret(POINTER.byteSize()).get(POINTER, 0);
  }
}
