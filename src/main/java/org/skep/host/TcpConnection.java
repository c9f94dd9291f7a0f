package org.skep.host;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An established connection of TCP, as {@code /proc/PID/net/tcp} shows it.
 *
 * @param inode the kernel's number of the socket
 * @param unacknowledged bytes that were sent, or are to be, and that the other side has not
 *     acknowledged
 * @param retries how often the kernel has sent them again, or asked whether it may send, without
 *     any answer
 */
public record TcpConnection(
    long inode,
    InetSocketAddress local,
    InetSocketAddress remote,
    long unacknowledged,
    int retries) {
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int QUEUES = 4;
  private static final int RETRANSMITS = 6;
  private static final int PROBES = 8;
  private static final int INODE = 9;
  private static final int WORDS = 10;
  private static final int HEXADECIMAL = 16;
  private static final String ESTABLISHED = "01";
  private static final String LISTENING = "0A";

  /**
   * The connections of a process; none where it may not be looked at.
   *
   * @param pid its number
   */
  public static List<TcpConnection> of(long pid) {
    Set<Long> inodes = sockets(pid);
    return inodes.isEmpty()
        ? List.of()
        : ofNamespace(pid).filter(c -> inodes.contains(c.inode())).toList();
  }

  /**
   * The connections of a process that others opened to it.
   *
   * @param pid its number
   */
  public static List<TcpConnection> acceptedBy(long pid) {
    Set<Long> inodes = sockets(pid);
    Set<String> listening =
        lines(pid)
            .map(line -> line.strip().split("\\s+"))
            .filter(words -> words.length >= WORDS && words[STATE].equals(LISTENING))
            .filter(words -> inodes.contains(Long.parseLong(words[INODE])))
            .map(words -> words[LOCAL].substring(words[LOCAL].indexOf(':') + 1))
            .collect(Collectors.toSet());
    return of(pid).stream()
        .filter(c -> listening.contains(String.format("%04X", c.local().getPort())))
        .toList();
  }

  /** The connections of the network namespace of a process, whosever they are. */
  public static Stream<TcpConnection> ofNamespace(long pid) {
    return lines(pid).map(TcpConnection::parse).flatMap(Optional::stream);
  }

  /** The ports where something listens in the network namespace of a process. */
  public static Set<Integer> listeningPorts(long pid) {
    return lines(pid)
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length >= WORDS && words[STATE].equals(LISTENING))
        .map(words -> address(words[LOCAL]).getPort())
        .collect(Collectors.toSet());
  }

  /** Whether a process has one of these sockets; false where it may not be looked at. */
  public static boolean has(long pid, Set<Long> inodes) {
    return sockets(pid).stream().anyMatch(inodes::contains);
  }

  /** Whether the other is the same connection seen from its other end. */
  public boolean isOtherEndOf(TcpConnection other) {
    return local.equals(other.remote) && remote.equals(other.local);
  }

  private static Stream<String> lines(long pid) {
    return Stream.of("tcp", "tcp6")
        .flatMap(name -> lines(Path.of("/proc", Long.toString(pid), "net", name)));
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().skip(1);
    } catch (IOException e) {
      return Stream.of(); // no IPv6, or the process has ended
    }
  }

  static Optional<TcpConnection> parse(String line) {
    String[] words = line.strip().split("\\s+");
    if (words.length < WORDS || !words[STATE].equals(ESTABLISHED)) {
      return Optional.empty();
    }
    int again = Integer.parseInt(words[RETRANSMITS], HEXADECIMAL);
    return Optional.of(
        new TcpConnection(
            Long.parseLong(words[INODE]),
            address(words[LOCAL]),
            address(words[REMOTE]),
            Long.parseLong(words[QUEUES].substring(0, words[QUEUES].indexOf(':')), HEXADECIMAL),
            Math.max(again, Integer.parseInt(words[PROBES]))));
  }

  /** Words of 4 bytes in the CPU's order, each in hexadecimal, then the port. */
  private static InetSocketAddress address(String text) {
    int colon = text.indexOf(':');
    byte[] raw = HexFormat.of().parseHex(text.substring(0, colon));
    var words = ByteBuffer.wrap(raw);
    var bytes = ByteBuffer.allocate(raw.length).order(ByteOrder.nativeOrder());
    while (words.hasRemaining()) {
      bytes.putInt(words.getInt());
    }
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(bytes.array()),
          Integer.parseInt(text.substring(colon + 1), HEXADECIMAL));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("read address '" + text + "': wrong length", e);
    }
  }

  private static Set<Long> sockets(long pid) {
    File folder = new File("/proc/" + pid + "/fd");
    String[] descriptors = folder.list();
    var inodes = new HashSet<Long>();
    for (String name : descriptors == null ? new String[0] : descriptors) {
      try {
        String target = Files.readSymbolicLink(folder.toPath().resolve(name)).toString();
        if (target.startsWith("socket:[")) {
          inodes.add(Long.parseLong(target.substring(8, target.length() - 1)));
        }
      } catch (IOException e) {
        // it was closed meanwhile
      }
    }
    return inodes;
  }
}
