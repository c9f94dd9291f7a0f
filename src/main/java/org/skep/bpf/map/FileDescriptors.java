package org.skep.bpf.map;

import java.io.File;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.NetworkChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.base.MapHandle;
import org.skep.bpf.base.NativeObject;
import org.skep.bpf.base.ProgramHandle;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.LibbpfSyscall;
import org.skep.internal.libbpf.Libc;

/**
 * Makes descriptors of what users put into maps. Each is the caller's own, to be closed when the
 * kernel has it, also where the user passed a descriptor.
 */
public final class FileDescriptors {
  private FileDescriptors() {}

  /** A loaded program, or what a map gave for one. */
  static int program(Object value) {
    return switch (value) {
      case ProgramHandle p -> p.withDescriptor(FileDescriptors::duplicate);
      case Reference r when r.kind() == Reference.Kind.PROGRAM ->
          opened(LibbpfSyscall.bpf_prog_get_fd_by_id((int) r.id()), "program", r);
      default -> number(value, "a program, such as NAME.program(\"FUNCTION\")");
    };
  }

  /** A loaded map, or what a map gave for one. */
  static int map(Object value) {
    return switch (value) {
      case MapHandle m -> m.withDescriptor(FileDescriptors::duplicate);
      case Reference r when r.kind() == Reference.Kind.MAP ->
          opened(LibbpfSyscall.bpf_map_get_fd_by_id((int) r.id()), "map", r);
      default -> number(value, "a map, such as NAME.map(\"MAP\")");
    };
  }

  /** A directory of a control group. */
  static int cgroup(Object value) {
    return path(value, Libc.O_DIRECTORY, "the path of a control group");
  }

  /** A file or directory. */
  public static int file(Object value) {
    return path(value, 0, "the path of a file");
  }

  private static int path(Object value, int flags, String expected) {
    return switch (value) {
      case Path p -> opened(Libc.open(p.toString(), flags), "open", p);
      case File f -> opened(Libc.open(f.toString(), flags), "open", f);
      case String s -> opened(Libc.open(s, flags), "open", s);
      default -> number(value, expected);
    };
  }

  /** A process or thread by its number. */
  static int process(Object value) {
    long pid =
        switch (value) {
          case ProcessHandle p -> p.pid();
          case Process p -> p.pid();
          case Integer n -> n;
          case Long n -> n;
          default -> throw wrong(value, "a PID");
        };
    if (pid <= 0 || pid > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "expected a PID from 1 to " + Integer.MAX_VALUE + " but was " + pid);
    }
    int fd = Libc.pidfd_open((int) pid, 0);
    if (Errno.ENOENT.is(fd) || Errno.EINVAL.is(fd)) { // a thread that leads no process
      int thread = Libc.pidfd_open((int) pid, Libc.PIDFD_THREAD);
      fd = thread < 0 ? fd : thread;
    }
    return opened(fd, "process", pid);
  }

  /** A socket of this process, as Java or by its descriptor. */
  static int socket(Object value) {
    return switch (value) {
      case NetworkChannel c -> duplicate(Sockets.descriptor(c));
      case Socket s -> duplicate(Sockets.descriptor(s));
      case ServerSocket s -> duplicate(Sockets.descriptor(s));
      case DatagramSocket s -> duplicate(Sockets.descriptor(s));
      default -> number(value, "a socket channel, a socket, or the number of its descriptor");
    };
  }

  /** What a process has under this number, 0 for this one; or a negative error number. */
  public static int ofProcess(int pid, int descriptor) {
    if (pid == 0 || pid == ProcessHandle.current().pid()) {
      return Libc.duplicate(descriptor);
    }
    int process = Libc.pidfd_open(pid, 0);
    if (process < 0) {
      return process;
    }
    int fd = Libc.pidfd_getfd(process, descriptor);
    Libc.close(process);
    return fd;
  }

  /** Whatever the descriptor of this number stands for. */
  static int any(Object value) {
    return number(value, "the number of a descriptor");
  }

  /** The number of an interface, by its name or as a number. */
  static int networkInterface(@Nullable Object value) {
    return switch (value) {
      case Integer n when n > 0 -> known(n);
      case Long n when n > 0 && n <= Integer.MAX_VALUE -> known(n.intValue());
      case Reference r when r.kind() == Reference.Kind.INTERFACE -> (int) r.id();
      case String name -> {
        int index = Libc.if_nametoindex(name);
        if (index <= 0) {
          throw noInterface(name);
        }
        yield index;
      }
      case null, default ->
          throw new IllegalArgumentException(
              "expected a network interface such as 'eth0' but was '" + value + "'");
    };
  }

  private static int known(int index) {
    if (Libc.if_indextoname(index).isEmpty()) {
      throw noInterface(Integer.toString(index));
    }
    return index;
  }

  private static IllegalArgumentException noInterface(String interfaceName) {
    return new IllegalArgumentException(
        "write interface '" + interfaceName + "': no such interface (`ip link` shows them)");
  }

  private static int number(Object value, String expected) {
    if (value instanceof Integer || value instanceof Long) {
      long fd = ((Number) value).longValue();
      if (fd >= 0 && fd <= Integer.MAX_VALUE) {
        return duplicate((int) fd);
      }
    }
    throw wrong(value, expected);
  }

  private static int duplicate(int fd) {
    return opened(Libc.duplicate(fd), "descriptor", fd);
  }

  private static int opened(int fd, String what, Object value) {
    if (fd < 0) {
      throw new IllegalArgumentException(
          what + " '" + value + "': " + NativeObject.words(-fd, java.util.List.of()));
    }
    return fd;
  }

  private static IllegalArgumentException wrong(Object value, String expected) {
    return new IllegalArgumentException("expected " + expected + " but was '" + value + "'");
  }
}
