package org.skep.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether this process may load programs, found out without trying. */
public final class Rights {
  private static final Path UNPRIVILEGED = Path.of("/proc/sys/kernel/unprivileged_bpf_disabled");
  private static final Path USERS = Path.of("/proc/self/uid_map");

  private Rights() {}

  /** What this process lacks, and how to get it; empty where it may load programs. */
  public static Optional<String> missing() {
    return missing(
        Capabilities.ofThisProcess(), LinuxVersion.running(), read(UNPRIVILEGED), read(USERS));
  }

  /**
   * @param unprivileged {@code 0} where a user without rights may load filters of sockets
   * @param users which users of the machine those of this process are
   */
  static Optional<String> missing(
      Capabilities capabilities, LinuxVersion linux, String unprivileged, String users) {
    boolean may = capabilities.has(Capability.SYS_ADMIN) || capabilities.has(Capability.BPF);
    if (!may && unprivileged.equals("0")) {
      return Optional.empty();
    }
    if (!may) {
      return Optional.of(
          "this process lacks "
              + (linux.isAtLeast(5, 8) ? "CAP_BPF" : "CAP_SYS_ADMIN")
              + " ("
              + remedy(linux)
              + ")");
    }
    boolean own = !users.isEmpty() && !users.split("\\s+")[1].equals("0");
    return own
        ? Optional.of(
            "the rights of this process are those of a user namespace, such as a container without"
                + " root has, and BPF asks for the machine's ("
                + remedy(linux)
                + ")")
        : Optional.empty();
  }

  private static String remedy(LinuxVersion linux) {
    return "start Jupyter as root, such as by `sudo jupyter lab --allow-root`"
        + (linux.isAtLeast(5, 8)
            ? ", or with CAP_BPF, CAP_PERFMON for tracing, and CAP_NET_ADMIN for networks"
            : "")
        + "; or start the virtual machine, by `make vm`";
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
