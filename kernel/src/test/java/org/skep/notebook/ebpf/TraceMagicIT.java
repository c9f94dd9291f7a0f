package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.bpf.BpfObject;
import org.skep.bpf.run.TestRun;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;
import tech.tablesaw.api.Table;

/** {@code %trace} on a program that prints at each file that this process opens. */
@Tag("privileged")
@Timeout(60)
class TraceMagicIT {
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

  private static final String STREAMS =
      """
      %%bpf prints
      SEC("raw_tp/sys_enter")
      int talks(void *ctx)
      {
          bpf_stream_printk(BPF_STDOUT, "told %d %s\\n", 42, "well");
          bpf_stream_printk(BPF_STDERR, "two\\nlines and a rest");
          return 0;
      }
      SEC("raw_tp/sys_enter")
      int asks(void *ctx) { return bpf_stream_printk(BPF_STDOUT, "x\\n"); }
      SEC("raw_tp/sys_exit")
      int silent(void *ctx) { return 0; }
      """;

  private void talk() throws InterruptedException {
    var object = (BpfObject) notebook.variable("prints").orElseThrow();
    object.program("talks").run(TestRun.once());
  }

  /**
   * Linux takes memory for streams without waiting for it, and some never give it so: StreamsIT in
   * environment/vm has one that does.
   */
  private void requireMemoryForStreams() throws InterruptedException {
    var object = (BpfObject) notebook.variable("prints").orElseThrow();
    int error = object.program("asks").run(TestRun.once()).returned();
    assumeTrue(
        error != -12, "this Linux gives streams no memory (ENOMEM): see environment/vm/test");
  }

  @Test
  void aProgramsOwnStreamsAreReadAndNamed() throws Exception {
    notebook.run(STREAMS.replace("%%bpf prints", "%%bpf prints --no-attach"));
    assertTrue(refused("%trace prints.none").contains("talks"));
    assertTrue(refused("%trace nothing").contains("no such object"));
    Table silent = (Table) Objects.requireNonNull(notebook.run("%trace prints.silent --for 0s"));
    assertEquals(0, silent.rowCount());
    requireMemoryForStreams();
    talk();
    Table table = (Table) Objects.requireNonNull(notebook.run("%trace prints.talks --for 100ms"));
    assertEquals(
        List.of("told 42 well", "two", "lines and a rest"), table.stringColumn("text").asList());
    assertEquals(
        List.of("prints.talks stdout", "prints.talks stderr", "prints.talks stderr"),
        table.stringColumn("from").asList());
    assertTrue(notebook.recorded.out().contains("prints.talks stdout  told 42 well"));
    talk();
    assertEquals(
        0,
        ((Table) Objects.requireNonNull(notebook.run("%trace prints.silent --for 0s"))).rowCount());
    table = (Table) Objects.requireNonNull(notebook.run("%trace --for 100ms --quiet"));
    assertTrue(table.stringColumn("text").asList().contains("told 42 well"), table::toString);
    assertEquals(0, instances());
  }

  private String refused(String line) {
    return String.valueOf(
        assertThrows(MagicException.class, () -> notebook.run(line)).getMessage());
  }

  @Test
  void theStopButtonEndsTheWaitForStreams() throws Exception {
    notebook.run(STREAMS.replace("%%bpf prints", "%%bpf prints --no-attach"));
    talk();
    Thread cell = Thread.currentThread();
    CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(cell::interrupt);
    assertThrows(InterruptedException.class, () -> notebook.run("%trace prints"));
    String shown = notebook.recorded.displays.getLast().data().toString();
    assertTrue(shown.contains("of the programs' own streams"), shown);
  }

  @Test
  void mistakesAreNamedBeforeItListens() {
    var why =
        assertThrows(MagicException.class, () -> notebook.run("%trace --where \"txt == ''\""));
    assertTrue(String.valueOf(why.getMessage()).contains("text"), why::toString);
  }
}
