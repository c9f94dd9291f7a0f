package org.skep.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How much memory this process may lock. Before Linux 5.11 maps and programs count as such, and
 * what exceeds it is refused with EPERM, which looks like missing rights. libbpf raises the limit
 * itself where it may.
 */
public final class LockedMemory {
  private static final String LINE = "Max locked memory";

  private LockedMemory() {}

  /** The limit in words: {@code 64 KiB}, {@code unlimited}, or {@code unknown}. */
  public static String limit() {
    try {
      return limit(Files.readAllLines(Path.of("/proc/self/limits")));
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** The limit that the lines of {@code /proc/PID/limits} tell. */
  static String limit(List<String> limits) {
    for (String line : limits) {
      if (line.startsWith(LINE)) {
        String soft = line.substring(LINE.length()).strip().split("\\s+")[0];
        return soft.matches("\\d+") ? (Long.parseLong(soft) >> 10) + " KiB" : soft;
      }
    }
    return "unknown";
  }

  /**
   * Why this limit may be what refuses a map or program, and what would help; empty where it is
   * not.
   *
   * @param limit as {@link #limit()} gives it
   */
  public static Optional<String> bound(LinuxVersion linux, String limit) {
    return linux.isAtLeast(5, 11) || limit.equals("unlimited")
        ? Optional.empty()
        : Optional.of(
            "before Linux 5.11 maps and programs count as locked memory, and this process may"
                + " have "
                + limit
                + "; start it after `ulimit -l unlimited`, as root, or give it CAP_SYS_RESOURCE");
  }
}
