package org.skep.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What every test in the machine builds upon: the kernel that was asked for, its file systems, and
 * kprobes at all.
 */
@Tag("vm")
class GuestLinuxIT {
  private static final Path TRACING = Path.of("/sys/kernel/tracing");

  @Test
  void theKernelIsTheOneThatWasAskedFor() throws IOException {
    assertEquals(
        System.getenv("SKEP_VM"), Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
  }

  @Test
  void theFileSystemsOfBpfAreMounted() {
    assertTrue(Files.isDirectory(TRACING.resolve("events/syscalls")));
    assertTrue(Files.isWritable(Path.of("/sys/fs/bpf")));
    assertTrue(Files.exists(Path.of("/sys/fs/cgroup/cgroup.procs")));
    assertTrue(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")));
  }

  @Test
  void aKprobeCountsItsHits() throws IOException, InterruptedException {
    Files.writeString(TRACING.resolve("kprobe_events"), "p:skep/sleeps do_nanosleep");
    Path enable = TRACING.resolve("events/skep/sleeps/enable");
    String profile;
    try {
      Files.writeString(enable, "1");
      new ProcessBuilder("sleep", "0.01").start().waitFor();
      profile = Files.readString(TRACING.resolve("kprobe_profile"));
    } finally {
      Files.writeString(enable, "0");
      Files.writeString(TRACING.resolve("kprobe_events"), "");
    }
    assertTrue(Pattern.compile("sleeps +[1-9]").matcher(profile).find(), profile);
  }
}
