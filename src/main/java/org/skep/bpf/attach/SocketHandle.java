package org.skep.bpf.attach;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.skep.bpf.map.FileDescriptors;
import org.skep.bpf.map.Sockets;
import org.skep.host.ListeningSockets;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.Libc;

/**
 * A socket of a process, found again when it is needed instead of being held.
 *
 * @param pid the process; 0 for this one
 * @param descriptor its number there
 * @param inode what the kernel calls it: {@code socket:[4711]}
 * @param sharedPort of a group of sockets that share a port, all of which have the program: {@code
 *     udp:53}; else empty
 */
record SocketHandle(int pid, int descriptor, String inode, String sharedPort) {
  /** Of a descriptor of this process for the same socket. */
  static SocketHandle of(AttachPoint.Socket point, int own, boolean shared) {
    return new SocketHandle(
        point.pid(), point.descriptor(), inode(own), shared ? Sockets.port(own) : "");
  }

  /** A descriptor of it, to be closed; or an error number where it is gone. */
  int open() {
    int same = open(descriptor);
    if (same >= 0) {
      return same;
    }
    String[] all = new File("/proc/" + process() + "/fd").list();
    return Stream.of(all == null ? new String[0] : all)
        .mapToInt(this::numbered)
        .filter(fd -> fd >= 0)
        .findFirst()
        .orElseGet(this::another);
  }

  private int numbered(String name) {
    try {
      return inode.equals(
              Files.readSymbolicLink(Path.of("/proc", process(), "fd", name)).toString())
          ? open(Integer.parseInt(name))
          : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  private String process() {
    return pid == 0 ? "self" : Integer.toString(pid);
  }

  private int open(int number) {
    int fd = FileDescriptors.ofProcess(pid, number);
    if (fd >= 0 && !inode.equals(inode(fd))) {
      Libc.close(fd);
      return -Errno.ENOENT.number();
    }
    return fd;
  }

  /** A socket that shares its port. */
  private int another() {
    int colon = sharedPort.indexOf(':');
    return colon < 0
        ? -Errno.ENOENT.number()
        : ListeningSockets.find(
                sharedPort.substring(0, colon), Integer.parseInt(sharedPort.substring(colon + 1)))
            .map(s -> FileDescriptors.ofProcess(s.pid(), s.descriptor()))
            .orElse(-Errno.ENOENT.number());
  }

  private static String inode(int own) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(own))).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
