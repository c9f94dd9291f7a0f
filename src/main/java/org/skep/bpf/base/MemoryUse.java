package org.skep.bpf.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory of the kernel a map or program takes, as the kernel counts it. */
public final class MemoryUse {
  private static final Path DETAILS = Path.of("/proc/self/fdinfo");
  private static final String LINE = "memlock:";

  private MemoryUse() {}

  /** In bytes; empty where the kernel does not tell. */
  public static OptionalLong of(int fd) {
    try {
      return Files.readAllLines(DETAILS.resolve(Integer.toString(fd))).stream()
          .filter(line -> line.startsWith(LINE))
          .mapToLong(line -> Long.parseLong(line.substring(LINE.length()).strip()))
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
