package org.skep.notebook.ebpf;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.skep.host.TcpConnection;

/**
 * The connections that carry this notebook: those of this process to the Jupyter server, those of
 * the server to pages, and, where the server's lead to a process of this machine such as sshd or a
 * proxy, that one's.
 */
final class NotebookConnections {
  private NotebookConnections() {}

  /** Those that are there now, by the kernel's number. */
  static Map<Long, TcpConnection> now() {
    var all = new LinkedHashMap<Long, TcpConnection>();
    long own = ProcessHandle.current().pid();
    // what cells open themselves may well be cut
    TcpConnection.acceptedBy(own).forEach(c -> all.put(c.inode(), c));
    ancestors().forEach(pid -> TcpConnection.of(pid).forEach(c -> all.put(c.inode(), c)));
    List<TcpConnection> toThisMachine =
        all.values().stream().filter(c -> isHere(c.remote().getAddress())).toList();
    if (!toThisMachine.isEmpty()) {
      passedOnBy(toThisMachine).forEach(c -> all.putIfAbsent(c.inode(), c));
    }
    return all;
  }

  /** The processes that started this one: the server, and who started that. */
  private static List<Long> ancestors() {
    var processes = new ArrayList<Long>();
    var next = ProcessHandle.current().parent();
    while (next.isPresent() && next.get().pid() > 1) {
      processes.add(next.get().pid());
      next = next.get().parent();
    }
    return processes;
  }

  /** Connections of the processes at the other ends. */
  private static Stream<TcpConnection> passedOnBy(List<TcpConnection> connections) {
    var others =
        ProcessHandle.allProcesses()
            .map(p -> TcpConnection.of(p.pid()))
            .filter(
                theirs ->
                    theirs.stream()
                        .anyMatch(
                            t ->
                                connections.stream()
                                    .anyMatch(
                                        c ->
                                            c.remote().equals(t.local())
                                                && c.local().equals(t.remote()))))
            .toList();
    return others.stream().flatMap(List::stream);
  }

  private static boolean isHere(InetAddress address) {
    return address.isLoopbackAddress();
  }
}
