package org.skep.notebook.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Cells stop.
 *
 * <p>Out of reach, as no code of the cell runs and the JDK does not look at interrupts there: a
 * stream of the JDK's own functions, {@code BigInteger.pow}, {@code CompletableFuture.join}, {@code
 * ServerSocket.accept}, a read of a FIFO, a blocking native call.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptTest {
  private static final Cells CELLS = new Cells();

  /** Generous, as the machine may be busy; the median is far below 100 ms. */
  private static final long LIMIT_MILLIS = 2_000;

  @AfterAll
  static void close() {
    CELLS.close();
  }

  /** Runs a cell, stops it once it has called {@code go.countDown()}; how long stopping took. */
  private static long stop(String code) throws InterruptedException {
    var go = new CountDownLatch(1);
    CELLS.shell.define("go", "java.util.concurrent.CountDownLatch", go);
    var asked = new AtomicLong();
    var asker =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    assertTrue(go.await(60, TimeUnit.SECONDS));
                    Thread.sleep(30);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  asked.set(System.nanoTime());
                  CELLS.shell.interrupt();
                });
    Evaluation ended = CELLS.run(asOneStatement(code));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked.get());
    asker.join();
    assertInstanceOf(Evaluation.Interrupted.class, ended);
    assertFalse(Thread.currentThread().isInterrupted());
    assertEquals(2, CELLS.value("1 + 1"));
    return millis;
  }

  /** So that it stops there, and not on the way from one snippet to the next. */
  private static String asOneStatement(String code) {
    int last = code.lastIndexOf('\n') + 1;
    return code.substring(0, last) + "{ " + code.substring(last) + " }";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "go.countDown(); while (true) { }",
        "go.countDown(); long n = 0; while (true) { n++; }",
        "go.countDown(); do { } while (true);",
        "go.countDown(); for (int i = 0; ; i++) { if (i < 0) i = 0; }",
        "go.countDown(); Thread.sleep(600_000);",
        "var o = new Object(); go.countDown(); synchronized (o) { o.wait(); }",
        "go.countDown(); while (true) java.util.concurrent.locks.LockSupport.park();",
        "go.countDown(); while (true) { try { Thread.sleep(1); } catch (Throwable t) { } }",
        "go.countDown(); while (true) { try { while (true) { Thread.sleep(1); } } catch (Throwable"
            + " t) { } }",
        "void rt() { try { while (true) { Thread.sleep(1); } } catch (Throwable t) { rt(); }"
            + " }\ngo.countDown(); rt();",
        "try { go.countDown(); Thread.sleep(600_000); } catch (InterruptedException e) {"
            + " Thread.sleep(600_000); }",
        "int spin(int n) { return n < 0 ? 0 : spin(n - 1) + spin(n - 1); }\ngo.countDown();"
            + " spin(1000);",
        "go.countDown(); LongStream.iterate(0, i -> i + 1).filter(i -> i < 0).findFirst();",
        "go.countDown(); new Scanner(new PipedInputStream(new PipedOutputStream())).nextLine();",
        "go.countDown(); new LinkedBlockingQueue<String>().take();",
        "var never = new CompletableFuture<String>(); go.countDown(); never.get();",
        "var lock = new java.util.concurrent.locks.ReentrantLock(); var holder = new Thread(() -> {"
            + " lock.lock(); go.countDown(); try { Thread.sleep(100_000); } catch"
            + " (InterruptedException e) { } }); holder.start(); go.await();"
            + " lock.lockInterruptibly();",
        "var th = new Thread(() -> { while (true) { } }); th.start(); go.countDown(); th.join();",
        "var vt = Thread.startVirtualThread(() -> { while (true) { } }); go.countDown(); vt.join();",
        "go.countDown(); ForkJoinPool.commonPool().submit(() -> { while (true) { } }).join();",
        "go.countDown(); IntStream.range(0, 8).parallel().forEach(i -> { while (true) { } });",
        "class Loop { static int x = forever(); static int forever() { while (true) { } }"
            + " }\ngo.countDown(); int y = Loop.x;",
        "go.countDown(); new Process[] {new ProcessBuilder(\"sleep\", \"600\").start()}[0].waitFor();",
      })
  void stops(String code) throws InterruptedException {
    long millis = stop(code);
    assertTrue(millis < LIMIT_MILLIS, () -> millis + " ms");
  }

  @Test
  void threadsOfTheCellStopToo() throws InterruptedException {
    var turns = new AtomicInteger();
    CELLS.shell.define("turns", "java.util.concurrent.atomic.AtomicInteger", turns);
    stop(
        "for (int i = 0; i < 3; i++) new Thread(() -> { while (true) turns.incrementAndGet(); }"
            + ").start(); new Thread(() -> { while (true) try { Thread.sleep(100_000); } catch"
            + " (InterruptedException e) { } }).start();\ngo.countDown(); Thread.sleep(100_000);");
    int before = turns.get();
    Thread.sleep(50);
    assertEquals(before, turns.get());
  }

  @Test
  void threadsOfEarlierCellsLiveOn() throws InterruptedException {
    var turns = new AtomicInteger();
    CELLS.shell.define("turns", "java.util.concurrent.atomic.AtomicInteger", turns);
    CELLS.ok(
        "var background = new Thread(() -> { while (!Thread.interrupted())"
            + " turns.incrementAndGet(); }); background.setDaemon(true); background.start();");
    stop("go.countDown(); while (true) { }");
    int before = turns.get();
    Thread.sleep(50);
    assertTrue(turns.get() > before);
    CELLS.ok("background.interrupt(); background.join(10_000);");
    assertEquals(false, CELLS.value("background.isAlive()"));
  }

  @Test
  void whatCannotBeStoppedIsNamed() throws InterruptedException {
    var go = new CountDownLatch(1);
    CELLS.shell.define("go", "java.util.concurrent.CountDownLatch", go);
    CELLS.ok("var hold = new java.util.concurrent.locks.ReentrantLock(); hold.lock();");
    var asker =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    assertTrue(go.await(60, TimeUnit.SECONDS));
                    Thread.sleep(30);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  CELLS.shell.interrupt();
                });
    var ended =
        CELLS.run(
            "Thread.ofPlatform().daemon().name(\"stubborn\").start(() -> hold.lock());"
                + " Thread.sleep(20); go.countDown(); Thread.sleep(100_000);");
    asker.join();
    var interrupted = assertInstanceOf(Evaluation.Interrupted.class, ended);
    assertEquals(1, interrupted.stillRunning().size());
    assertTrue(
        interrupted.stillRunning().getFirst().startsWith("thread 'stubborn' in "),
        interrupted.stillRunning().getFirst());
    CELLS.ok("hold.unlock();");
  }

  @Test
  void whatIsStuckCanBeAskedFor() throws InterruptedException {
    var go = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    CELLS.shell.define("go", "java.util.concurrent.CountDownLatch", go);
    CELLS.shell.define(
        "stuck",
        "Runnable",
        (Runnable)
            () -> {
              while (release.getCount() > 0) {
                Thread.onSpinWait();
              }
            });
    var lines = new AtomicInteger(-1);
    var asker =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    assertTrue(go.await(60, TimeUnit.SECONDS));
                    CELLS.shell.interrupt();
                    Thread.sleep(100);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  lines.set(CELLS.shell.stillRunning().size());
                  release.countDown();
                });
    assertInstanceOf(Evaluation.Interrupted.class, CELLS.run("{ go.countDown(); stuck.run(); }"));
    asker.join();
    assertEquals(1, lines.get());
    assertTrue(CELLS.shell.stillRunning().isEmpty());
  }

  @Test
  void aCellThatStillCompilesStops() throws InterruptedException {
    var code = new StringBuilder("int done = 0;\n");
    for (int i = 0; i < 200; i++) {
      code.append("int v").append(i).append(" = ").append(i).append("; done++;\n");
    }
    var asker =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Thread.sleep(100);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  CELLS.shell.interrupt();
                });
    assertInstanceOf(Evaluation.Interrupted.class, CELLS.run(code.toString()));
    asker.join();
    assertEquals(2, CELLS.value("1 + 1"));
    assertTrue(CELLS.shell.variable("v199").isEmpty());
  }

  @Test
  void cleaningUpIsAllowedForAMoment() throws InterruptedException {
    CELLS.ok("String cleaned = \"\";\nvoid clean() { for (int i = 0; i < 3; i++) cleaned += i; }");
    stop("try { go.countDown(); while (true) { } } finally { clean(); }");
    assertEquals("012", CELLS.value("cleaned"));
  }

  @Test
  void anInterruptWhenIdleDoesNothing() {
    CELLS.shell.interrupt();
    assertEquals(3, CELLS.value("int sum = 0; for (int i = 0; i < 3; i++) sum += i; sum"));
    CELLS.shell.interrupt();
    CELLS.ok("Thread.sleep(10)");
  }

  @Test
  void pooledThreadsWorkForLaterCells() throws InterruptedException {
    stop("go.countDown(); IntStream.range(0, 8).parallel().forEach(i -> { while (true) { } });");
    assertEquals(499_500, CELLS.value("IntStream.range(0, 1000).parallel().map(i -> i).sum()"));
  }

  @Test
  void innocentThreadsAreNotSlowedDownMuch() throws InterruptedException {
    stop("go.countDown(); while (true) { }");
    long start = System.nanoTime();
    CELLS.ok("IntStream.range(0, 3_000_000).parallel().map(i -> i % 7).sum()");
    assertTrue(System.nanoTime() - start < 5_000_000_000L);
  }
}
