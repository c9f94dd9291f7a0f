package org.skep.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.load.LoadOutcome;

/**
 * Programs at the hooks that not every Linux has: that they load, attach, run, and stop when their
 * link closes.
 */
@Tag("vm")
class HooksIT {
  private static BpfObject object;

  private static final long COOKIE = 0x1234_5678_9abc_def0L;

  @BeforeAll
  static void load() throws IOException, InterruptedException {
    object = Guest.open("hooks").load();
  }

  @AfterAll
  static void close() {
    object.close();
  }

  private static long number(String global) {
    return ((Number) object.global(global).get()).longValue();
  }

  @ParameterizedTest
  @CsvSource({
    "on_kprobe, kprobe 'do_nanosleep'",
    "on_kretprobe, kretprobe 'do_nanosleep'",
    "on_kprobe_multi, kernel functions 'do_nanosleep*'",
    "on_kretprobe_multi, kernel functions 'do_nanosleep*' at their return",
    "on_kprobe_session, kernel functions 'do_nanosleep*' at their entry and return",
    "on_ksyscall, system call 'clock_nanosleep'",
    "on_kretsyscall, system call 'clock_nanosleep' at its return",
    "on_fentry, '''fentry/do_nanosleep'''",
    "on_fexit, '''fexit/do_nanosleep'''",
    "on_file_open, '''lsm/file_open'''",
    "on_file_open_sleepable, '''lsm.s/file_open'''",
  })
  void runsWhileItIsAttached(String name, String place) throws IOException {
    BpfProgram program = object.program(name);
    assertInstanceOf(LoadOutcome.Loaded.class, program.loaded(), () -> program.loaded().toString());
    try (BpfLink link = program.attach()) {
      assertEquals(place, link.describe());
      Guest.sleepAndOpenAFile();
    }
    long hits = number(name + "_hits");
    assertTrue(hits > 0, "it did not run");
    Guest.sleepAndOpenAFile();
    assertEquals(hits, number(name + "_hits"), "it runs after its link was closed");
    try (BpfLink link =
        program.attach(new AttachPoint.WithCookie(program.declaredPoint().orElseThrow(), COOKIE))) {
      Guest.sleepAndOpenAFile();
      assertEquals(COOKIE, number(name + "_cookie"), link::describe);
    }
  }
}
