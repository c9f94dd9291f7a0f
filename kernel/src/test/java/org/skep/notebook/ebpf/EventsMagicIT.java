package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.io.TempDir;
import org.skep.bpf.BpfObject;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;
import org.skep.table.NotedTable;
import tech.tablesaw.api.Table;

/** {@code %events} on events of this process: it opens files, and a program tells of each. */
@Tag("privileged")
@Timeout(120)
class EventsMagicIT {
  private static final String OPENS =
      """
      %%%%bpf opens
      struct event {
          u64 at skep_time;
          u32 pid;
          u32 number;
      };
      struct {
          __uint(type, BPF_MAP_TYPE_RINGBUF);
          __uint(max_entries, 65536);
      } log SEC(".maps");
      u32 number;

      SEC("tracepoint/syscalls/sys_enter_openat")
      int opened(void *ctx)
      {
          if (bpf_get_current_pid_tgid() >> 32 != %d)
              return 0;
          struct event *e = skep_reserve(&log, struct event);
          if (!e)
              return 0;
          e->at = bpf_ktime_get_ns();
          e->pid = bpf_get_current_pid_tgid();
          e->number = number++;
          skep_submit(e);
          return 0;
      }
      """
          .formatted(ProcessHandle.current().pid());

  @TempDir Path folder;

  private final FakeNotebook notebook = new FakeNotebook();

  @AfterEach
  void letGo() {
    notebook.variable("opens").ifPresent(o -> ((BpfObject) o).close());
  }

  private static void open(int files) {
    for (int i = 0; i < files; i++) {
      assertTrue(Files.exists(Path.of("/")));
      try {
        Files.readString(Path.of("/proc/self/comm"));
      } catch (java.io.IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Opens files now and then until the test has what it waits for. */
  private static AutoCloseable opening() {
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    open(1);
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                  }
                });
    return () -> {
      thread.interrupt();
      thread.join();
    };
  }

  private Table table(String line) throws Exception {
    return (Table) Objects.requireNonNull(notebook.run(line));
  }

  private String refused(String cell) {
    return String.valueOf(
        assertThrows(MagicException.class, () -> notebook.run(cell)).getMessage());
  }

  @Test
  void whatIsInTheRingIsReadAtOnce() throws Exception {
    notebook.run(OPENS);
    open(10);
    Table table = table("%events opens.log");
    assertTrue(table.rowCount() >= 10, () -> "" + table);
    assertTrue(table.columnNames().contains("at.raw"));
    assertTrue(((NotedTable) table).notes().getLast().contains("0 dropped"), table::toString);
    Table narrowed = table("%events opens.log table --where \"number < 3\" --sort -number");
    assertEquals(2L, narrowed.longColumn("number").get(0));
    assertEquals(3, narrowed.rowCount());
  }

  @Test
  void eventsAreShownWhileTheyComeInOneOutput() throws Exception {
    notebook.run(OPENS);
    int shown = notebook.recorded.displays.size();
    Table table;
    try (var _ = opening()) {
      table = table("%events opens.log --count 700 --live --hist number");
    }
    assertEquals(700, table.rowCount());
    List<String> views = // beside plotly.js, which comes with the first chart
        notebook.recorded.displays.stream()
            .skip(shown)
            .map(bundle -> bundle.string(MimeBundle.TEXT).orElse(""))
            .filter(text -> text.contains("events"))
            .toList();
    assertEquals(1, views.size(), views::toString);
    assertFalse(notebook.recorded.updates.isEmpty());
    String first = views.getFirst();
    assertTrue(first.contains("events of 700"), first);
    String last = notebook.recorded.updates.getLast().string(MimeBundle.TEXT).orElseThrow();
    assertTrue(last.startsWith("█".repeat(20)), last);
  }

  @Test
  void aTimedReadingSkipsWhatIsInTheRingUnlessItIsAskedFor() throws Exception {
    notebook.run(OPENS);
    open(20);
    Table timed = table("%events opens.log --for 1ms");
    assertEquals(0L, timed.longColumn("number").asList().stream().filter(n -> n < 20).count());
    String notes = String.join("\n", ((NotedTable) timed).notes());
    assertTrue(notes.contains("already buffered and skipped"), notes);
    assertTrue(notes.contains("--buffered"), notes);
    long first =
        (long) ((BpfObject) notebook.variable("opens").orElseThrow()).global("number").get();
    open(5);
    Table all = table("%events opens.log --for 1ms --buffered");
    assertTrue(all.longColumn("number").asList().contains(first), all::toString);
  }

  /** Stopped in the three states of waiting: nothing comes, events come, the live view is on. */
  @Test
  void theStopButtonEndsAtOnceAndKeepsWhatWasRead() throws Exception {
    notebook.run(OPENS);
    open(5);
    for (String how :
        new String[] {
          "--for 1h --buffered", "--count 100000000", "--live", "--live --for 1h --buffered"
        }) {
      Thread cell = Thread.currentThread();
      CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(cell::interrupt);
      assertThrows(InterruptedException.class, () -> notebook.run("%events opens.log " + how));
      open(3);
      String shown = notebook.recorded.displays.getLast().string(MimeBundle.TEXT).orElseThrow();
      assertTrue(shown.contains("number"), shown);
      assertTrue(table("%events opens.log table").rowCount() >= 3);
    }
    try (var _ = opening()) {
      Thread cell = Thread.currentThread();
      CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS).execute(cell::interrupt);
      assertThrows(InterruptedException.class, () -> notebook.run("%events opens.log --live"));
    }
    assertTrue(table("%events opens.log table").rowCount() >= 3);
  }

  @Test
  void theNotebookStaysUsableWhileEventsAreReadInTheBackground() throws Exception {
    notebook.run(OPENS);
    notebook.run("%events opens.log --background --live");
    open(20);
    assertTrue(refused("%events opens.log").contains("in the background already"));
    while (table("%events opens.log table").rowCount() < 20) {
      open(1);
    }
    Table all = table("%events opens.log stop");
    assertTrue(all.rowCount() >= 20);
    assertEquals(all.rowCount(), table("%events opens.log table").rowCount());
    var overview = (MimeBundle) Objects.requireNonNull(notebook.run("%events"));
    assertTrue(overview.string(MimeBundle.TEXT).orElseThrow().contains("ended"));
    open(1);
    assertTrue(table("%events opens.log").rowCount() >= 1);
  }

  @Test
  void runningTheCellAgainEndsTheReadingAndKeepsIt() throws Exception {
    notebook.run(OPENS);
    notebook.run("%events opens.log --background");
    open(5);
    notebook.run(OPENS);
    assertTrue(table("%events opens.log stop").rowCount() >= 5);
    open(5);
    assertTrue(table("%events opens.log").rowCount() >= 5);
  }

  @Test
  void aRecordingIsReplayedWithItsSource() throws Exception {
    notebook.run(OPENS);
    open(4);
    Path file = folder.resolve("opens.events");
    Table table = table("%events opens.log --record " + file);
    ((BpfObject) notebook.variable("opens").orElseThrow()).close();
    Table replayed = table("%replay " + file + " --source --sort -number");
    assertEquals(table.rowCount(), replayed.rowCount());
    assertEquals(table.rowCount() - 1, replayed.longColumn("number").get(0));
    assertTrue(notebook.recorded.out().contains("SEC(\"tracepoint/syscalls/sys_enter_openat\")"));
    String notes = String.join("\n", ((NotedTable) replayed).notes());
    assertTrue(notes.contains("compiled by clang"), notes);
    assertTrue(refused("%replay " + folder.resolve("none")).contains("no such file"));
    Files.writeString(file, "text");
    assertTrue(refused("%replay " + file).contains("not a recording"));
    assertTrue(refused("%events opens.log --buffer 65536").contains("a ring has the size of its"));
    notebook.run(OPENS);
    for (String option : List.of("--record ", "--to ")) {
      table("%events opens.log " + option + file);
      byte[] before = Files.readAllBytes(file);
      refused("%events opens.log " + option + file + " --where \"nope > 1\"");
      refused("%events opens.log " + option + file + " --bar nope count");
      assertArrayEquals(before, Files.readAllBytes(file), "a mistyped name writes nothing over");
    }
    assertTrue(
        refused("%events opens.log --record /no/such/folder/x").contains("there is no folder"));
    assertEquals(0, table("%events opens.log --where \"pid == 0\"").rowCount(), "free again");
  }

  @Test
  void aParquetFileTakesAllEventsAndIsReplayed() throws Exception {
    notebook.run(OPENS);
    open(40);
    Path file = folder.resolve("opens.parquet");
    Table table = table("%events opens.log --keep 10 --to " + file);
    assertEquals(10, table.rowCount());
    String notes = String.join("\n", ((NotedTable) table).notes());
    assertTrue(notes.contains("opens.parquet has all"), notes);
    assertTrue(notes.contains("the last 10 of"), notes);
    ((BpfObject) notebook.variable("opens").orElseThrow()).close();
    Table replayed = table("%replay " + file + " --source --where \"number >= 0\"");
    assertTrue(replayed.rowCount() >= 40, replayed::toString);
    assertEquals(table.columnNames(), replayed.columnNames());
    assertTrue(notebook.recorded.out().contains("SEC(\"tracepoint/syscalls/sys_enter_openat\")"));
    assertTrue(String.join("\n", ((NotedTable) replayed).notes()).contains("compiled by clang"));
    notebook.run(OPENS);
    assertTrue(refused("%events opens.log --to /no/such/folder/x").contains("there is no folder"));
    Files.createDirectory(folder.resolve("here"));
    assertTrue(refused("%events opens.log --to " + folder.resolve("here")).contains("write '"));
    assertEquals(0, table("%events opens.log --where \"pid == 0\"").rowCount(), "free again");
  }

  /** Stopped while a file is written: it has what was read, and is whole. */
  @Test
  void theStopButtonEndsAParquetFileProperly() throws Exception {
    notebook.run(OPENS);
    Path file = folder.resolve("stopped.parquet");
    try (var _ = opening()) {
      Thread cell = Thread.currentThread();
      CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS).execute(cell::interrupt);
      assertThrows(
          InterruptedException.class, () -> notebook.run("%events opens.log --live --to " + file));
    }
    Table replayed = table("%replay " + file);
    assertTrue(replayed.rowCount() > 10, replayed::toString);
    String notes = String.join("\n", ((NotedTable) replayed).notes());
    assertFalse(notes.contains("ends early"), notes);
    assertEquals(replayed.rowCount(), table("%events opens.log table").rowCount());
  }

  @Test
  void aMapIsRecordedAndReplayed() throws Exception {
    notebook.run(
        """
        %%bpf opens
        struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 9);
                 __type(key, u32); __type(value, u64); } seen SEC(".maps");
        SEC("raw_tp/sys_enter") int none(void *ctx) { return 0; }
        """);
    var object = (BpfObject) notebook.variable("opens").orElseThrow();
    object.map("seen").put(1, 10);
    object.map("seen").put(2, new java.math.BigInteger("18446744073709551615"));
    Path file = folder.resolve("seen.parquet");
    Table table = table("%map opens.seen --record " + file);
    object.close();
    Table replayed = table("%replay " + file);
    assertEquals(table.print(), replayed.print());
    String notes = String.join("\n", ((NotedTable) replayed).notes());
    assertTrue(notes.contains("2 entries") && notes.contains("complete"), notes);
    assertTrue(notes.contains("a recording of") && notes.contains("compiled by clang"), notes);
    assertTrue(refused("%replay " + folder.resolve("none.parquet")).contains("no such file"));
  }

  @Test
  void mistakesAreNamedBeforeAnythingIsRead() throws Exception {
    notebook.run(OPENS);
    open(3);
    assertTrue(refused("%events opens.log --where \"nmber > 1\"").contains("number"));
    assertTrue(refused("%events opens.log --sort nmber").contains("number"));
    assertTrue(refused("%events opens.log --type \"struct evnt\"").contains("'struct event'?"));
    assertTrue(refused("%events opens.log --types kind").contains("MEMBER:VALUE=TYPE"));
    assertTrue(refused("%events opens.log --count 0").contains("1 or more"));
    assertTrue(refused("%events opens.log show").contains("table or stop"));
    assertTrue(refused("%events opens.number --for 1s").contains("log"));
    assertTrue(refused("%events opens.log table").contains("none yet"));
  }
}
