package org.skep.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.host.hooks.Hooks;
import org.skep.host.hooks.Tracepoints;

/** The running Linux as root sees it. */
@Tag("privileged")
class HostIT {
  @Test
  void tracepointsOfTheRunningLinux() {
    var tracepoints = Tracepoints.ofRunningLinux();
    var found = tracepoints.find("sched", "sched_switch").orElseThrow();
    assertTrue(found.fields().stream().anyMatch(f -> f.name().equals("next_comm")));
    assertEquals("sched/sched_switch", tracepoints.nearest("sched/sched_swich").getFirst());
  }

  @Test
  void symbolsOfTheRunningLinux() {
    var symbols = KernelSymbols.ofRunningLinux();
    assertFalse(symbols.restricted(), KernelSymbols::remedy);
    var schedule = symbols.named("schedule").getFirst();
    assertTrue(schedule.isFunction());
    assertEquals("schedule+0x2", symbols.describe(schedule.address() + 2));
  }

  @Test
  void filesystemsAreMounted() {
    assertTrue(Mounts.bpffs().isAbsolute());
    assertTrue(Capabilities.ofThisProcess().allowBpf());
  }

  /**
   * A name is bytes, which the kernel cuts anywhere: no mount or process may hide others by its.
   */
  @Test
  void namesThatAreNoTextHideNothing() throws Exception {
    Process shell =
        new ProcessBuilder(
                "bash",
                "-c",
                """
                cd "$(mktemp -d)" && mkdir $'odd\\xff' && mount -t tmpfs odd $'odd\\xff' || exit 1
                cp /bin/sleep $'odd\\xff/sleep'
                $'odd\\xff/sleep' 60 & slept=$!
                sleep 1; echo $slept; read; kill $slept; wait; umount $'odd\\xff' && rm -r "$PWD"
                """)
            .start();
    String slept = String.valueOf(shell.inputReader().readLine());
    try {
      assertTrue(Mounts.find("bpf").isPresent());
      assertFalse(Hooks.find("uprobe:" + slept + ":malloc").isEmpty());
    } finally {
      shell.outputWriter().write("\n");
      shell.outputWriter().flush();
      assertEquals(0, shell.waitFor());
    }
  }
}
