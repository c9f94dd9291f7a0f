package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.bpf.BpfObject;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;
import tech.tablesaw.api.Table;

/** {@code %trace} on a program that prints at each file that this process opens. */
@Tag("privileged")
@Timeout(60)
class TraceLineIT {
  private static final long PID = ProcessHandle.current().pid();
  private static final String PRINTS =
      """
      %%%%bpf prints
      SEC("tracepoint/syscalls/sys_enter_openat")
      int opened(void *ctx)
      {
          if (bpf_get_current_pid_tgid() >> 32 == %1$d)
              bpf_printk("opened by %%d", %1$d);
          return 0;
      }
      """
          .formatted(PID);

  private final FakeNotebook notebook = new FakeNotebook();

  @AfterEach
  void letGo() {
    notebook.variable("prints").ifPresent(o -> ((BpfObject) o).close());
  }

  private static void openSoon() {
    CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
        .execute(() -> assertTrue(Files.isReadable(Path.of("/proc/self/comm"))));
    CompletableFuture.delayedExecutor(350, TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              try {
                Files.readString(Path.of("/proc/self/comm"));
              } catch (java.io.IOException e) {
                throw new AssertionError(e);
              }
            });
  }

  private static long instances() throws java.io.IOException {
    try (var all = Files.list(Path.of("/sys/kernel/tracing/instances"))) {
      return all.filter(p -> p.toString().contains("skep-" + PID + "-")).count();
    }
  }

  @Test
  void printedLinesAreShownAndBecomeATable() throws Exception {
    notebook.run(PRINTS);
    openSoon();
    String own = "text contains 'opened by " + PID + "'";
    Table table =
        (Table) Objects.requireNonNull(notebook.run("%trace --for 1s --where \"" + own + "\""));
    assertTrue(table.rowCount() >= 1, table::toString);
    assertEquals("opened by " + PID, table.stringColumn("text").get(0));
    assertTrue(table.doubleColumn("at").get(0) > 0);
    assertTrue(notebook.recorded.out().contains("opened by " + PID), notebook.recorded.out());
    assertEquals(0, instances());
  }

  @Test
  void theStopButtonEndsItAndKeepsTheLines() throws Exception {
    notebook.run(PRINTS);
    openSoon();
    Thread cell = Thread.currentThread();
    CompletableFuture.delayedExecutor(900, TimeUnit.MILLISECONDS).execute(cell::interrupt);
    assertThrows(InterruptedException.class, () -> notebook.run("%trace --quiet"));
    String shown = notebook.recorded.displays.getLast().data().toString();
    assertTrue(shown.contains("opened by " + PID), shown);
    assertEquals("", notebook.recorded.out());
    assertEquals(0, instances());
  }

  @Test
  void mistakesAreNamedBeforeItListens() {
    var why =
        assertThrows(MagicException.class, () -> notebook.run("%trace --where \"txt == ''\""));
    assertTrue(String.valueOf(why.getMessage()).contains("text"), why::toString);
  }
}
