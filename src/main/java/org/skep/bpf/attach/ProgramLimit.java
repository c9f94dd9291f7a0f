package org.skep.bpf.attach;

/** Says that a target has as many programs as Linux allows there, and how to see whose they are. */
final class ProgramLimit {
  /**
   * The same number for tracepoints, cgroups, namespaces, and the traffic control of interfaces.
   */
  private static final int MOST = 64;

  private ProgramLimit() {}

  /** Empty where the error number means something else there. */
  static String reason(AttachPoint point, String errno) {
    return switch (point) {
      case AttachPoint.Tracepoint _ -> full(errno, "bpftool perf show");
      case AttachPoint.Cgroup p -> full(errno, "bpftool cgroup show " + p.path());
      case AttachPoint.NetworkNamespace _ -> full(errno, "bpftool link show");
      case AttachPoint.Tcx p -> full(errno, "bpftool net show dev " + p.networkInterface());
      case AttachPoint.Netkit p -> full(errno, "bpftool net show dev " + p.networkInterface());
      case AttachPoint.KprobeMulti _, AttachPoint.UprobeMulti _ ->
          "more functions than a program can be attached to at once ("
              + errno
              + "; take a narrower pattern)";
      case AttachPoint.WithCookie p -> reason(p.point(), errno);
      default -> "";
    };
  }

  private static String full(String errno, String command) {
    return MOST
        + " programs are attached there, as many as Linux allows ("
        + errno
        + "; '"
        + command
        + "' shows them, close some)";
  }
}
