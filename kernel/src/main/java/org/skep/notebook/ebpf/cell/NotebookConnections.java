package org.skep.notebook.ebpf.cell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
    passedOn(List.copyOf(all.values()), own).forEach(c -> all.putIfAbsent(c.inode(), c));
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

  /**
   * What a proxy or sshd of this machine has accepted that passes these connections on. A browser
   * of this machine accepts none, and what else it has opened is not the notebook's.
   */
  private static Stream<TcpConnection> passedOn(List<TcpConnection> known, long own) {
    Set<Long> inodes = known.stream().map(TcpConnection::inode).collect(Collectors.toSet());
    Set<Long> others =
        TcpConnection.ofNamespace(own)
            .filter(c -> !inodes.contains(c.inode()))
            .filter(c -> known.stream().anyMatch(c::isOtherEndOf))
            .map(TcpConnection::inode)
            .collect(Collectors.toSet());
    if (others.isEmpty()) {
      return Stream.of();
    }
    Set<Integer> ports = TcpConnection.listeningPorts(own);
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> TcpConnection.has(pid, others))
        .flatMap(pid -> TcpConnection.of(pid).stream())
        .filter(c -> ports.contains(c.local().getPort()));
  }
}
