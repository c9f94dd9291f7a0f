package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.table.NotedTable;

/** The kernel's own counts of the runs of a program. */
@Tag("privileged")
class RunStatisticsIT {
  private static final String PROGRAMS =
      """
      SEC("raw_tp/sys_enter") int busy(void *c) { return 0; }
      SEC("tracepoint/syscalls/sys_enter_acct") int idle(void *c) { return 0; }
      """;

  @Test
  void countsWhatRanMeanwhile() throws Exception {
    try (BpfObject object = Cell.load("stats", PROGRAMS)) {
      object.attachAll();
      RunStatistics statistics = object.statistics(Duration.ofMillis(100));
      assertEquals(
          List.of("busy", "idle"),
          statistics.programs().stream().map(RunStatistics.Runs::program).toList());
      RunStatistics.Runs busy = statistics.programs().getFirst();
      assertTrue(busy.runs() > 0, busy::toString);
      assertTrue(busy.nanosPerRun().getAsDouble() > 0, busy::toString);
      assertTrue(statistics.programs().getLast().nanosPerRun().isEmpty());
      assertTrue(statistics.emptyNanos().getAsDouble() > 0);
      assertTrue(statistics.over().compareTo(Duration.ofMillis(100)) >= 0);

      NotedTable table = statistics.table();
      assertEquals("stats.busy", table.stringColumn("program").get(0));
      assertTrue(table.doubleColumn("ns_per_run").isMissing(1));
      assertTrue(
          table.notes().getFirst().startsWith("Overhead note: statistics were enabled for"),
          table.notes()::toString);
    }
  }

  @Test
  void nothingIsCountedAfterwards() throws Exception {
    try (BpfObject object = Cell.load("stats", PROGRAMS)) {
      BpfProgram idle = object.program("idle");
      idle.statistics(Duration.ofMillis(1));
      assertEquals(0, idle.info().runs());
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    try (BpfObject object = Cell.load("stats", PROGRAMS)) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> object.statistics(Duration.ofDays(1)));
    }
  }
}
