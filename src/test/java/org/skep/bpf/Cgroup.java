package org.skep.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where control groups of version 2 are. */
final class Cgroup {
  private Cgroup() {}

  static Path mount() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      String[] words = line.split(" ");
      if (words[2].equals("cgroup2")) {
        return Path.of(words[1]);
      }
    }
    throw new AssertionError("no cgroup v2 is mounted (mount -t cgroup2 none /sys/fs/cgroup)");
  }
}
