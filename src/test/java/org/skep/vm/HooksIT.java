package org.skep.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.LoadOutcome;

/**
 * Programs at the hooks that not every Linux has: that they load, attach, run, and stop when their
 * link closes.
 */
@Tag("vm")
class HooksIT {
  private static BpfObject object;

  @BeforeAll
  static void load() throws IOException, InterruptedException {
    Files.writeString(Path.of("/proc/sys/kernel/bpf_stats_enabled"), "1");
    object = Guest.open("hooks").load();
  }

  @AfterAll
  static void close() {
    object.close();
  }

  @ParameterizedTest
  @CsvSource({
    "on_kprobe, kprobe 'do_nanosleep'",
    "on_kretprobe, kretprobe 'do_nanosleep'",
    "on_kprobe_multi, kernel functions 'do_nanosleep*'",
    "on_kretprobe_multi, kernel functions 'do_nanosleep*' at their return",
    "on_ksyscall, system call 'clock_nanosleep'",
    "on_fentry, 'fentry/do_nanosleep'",
    "on_fexit, 'fexit/do_nanosleep'",
    "on_file_open, 'lsm/file_open'",
    "on_file_open_sleepable, 'lsm.s/file_open'",
  })
  void runsWhileItIsAttached(String name, String place) throws IOException {
    BpfProgram program = object.program(name);
    assertInstanceOf(LoadOutcome.Loaded.class, program.loaded(), () -> program.loaded().toString());
    try (BpfLink link = program.attach()) {
      assertTrue(link.describe().contains(place), link.describe());
      Guest.sleepAndOpenAFile();
    }
    long runs = program.info().runs();
    assertTrue(runs > 0, "it did not run");
    Guest.sleepAndOpenAFile();
    assertEquals(runs, program.info().runs(), "it runs after its link was closed");
  }
}
