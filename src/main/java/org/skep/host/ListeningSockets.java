package org.skep.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The sockets of this network namespace that wait at a port, and the processes that have them. */
public final class ListeningSockets {
  private static final Path PROC = Path.of("/proc");
  private static final List<String> PROTOCOLS = List.of("tcp", "udp");
  private static final int LOCAL = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;
  private static final int HEXADECIMAL = 16;

  private record Bound(int port, String inode) {}

  private ListeningSockets() {}

  /**
   * A socket.
   *
   * @param pid the process that has it
   * @param descriptor its number there
   */
  public record Owned(int pid, int descriptor) {}

  /** The ports where something waits: {@code tcp:8080}, {@code udp:53}. */
  public static List<String> ports() {
    return PROTOCOLS.stream()
        .flatMap(
            protocol ->
                new TreeSet<>(bound(protocol).map(Bound::port).toList())
                    .stream().map(port -> protocol + ":" + port))
        .toList();
  }

  /**
   * A socket that waits at a port; of several that share it, any.
   *
   * @param protocol {@code tcp} or {@code udp}
   * @return empty where there is none, or it belongs to a process that may not be looked at
   */
  public static Optional<Owned> find(String protocol, int port) {
    Set<String> wanted = new HashSet<>();
    bound(protocol)
        .filter(b -> b.port() == port)
        .forEach(b -> wanted.add("socket:[" + b.inode() + "]"));
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    String[] processes = PROC.toFile().list();
    return Stream.of(processes == null ? new String[0] : processes)
        .filter(name -> Character.isDigit(name.charAt(0)))
        .flatMap(pid -> socketsOf(pid, wanted))
        .findFirst();
  }

  private static Stream<Owned> socketsOf(String pid, Set<String> wanted) {
    File folder = PROC.resolve(pid).resolve("fd").toFile();
    String[] descriptors = folder.list();
    return Stream.of(descriptors == null ? new String[0] : descriptors)
        .filter(fd -> wanted.contains(target(folder.toPath().resolve(fd))))
        .map(fd -> new Owned(Integer.parseInt(pid), Integer.parseInt(fd)));
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // it was closed meanwhile
    }
  }

  /** Both families; of TCP those that listen, of UDP those that are not connected. */
  private static Stream<Bound> bound(String protocol) {
    String waiting = protocol.equals("tcp") ? "0A" : "07";
    return Stream.of(protocol, protocol + "6")
        .flatMap(name -> lines(PROC.resolve("net").resolve(name)))
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length > INODE && words[STATE].equals(waiting))
        .map(
            words ->
                new Bound(
                    Integer.parseInt(
                        words[LOCAL].substring(words[LOCAL].lastIndexOf(':') + 1), HEXADECIMAL),
                    words[INODE]));
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().skip(1);
    } catch (IOException e) {
      return Stream.of(); // no IPv6
    }
  }
}
