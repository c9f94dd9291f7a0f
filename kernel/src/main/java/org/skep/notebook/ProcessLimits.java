package org.skep.notebook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Limits of the process with which a notebook kernel starts and then fails at one thing or another.
 */
final class ProcessLimits {
  /** Jars, sockets and pipes of an idle kernel are some 110; a cell of C needs more. */
  private static final long DESCRIPTORS = 192;

  /** The JVM reserves the largest heap, the code cache and a stack for each thread. */
  private static final long ADDRESS_SPACE = 6L << 30;

  private static final Pattern LINE =
      Pattern.compile("^Max (open files|address space) +(\\d+|unlimited)", Pattern.MULTILINE);

  private ProcessLimits() {}

  /** Says which limit is too low, and how to raise it. */
  static Optional<String> tooLow() {
    try {
      return tooLow(Files.readString(Path.of("/proc/self/limits")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * @param limits as {@code /proc/PID/limits} has them
   */
  static Optional<String> tooLow(String limits) {
    Matcher line = LINE.matcher(limits);
    while (line.find()) {
      long limit =
          line.group(2).equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(line.group(2));
      if (line.group(1).equals("open files") && limit < DESCRIPTORS) {
        return Optional.of(
            "this process may open "
                + limit
                + " files, and the kernel needs "
                + DESCRIPTORS
                + " or more (ulimit -n 1024, or LimitNOFILE=1024 of a systemd service)");
      }
      if (line.group(1).equals("address space") && limit < ADDRESS_SPACE) {
        return Optional.of(
            "this process may use "
                + (limit >> 20)
                + " MiB of address space, and the kernel needs "
                + (ADDRESS_SPACE >> 20)
                + " MiB (ulimit -v unlimited, or LimitAS=infinity of a systemd service)");
      }
    }
    return Optional.empty();
  }
}
