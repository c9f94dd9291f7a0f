package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.bpf.run.TestRun;
import org.skep.host.trace.TraceLog;

@Tag("privileged")
@Timeout(30)
class TraceLogIT {
  private static BpfObject load(int mark) {
    return Cell.load(
        "prints",
        """
        SEC("raw_tp/sys_enter") int once(void *ctx) {
          bpf_printk("MARK a\\nb\\n\\nZoë");
          bpf_printk("MARK LONG");
          return 0;
        }
        SEC("tp/syscalls/sys_enter_read") int feeds(void *ctx) {
          if (bpf_get_current_pid_tgid() >> 32 == PID)
            bpf_printk("MARK read");
          return 0;
        }
        """
            .replace("MARK", mark + "")
            .replace("LONG", "x".repeat(1099))
            .replace("PID", ProcessHandle.current().pid() + ""));
  }

  @Test
  void aTextWithLineEndsIsOneLineAndACutOneIsSaid() throws InterruptedException {
    try (BpfObject object = load(1);
        TraceLog log = TraceLog.open()) {
      object.program("once").run(TestRun.once());
      List<TraceLog.Line> lines = new ArrayList<>();
      log.readNow(lines::add);
      lines.removeIf(line -> !line.text().startsWith("1 "));
      assertEquals("1 a\nb\n\nZoë", lines.getFirst().text());
      assertEquals("1 " + "x".repeat(1021), lines.getLast().text());
      assertEquals(2, lines.size());
      assertTrue(log.completeness().contains("1 cut at 1,023 bytes"), log::completeness);
    }
  }

  /** Reading the trace makes this program print: each look finds a line more. */
  @Test
  void aProgramThatPrintsAtEachReadDoesNotKeepItFromEnding() throws InterruptedException {
    try (BpfObject object = load(2);
        TraceLog log = TraceLog.open()) {
      object.program("feeds").attach();
      List<TraceLog.Line> lines = new ArrayList<>();
      log.read(Duration.ofMillis(50), lines::add);
      assertTrue(lines.stream().anyMatch(line -> line.text().equals("2 read")));
      assertTrue(log.completeness().endsWith("more were being printed when reading ended"));
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> log.read(Duration.ofDays(1), lines::add));
    }
  }
}
