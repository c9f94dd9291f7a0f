package org.skep.internal.libbpf;

import static org.skep.internal.libbpf.Types.INT;
import static org.skep.internal.libbpf.Types.LONG;
import static org.skep.internal.libbpf.Types.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.skep.internal.ffi.CText;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeFunction;
import org.skep.internal.ffi.NativeLibrary;

/** The calls of the C library that BPF needs beside libbpf. */
public final class Libc {
  public static final int PROT_READ = 1;
  public static final int PROT_WRITE = 2;
  public static final int MAP_SHARED = 1;
  public static final int MAP_PRIVATE = 2;
  public static final int MAP_ANONYMOUS = 0x20;
  public static final int MAP_NORESERVE = 0x4000;
  public static final int O_CLOEXEC = 0x80000;
  private static final int O_NONBLOCK = 0x800;
  public static final int O_PATH = 0x200000;
  public static final int O_DIRECTORY = 0x10000;

  /** Of {@link #pidfd_open}; Linux 6.9 or later. */
  public static final int PIDFD_THREAD = 0x80;

  private static final int IF_NAMESIZE = 16;
  private static final int SOL_SOCKET = 1;
  private static final int SO_TYPE = 3;
  private static final int SO_REUSEADDR = 2;

  private static final long MAP_FAILED = -1;
  private static final int SIGPIPE = 13;
  private static final int F_DUPFD_CLOEXEC = 1030;

  private static final NativeLibrary C = NativeLibrary.ofC();
  private static final NativeFunction CLOSE = C.ofWords("close");
  private static final NativeFunction FCNTL = C.ofWords("fcntl");
  private static final NativeFunction OPEN =
      C.withErrno(
          "open",
          FunctionDescriptor.of(INT, POINTER, INT),
          java.lang.foreign.Linker.Option.firstVariadicArg(2));
  private static final NativeFunction MMAP =
      C.withErrno("mmap", FunctionDescriptor.of(POINTER, POINTER, LONG, INT, INT, INT, LONG));
  private static final NativeFunction MUNMAP =
      C.withErrno("munmap", FunctionDescriptor.of(INT, POINTER, LONG));
  private static final NativeFunction READ = C.ofWords("read");
  private static final NativeFunction GETPAGESIZE =
      C.function("getpagesize", FunctionDescriptor.of(INT));
  private static final NativeFunction GETTID = C.function("gettid", FunctionDescriptor.of(INT));
  private static final NativeFunction TGKILL =
      C.withErrno("tgkill", FunctionDescriptor.of(INT, INT, INT, INT));
  private static final NativeFunction IF_NAMETOINDEX =
      C.withErrno("if_nametoindex", FunctionDescriptor.of(INT, POINTER));

  private static final NativeFunction IF_INDEXTONAME =
      C.withErrno("if_indextoname", FunctionDescriptor.of(POINTER, INT, POINTER));
  private static final NativeFunction GETSOCKNAME =
      C.withErrno("getsockname", FunctionDescriptor.of(INT, INT, POINTER, POINTER));
  private static final NativeFunction GETPEERNAME =
      C.withErrno("getpeername", FunctionDescriptor.of(INT, INT, POINTER, POINTER));
  private static final NativeFunction GETSOCKOPT =
      C.withErrno("getsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, POINTER));
  private static final NativeFunction SYSCALL =
      C.withErrno(
          "syscall",
          FunctionDescriptor.of(LONG, LONG, INT, INT),
          java.lang.foreign.Linker.Option.firstVariadicArg(1));
  private static final NativeFunction SYSCALL3 =
      C.withErrno(
          "syscall",
          FunctionDescriptor.of(LONG, LONG, INT, INT, INT),
          java.lang.foreign.Linker.Option.firstVariadicArg(1));
  private static final long PIDFD_OPEN = 434;
  private static final long PIDFD_GETFD = 438;

  private static final NativeFunction UNSHARE =
      C.withErrno("unshare", FunctionDescriptor.of(INT, INT));
  private static final int CLONE_NEWNET = 0x40000000;

  private Libc() {}

  /** Closes a descriptor: 0 or a negative error number. */
  public static int close(int fd) {
    return Native.words(CLOSE, fd, 0, 0);
  }

  /** Another descriptor of the same thing, or a negative error number. */
  public static int duplicate(int fd) {
    return Native.words(FCNTL, fd, F_DUPFD_CLOEXEC, 3);
  }

  /** Opens a path without waiting, as a pipe would: a descriptor, or a negative error number. */
  public static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = CText.allocate(arena, path);
      return Native.toIntOrErrno(
          state -> (int) OPEN.handle().invokeExact(state, name, flags | O_CLOEXEC | O_NONBLOCK));
    }
  }

  /** Reads bytes: their number, 0 at the end, or a negative error number. */
  public static int read(int fd, MemorySegment buffer) {
    long size = Math.min(buffer.byteSize(), Integer.MAX_VALUE);
    try {
      return Native.words(READ, fd, buffer.address(), size);
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  /** The bytes of a page of memory. */
  public static int getpagesize() {
    return Native.toInt(() -> (int) GETPAGESIZE.handle().invokeExact());
  }

  /** The kernel's number of this thread. */
  public static int gettid() {
    return Native.toInt(() -> (int) GETTID.handle().invokeExact());
  }

  /** Sends a thread of this process a signal that the JVM ignores: a long system call returns. */
  public static void signalIgnored(int thread) {
    int process = (int) ProcessHandle.current().pid();
    var _ =
        Native.toIntOrErrno(
            state -> (int) TGKILL.handle().invokeExact(state, process, thread, SIGPIPE));
  }

  /**
   * Moves this thread, which no virtual thread may share, to a new network namespace: 0 or a
   * negative error number.
   */
  public static int unshareNetwork() {
    return Native.toIntOrErrno(state -> (int) UNSHARE.handle().invokeExact(state, CLONE_NEWNET));
  }

  /** The index of a network interface of this network namespace; 0 where there is none. */
  public static int if_nametoindex(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = CText.allocate(arena, name);
      return Native.toIntOrErrno(state -> (int) IF_NAMETOINDEX.handle().invokeExact(state, text));
    }
  }

  /** The name of a network interface of this network namespace; empty where there is none. */
  public static String if_indextoname(int index) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(IF_NAMESIZE);
      Native.Pointer found =
          Native.toPointer(
              state -> (MemorySegment) IF_INDEXTONAME.handle().invokeExact(state, index, name));
      return found.isNull() ? "" : CText.readBuffer(name);
    }
  }

  /** Where a socket is bound, as a {@code sockaddr}; {@code length} (4 bytes) goes in and out. */
  public static int getsockname(int fd, MemorySegment address, MemorySegment length) {
    return Native.toIntOrErrno(
        state -> (int) GETSOCKNAME.handle().invokeExact(state, fd, address, length));
  }

  /** Where a socket is connected to; ENOTCONN where it is not. */
  public static int getpeername(int fd, MemorySegment address, MemorySegment length) {
    return Native.toIntOrErrno(
        state -> (int) GETPEERNAME.handle().invokeExact(state, fd, address, length));
  }

  /** The kind of a socket: 1 for streams, 2 for datagrams; or a negative error number. */
  public static int socketType(int fd) {
    return socketOption(fd, SO_TYPE);
  }

  /** Whether a socket may be bound to an address in use. */
  public static boolean reusesAddress(int fd) {
    return socketOption(fd, SO_REUSEADDR) > 0;
  }

  private static int socketOption(int fd, int option) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(INT);
      MemorySegment length = arena.allocateFrom(INT, Integer.BYTES);
      int result =
          Native.toIntOrErrno(
              state ->
                  (int)
                      GETSOCKOPT
                          .handle()
                          .invokeExact(state, fd, SOL_SOCKET, option, value, length));
      return result < 0 ? result : value.get(INT, 0);
    }
  }

  /**
   * A descriptor of a process, or a negative error number. Linux 5.3 or later.
   *
   * @param flags {@link #PIDFD_THREAD} for a thread that leads no process
   */
  public static int pidfd_open(int pid, int flags) {
    return Native.toIntOrErrno(
        state -> (int) (long) SYSCALL.handle().invokeExact(state, PIDFD_OPEN, pid, flags));
  }

  /**
   * A descriptor of this process for what another process has as {@code fd}, or a negative error
   * number. Linux 5.6 or later.
   */
  public static int pidfd_getfd(int pidfd, int fd) {
    return Native.toIntOrErrno(
        state -> (int) (long) SYSCALL3.handle().invokeExact(state, PIDFD_GETFD, pidfd, fd, 0));
  }

  /**
   * Maps memory that is unmapped when the arena closes.
   *
   * @return the memory, or a null pointer of size zero with the errno
   */
  public static Native.Pointer mmap(
      Arena arena, long size, int protection, int flags, int fd, long offset) {
    Native.Pointer mapped =
        Native.toPointer(
            state ->
                (MemorySegment)
                    MMAP.handle()
                        .invokeExact(
                            state, MemorySegment.NULL, size, protection, flags, fd, offset));
    if (mapped.segment().address() == MAP_FAILED) {
      return new Native.Pointer(MemorySegment.NULL, mapped.errno());
    }
    return new Native.Pointer(owned(mapped.segment(), size, arena), 0);
  }

  // SAFETY: the mapping has this size, and the arena alone unmaps it, when nobody can touch it any
  // more.
  @SuppressWarnings("restricted")
  private static MemorySegment owned(MemorySegment mapping, long size, Arena arena) {
    return mapping.reinterpret(size, arena, memory -> munmap(memory, size));
  }

  private static void munmap(MemorySegment memory, long size) {
    int result =
        Native.toIntOrErrno(state -> (int) MUNMAP.handle().invokeExact(state, memory, size));
    assert result == 0;
  }
}
