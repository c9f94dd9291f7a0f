package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;
import org.skep.internal.ffi.NativeLibrary;

/** {@code epoll} and {@code eventfd}: waiting for descriptors, and ending such a wait. */
public final class Epoll {
  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLLIN = 1;
  private static final int EFD_CLOEXEC = 0x80000;
  private static final int EFD_NONBLOCK = 0x800;

  /** {@code struct epoll_event} is packed on x86 alone. */
  private static final int EVENT_BYTES = System.getProperty("os.arch").equals("amd64") ? 12 : 16;

  private static final NativeLibrary C = NativeLibrary.ofC();
  private static final NativeFunction CREATE =
      C.withErrno("epoll_create1", FunctionDescriptor.of(INT, INT));
  private static final NativeFunction CTL =
      C.withErrno("epoll_ctl", FunctionDescriptor.of(INT, INT, INT, INT, POINTER));
  private static final NativeFunction WAIT =
      C.withErrno("epoll_wait", FunctionDescriptor.of(INT, INT, POINTER, INT, INT));
  private static final NativeFunction EVENTFD =
      C.withErrno("eventfd", FunctionDescriptor.of(INT, INT, INT));
  private static final NativeFunction WRITE =
      C.withErrno("write", FunctionDescriptor.of(LONG, INT, POINTER, LONG));

  private Epoll() {}

  /** A descriptor that waits for others, or a negative error number. */
  public static int create() {
    return Native.toIntOrErrno(state -> (int) CREATE.handle().invokeExact(state, EPOLL_CLOEXEC));
  }

  /** Waits for this descriptor too, until it can be read: 0 or a negative error number. */
  public static int add(int epoll, int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(16, 8);
      event.set(ValueLayout.JAVA_INT, 0, EPOLLIN);
      event.set(ValueLayout.JAVA_INT_UNALIGNED, 4, fd);
      return Native.toIntOrErrno(
          state -> (int) CTL.handle().invokeExact(state, epoll, EPOLL_CTL_ADD, fd, event));
    }
  }

  /** Memory for {@link #await}. */
  public static MemorySegment room(Arena arena, int events) {
    return arena.allocate((long) EVENT_BYTES * events, 8);
  }

  /**
   * Waits until a descriptor can be read.
   *
   * @param room as {@link #room} makes it
   * @param millis how long at most
   * @return how many can; 0 when the time is over, or a negative error number
   */
  public static int await(int epoll, MemorySegment room, int millis) {
    int events = (int) (room.byteSize() / EVENT_BYTES);
    return Native.toIntOrErrno(
        state -> (int) WAIT.handle().invokeExact(state, epoll, room, events, millis));
  }

  /** A descriptor that can be read once {@link #signal} was called, or a negative error number. */
  public static int eventfd() {
    return Native.toIntOrErrno(
        state -> (int) EVENTFD.handle().invokeExact(state, 0, EFD_CLOEXEC | EFD_NONBLOCK));
  }

  /** Ends every wait for this eventfd, also later ones. */
  public static void signal(int eventfd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1L);
      var _ =
          Native.toIntOrErrno(
              state -> (int) (long) WRITE.handle().invokeExact(state, eventfd, one, 8L));
    }
  }
}
