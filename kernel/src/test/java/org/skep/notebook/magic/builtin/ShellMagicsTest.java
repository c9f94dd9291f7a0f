package org.skep.notebook.magic.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;

@Timeout(30)
class ShellMagicsTest {
  private final FakeNotebook notebook = new FakeNotebook();

  @TempDir Path folder;

  @Test
  void passesBothStreamsOn() throws Exception {
    assertNull(notebook.run("%%sh a 'b c'\necho out $2; echo err >&2"));
    assertEquals("out b c\n", notebook.recorded.out());
    assertEquals("err\n", notebook.recorded.err());
  }

  @Test
  void outputAppearsWhileItRuns() throws Exception {
    FutureTask<Object> cell =
        start("%%sh\necho first; while [ ! -e " + folder + "/go ]; do sleep 0.05; done");
    await(() -> notebook.recorded.out().equals("first\n"));
    assertFalse(cell.isDone());
    Files.createFile(folder.resolve("go"));
    assertNull(cell.get(10, TimeUnit.SECONDS));
  }

  @Test
  void anotherExitStatusThanZeroIsAnError() throws Exception {
    var e = assertThrows(MagicException.class, () -> notebook.run("%%sh\nexit 3"));
    assertEquals("run shell commands: exit status 3", e.getMessage());
    e = assertThrows(MagicException.class, () -> notebook.run("%sh no-such-command-here"));
    assertEquals("run shell commands: exit status 127 (command not found)", e.getMessage());
    assertNull(notebook.run("%%sh --no-error\nexit 3"));
  }

  @Test
  void interruptingEndsEverythingThatItStarted() throws Exception {
    FutureTask<Object> cell =
        start(
            "%%sh\ntrap '' TERM\nsleep 1000 & echo $!\nbash -c 'sleep 1000' & echo $!\nwait; sleep 1000");
    await(() -> notebook.recorded.out().lines().count() == 2);
    thread.interrupt();
    assertThrows(Exception.class, () -> cell.get(10, TimeUnit.SECONDS));
    for (String pid : notebook.recorded.out().strip().split("\n")) {
      await(() -> ended(pid));
    }
  }

  @Test
  void whatRunsOnInTheBackgroundDoesNotHoldTheCell() throws Exception {
    long start = System.nanoTime();
    notebook.run("%%sh\nsleep 5 &\necho $!");
    assertTrue(System.nanoTime() - start < 4_000_000_000L);
    ProcessHandle.of(Long.parseLong(notebook.recorded.out().strip()))
        .ifPresent(ProcessHandle::destroy);
  }

  @Test
  void longScriptsAndManyLinesArrive() throws Exception {
    String filler = "# " + "x".repeat(200_000) + "\n";
    notebook.run("%%sh\n" + filler + "seq 50000; printf 'ü\\n'");
    assertEquals(50_001, notebook.recorded.out().lines().count());
    assertTrue(notebook.recorded.out().endsWith("50000\nü\n"));
  }

  private Thread thread = Thread.currentThread();

  private FutureTask<Object> start(String cell) {
    FutureTask<Object> task = new FutureTask<>(() -> notebook.run(cell));
    thread = Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static boolean ended(String pid) {
    try {
      // A process that nobody has waited for yet has ended all the same.
      return Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
    } catch (java.io.IOException e) {
      return true;
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited in vain");
      Thread.sleep(10);
    }
  }
}
