package org.skep.bpf.map;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skep.internal.libbpf.Libc;

/**
 * Finds the descriptor behind a socket of Java, which Java does not tell: the one of this process
 * that is of its kind, bound where it is bound and connected to where it is connected to.
 */
public final class Sockets {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCKADDR = 128;
  private static final int STREAM = 1;
  private static final int DATAGRAM = 2;

  private record Ends(int kind, InetSocketAddress local, @Nullable InetSocketAddress remote) {}

  private Sockets() {}

  public static int descriptor(NetworkChannel channel) {
    try {
      return switch (channel) {
        case SocketChannel c ->
            find(STREAM, c.getLocalAddress(), c.getRemoteAddress(), channel, option(c));
        case ServerSocketChannel c -> find(STREAM, c.getLocalAddress(), null, channel, option(c));
        case DatagramChannel c ->
            find(DATAGRAM, c.getLocalAddress(), c.getRemoteAddress(), channel, option(c));
        default -> throw new IllegalArgumentException("no socket: '" + channel + "'");
      };
    } catch (IOException e) {
      throw new IllegalArgumentException("socket '" + channel + "': it is closed", e);
    }
  }

  public static int descriptor(Socket socket) {
    var option = new Option(socket::getReuseAddress, socket::setReuseAddress);
    return find(
        STREAM, socket.getLocalSocketAddress(), socket.getRemoteSocketAddress(), socket, option);
  }

  public static int descriptor(ServerSocket socket) {
    var option = new Option(socket::getReuseAddress, socket::setReuseAddress);
    return find(STREAM, socket.getLocalSocketAddress(), null, socket, option);
  }

  public static int descriptor(DatagramSocket socket) {
    var option = new Option(socket::getReuseAddress, socket::setReuseAddress);
    return find(
        DATAGRAM, socket.getLocalSocketAddress(), socket.getRemoteSocketAddress(), socket, option);
  }

  /** The protocol and the port of a descriptor of this process: {@code udp:53}. */
  public static String port(int fd) {
    Ends ends = ends(fd);
    return ends == null ? "" : (ends.kind() == STREAM ? "tcp:" : "udp:") + ends.local().getPort();
  }

  /** An option that matters only while a socket is bound: changing it afterwards does no harm. */
  private record Option(Reading reading, Writing writing) {
    interface Reading {
      boolean get() throws IOException;
    }

    interface Writing {
      void set(boolean value) throws IOException;
    }
  }

  private static Option option(NetworkChannel channel) {
    return new Option(
        () -> channel.getOption(StandardSocketOptions.SO_REUSEADDR),
        value -> {
          var _ = channel.setOption(StandardSocketOptions.SO_REUSEADDR, value);
        });
  }

  private static int find(
      int kind,
      @Nullable SocketAddress local,
      @Nullable SocketAddress remote,
      Object socket,
      Option option) {
    if (!(local instanceof InetSocketAddress here)
        || !(remote == null || remote instanceof InetSocketAddress)) {
      throw new IllegalArgumentException(
          "socket '" + socket + "': it is not bound (bind or connect it first)");
    }
    Ends wanted = new Ends(kind, here, (InetSocketAddress) remote);
    List<Integer> found = new ArrayList<>();
    for (int fd : descriptors()) {
      if (wanted.equals(ends(fd))) {
        found.add(fd);
      }
    }
    if (found.size() > 1) {
      found = thoseOf(option, found, socket);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "socket '" + socket + "': no descriptor is bound so (pass the number of its descriptor)");
    }
    return found.getFirst();
  }

  /**
   * Those of several descriptors with the same ends that are this socket, such as others that share
   * its port are not: those on which an option changes when Java changes it.
   */
  private static List<Integer> thoseOf(Option option, List<Integer> fds, Object socket) {
    try {
      boolean before = option.reading.get();
      List<Integer> same = new ArrayList<>();
      option.writing.set(!before);
      try {
        fds.stream().filter(fd -> Libc.reusesAddress(fd) != before).forEach(same::add);
      } finally {
        option.writing.set(before);
      }
      same.removeIf(fd -> Libc.reusesAddress(fd) != before);
      return same;
    } catch (IOException e) {
      throw new IllegalArgumentException("socket '" + socket + "': it is closed", e);
    }
  }

  private static List<Integer> descriptors() {
    List<Integer> all = new ArrayList<>();
    String[] names = new File("/proc/self/fd").list();
    for (String name : names == null ? new String[0] : names) {
      try {
        if (Files.readSymbolicLink(Path.of("/proc/self/fd", name))
            .toString()
            .startsWith("socket:")) {
          all.add(Integer.parseInt(name));
        }
      } catch (IOException e) {
        // it was closed meanwhile
      }
    }
    return all;
  }

  private static @Nullable Ends ends(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(SOCKADDR, 8);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, SOCKADDR);
      InetSocketAddress local = Libc.getsockname(fd, address, length) == 0 ? parse(address) : null;
      length.set(ValueLayout.JAVA_INT, 0, SOCKADDR);
      InetSocketAddress remote = Libc.getpeername(fd, address, length) == 0 ? parse(address) : null;
      return local == null ? null : new Ends(Libc.socketType(fd), local, remote);
    }
  }

  private static @Nullable InetSocketAddress parse(MemorySegment address) {
    int family = address.get(ValueLayout.JAVA_SHORT, 0);
    int port =
        Short.toUnsignedInt(address.get(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2));
    try {
      return switch (family) {
        case AF_INET -> of(address.asSlice(4, 4), port);
        case AF_INET6 -> of(address.asSlice(8, 16), port);
        default -> null;
      };
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As Java has it: an IPv4 address within IPv6 is an IPv4 address. */
  private static InetSocketAddress of(MemorySegment bytes, int port) throws UnknownHostException {
    return new InetSocketAddress(
        InetAddress.getByAddress(bytes.toArray(ValueLayout.JAVA_BYTE)), port);
  }
}
