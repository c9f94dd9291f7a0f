package org.skep.bpf.attach;

import org.skep.internal.libbpf.Libc;

/** Says what became of the target of a link that the kernel no longer holds. */
public final class DetachReason {
  private static final String AGAIN = " (attach it again)";
  private static final String BY_ANOTHER = "another process detached it" + AGAIN;

  private DetachReason() {}

  public static String reason(AttachPoint point) {
    return switch (point) {
      case AttachPoint.Network p -> reason(p);
      case AttachPoint.StructOps _ -> "another process unregistered it" + AGAIN;
      case AttachPoint.WithCookie p -> reason(p.point());
      default -> BY_ANOTHER;
    };
  }

  private static String reason(AttachPoint.Network point) {
    return switch (point) {
      case AttachPoint.Xdp p -> device(p.networkInterface());
      case AttachPoint.Tcx p -> device(p.networkInterface());
      case AttachPoint.Tc p -> device(p.networkInterface());
      case AttachPoint.TcAction p -> device(p.networkInterface());
      case AttachPoint.Netkit p -> device(p.networkInterface());
      case AttachPoint.PacketSocket p -> device(p.networkInterface());
      case AttachPoint.Route p ->
          Libc.if_nametoindex(p.networkInterface()) > 0
              ? "the route was removed or replaced" + AGAIN
              : device(p.networkInterface());
      case AttachPoint.Socket p ->
          "another program was attached to the socket, or the socket was closed"
              + (p.pid() == 0 ? "" : ", or process " + p.pid() + " has exited");
      case AttachPoint.Cgroup p ->
          java.nio.file.Files.isDirectory(p.path())
              ? "the cgroup was removed and made again, or another process detached the program"
                  + AGAIN
              : "cgroup '" + p.path() + "' was removed";
      case AttachPoint.NetworkNamespace p ->
          "the network namespace no longer exists, or another process detached the program";
      case AttachPoint.SocketMap _ ->
          "another program was attached to the map, or another process detached this one; sockets"
              + " that are put into the map from now on do not have it"
              + AGAIN;
      case AttachPoint.Netfilter _ -> BY_ANOTHER;
    };
  }

  private static String device(String name) {
    return Libc.if_nametoindex(name) > 0
        ? "interface '"
            + name
            + "' was deleted and made again, or another process detached the program"
            + AGAIN
        : "interface '" + name + "' was deleted";
  }
}
