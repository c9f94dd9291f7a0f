package org.skep.notebook.ebpf.cell;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.skep.bpf.BpfLink;
import org.skep.bpf.attach.AttachPoint;
import org.skep.host.Mounts;
import org.skep.host.ProcFile;
import org.skep.host.TcpConnection;

/**
 * Detaches programs that cut the notebook off. After attaching to networks it looks for a while
 * whether what the notebook sends is acknowledged, which is the sign that its page is still reached
 * and heard; where the kernel has sent something several times in vain, the programs are detached.
 */
public final class ConnectionGuard {
  static final Duration TIME = Duration.ofSeconds(30);

  /** The third repetition comes 1.4 s after the first attempt, or later on slow connections. */
  private static final int RETRIES = 3;

  private static final int PAUSE_MILLIS = 250;

  private final Map<Long, TcpConnection> before;

  /**
   * To be made before anything is attached.
   *
   * @param before the connections to watch, by the kernel's number
   */
  public ConnectionGuard(Map<Long, TcpConnection> before) {
    this.before = before;
  }

  /** Whether a program there may keep packets from the notebook. */
  public static boolean mayCut(AttachPoint point) {
    return switch (point) {
      case AttachPoint.Xdp _,
          AttachPoint.Tcx _,
          AttachPoint.Tc _,
          AttachPoint.TcAction _,
          AttachPoint.Netkit _,
          AttachPoint.Netfilter _,
          AttachPoint.Socket _,
          AttachPoint.Cgroup _,
          AttachPoint.Route _,
          AttachPoint.NetworkNamespace _ ->
          true;
      default -> false;
    };
  }

  /** What is to be said before a program is attached there; empty where no connection passes. */
  public Optional<String> warning(AttachPoint point) {
    String place =
        switch (point) {
          case AttachPoint.Xdp p -> p.networkInterface();
          case AttachPoint.Tcx p -> p.networkInterface();
          case AttachPoint.Tc p -> p.networkInterface();
          case AttachPoint.TcAction p -> p.networkInterface();
          case AttachPoint.Netkit p -> p.networkInterface();
          default -> "";
        };
    Set<String> through =
        place.isEmpty()
            ? Set.of()
            : before.values().stream()
                .filter(c -> isAt(place, c.local().getAddress(), c.remote().getAddress()))
                .map(c -> c.remote().getAddress().getHostAddress() + ":" + c.remote().getPort())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    boolean ofCgroup = point instanceof AttachPoint.Cgroup p && holdsNotebook(p.path());
    boolean everywhere = point instanceof AttachPoint.Netfilter;
    if (before.isEmpty() || (through.isEmpty() && !ofCgroup && !everywhere)) {
      return Optional.empty();
    }
    return Optional.of(
        point.describe()
            + " carries this notebook"
            + (through.isEmpty() ? "" : " (to " + through.iterator().next() + ")")
            + ": its connections are watched for "
            + TIME.toSeconds()
            + " s, and the program is detached if it cuts them (--keep leaves it)");
  }

  private static boolean isAt(String device, InetAddress local, InetAddress remote) {
    try {
      NetworkInterface there = NetworkInterface.getByName(device);
      boolean loops = remote.isLoopbackAddress() || local.equals(remote);
      return there != null
          && (loops ? there.isLoopback() : there.inetAddresses().anyMatch(a -> a.equals(local)));
    } catch (SocketException e) {
      return false;
    }
  }

  private static boolean holdsNotebook(Path cgroup) {
    try {
      String own =
          ProcFile.lines(Path.of("/proc/self/cgroup")).stream()
              .filter(l -> l.startsWith("0::"))
              .map(l -> l.substring(3))
              .findFirst()
              .orElse("/");
      Path real = cgroup.toRealPath();
      return Mounts.cgroup2()
          .map(root -> Path.of(root + own).normalize().startsWith(real))
          .orElse(false);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Looks for {@link #TIME} on a thread of its own, until all links are closed.
   *
   * @param said takes what happened, once the programs are detached
   */
  public void watch(List<BpfLink> links, Consumer<String> said) {
    List<BpfLink> risky = links.stream().filter(l -> mayCut(l.point())).toList();
    if (before.isEmpty() || risky.isEmpty()) {
      return;
    }
    Thread.ofPlatform().daemon().name("skep-guard").start(() -> run(risky, said));
  }

  private void run(List<BpfLink> links, Consumer<String> said) {
    long end = System.nanoTime() + TIME.toNanos();
    try {
      while (System.nanoTime() < end && !links.stream().allMatch(BpfLink::isClosed)) {
        Optional<TcpConnection> cut = cut();
        if (cut.isPresent()) {
          String names =
              links.stream()
                  .filter(l -> !l.isClosed())
                  .map(l -> "'" + l.program() + "' from " + l.describe())
                  .collect(Collectors.joining(", "));
          links.forEach(BpfLink::close);
          said.accept(
              "detached "
                  + names
                  + ": the notebook's connection to "
                  + cut.get().remote().getAddress().getHostAddress()
                  + ":"
                  + cut.get().remote().getPort()
                  + " was no longer acknowledged (--keep leaves it attached; let the program pass"
                  + " the notebook's own packets)");
          return;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One that was well before, and whose bytes the kernel has sent in vain since. */
  private Optional<TcpConnection> cut() {
    return TcpConnection.ofNamespace(ProcessHandle.current().pid())
        .filter(c -> c.unacknowledged() > 0 && c.retries() >= RETRIES)
        .filter(
            c -> {
              TcpConnection then = before.get(c.inode());
              return then != null && then.retries() < RETRIES;
            })
        .findFirst();
  }
}
