package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing stays behind, and nothing is used after it was freed. */
@Tag("privileged")
@Tag("options")
@Timeout(120)
class LifetimeIT {
  @Test
  void aSuccessorIsAttachedBeforeTheOldOneGoes() {
    BpfObject old = Cell.load("counting", BpfObjectIT.COUNT).attachAll();
    int oldProgram = old.program("count").id();
    try (BpfObject successor = Cell.load("counting", BpfObjectIT.COUNT).attachAll()) {
      long start = System.nanoTime();
      old.closeInBackground();
      assertTrue(System.nanoTime() - start < 40_000_000, "closing in the background waited");
      assertThrows(IllegalStateException.class, () -> old.map("counts").entries());
      old.close();
      Cell.awaitGone("prog", oldProgram);
      assertFalse(successor.map("counts").entries().isEmpty());
    }
  }

  @Test
  void manyLinksAreClosedSideBySide() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      text.append("SEC(\"tracepoint/syscalls/sys_enter_openat\") int p")
          .append(i)
          .append("(void *c) { return 0; }\n");
    }
    BpfObject object = Cell.load("many", text.toString()).attachAll();
    assertEquals(12, object.links().size());
    long start = System.nanoTime();
    object.close();
    assertTrue(System.nanoTime() - start < 12 * 50_000_000L, "links were closed one by one");
  }

  @Test
  void aClosedLinkIsForgotten() {
    try (BpfObject object = Cell.load("counting", BpfObjectIT.COUNT)) {
      BpfLink link = object.program("count").attach();
      assertEquals(List.of(link), object.links());
      link.close();
      assertEquals(List.of(), object.links());
      assertThrows(IllegalStateException.class, link::id);
      object.program("count").attach();
      assertEquals(1, object.links().size());
    }
  }

  /**
   * Threads read, write, attach and ask while another closes: each call works or says it is closed.
   */
  @Test
  void closingAmongOtherCallsIsSafe() throws InterruptedException {
    for (int round = 0; round < 8; round++) {
      BpfObject object = Cell.load("race", BpfObjectIT.COUNT).attachAll();
      BpfMap map = object.map("counts");
      AtomicInteger refused = new AtomicInteger();
      AtomicReference<Throwable> wrong = new AtomicReference<>();
      List<Runnable> uses =
          List.of(
              () -> map.put(1, 2L),
              () -> map.get(1),
              () -> map.remove(1),
              map::entries,
              () -> object.program("count").info(),
              () -> object.program("count").attach().close());
      List<Thread> threads = new ArrayList<>();
      for (Runnable use : uses) {
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        while (true) {
                          use.run();
                        }
                      } catch (IllegalStateException e) {
                        refused.incrementAndGet();
                      } catch (Throwable e) {
                        wrong.set(e);
                      }
                    }));
      }
      Thread.sleep(30);
      threads.getFirst().interrupt();
      object.close();
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(null, wrong.get());
      assertEquals(uses.size(), refused.get());
    }
  }

  /** A user's own key may run any code while the map takes it apart. */
  @Test
  void closingFromInsideACallIsSafe() {
    String text =
        """
        struct who { u32 pid; };
        struct {
          __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8);
          __type(key, struct who); __type(value, u64);
        } counts SEC(".maps");
        """;
    try (BpfObject object = Cell.load("inside", text)) {
      BpfMap map = object.map("counts");
      Runnable closing = object::close;
      var key =
          new java.util.AbstractMap<String, Object>() {
            @Override
            public java.util.Set<Entry<String, Object>> entrySet() {
              closing.run();
              return java.util.Set.of();
            }
          };
      var why = assertThrows(IllegalStateException.class, () -> map.put(key, 1));
      assertEquals("object 'inside' is closed (run its cell again)", why.getMessage());
      assertTrue(object.isClosed());
    }
  }

  /** What takes entries apart is the user's own code too. */
  @Test
  void closingFromTheConstructorOfARecordIsSafe() {
    try (BpfObject object = Cell.load("record", BpfObjectIT.COUNT)) {
      BpfMap map = object.map("counts");
      for (int i = 0; i < 3; i++) {
        map.put(i, (long) i);
      }
      assertEquals(3, map.entries(Integer.class, Long.class).size());
    }
    String text =
        """
        struct who { u32 pid; };
        struct {
          __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8);
          __type(key, struct who); __type(value, u64);
        } counts SEC(".maps");
        """;
    try (BpfObject object = Cell.load("closing", text)) {
      BpfMap map = object.map("counts");
      map.put(Map.of("pid", 1), 1);
      map.put(Map.of("pid", 2), 2);
      Closing.what = object::close;
      Map<Closing, Long> entries = map.entries(Closing.class, Long.class);
      assertTrue(object.isClosed());
      assertEquals(Map.of(new Closing(1), 1L, new Closing(2), 2L), entries);
    }
  }

  /** What is sent to a program is taken apart before the object is in use. */
  @Test
  void closingFromAnEventThatIsSentIsSafe() {
    String text =
        """
        struct who { u32 pid; };
        struct {
          __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, 4096);
          __type(value, struct who);
        } commands SEC(".maps");
        """;
    try (BpfObject object = Cell.load("sending", text)) {
      Runnable closing = object::close;
      var value =
          new java.util.AbstractMap<String, Object>() {
            @Override
            public java.util.Set<Entry<String, Object>> entrySet() {
              closing.run();
              return java.util.Set.of();
            }
          };
      assertThrows(IllegalStateException.class, () -> object.map("commands").send(value));
      assertTrue(object.isClosed());
    }
  }

  /** Closes an object when it is made. */
  record Closing(int pid) {
    static Runnable what = () -> {};

    Closing {
      what.run();
    }
  }

  /**
   * libbpf calls Java when it has something to say; a full stack at that moment would end the JVM.
   */
  @Test
  void libbpfMaySpeakHoweverDeepTheStackIs() {
    byte[] elf = Cell.compile("SEC(\"no_such_section\") int p(void *c) { return 0; }");
    Runnable speaking =
        () ->
            assertThrows(org.skep.BpfException.class, () -> OpenBpfObject.open("deep", elf).load());
    speaking.run();
    AtomicInteger spoken = new AtomicInteger();
    deeper(
        () -> {
          speaking.run();
          spoken.incrementAndGet();
        });
    assertTrue(spoken.get() > 0);
  }

  /**
   * Goes down as far as it can, and tries the work at each step back until there is room for it.
   */
  @SuppressWarnings("InfiniteRecursion") // that is what it is for
  private static boolean deeper(Runnable work) {
    try {
      if (deeper(work)) {
        return true;
      }
    } catch (StackOverflowError e) {
      // the bottom: work is tried from here up
    }
    try {
      work.run();
      return true;
    } catch (StackOverflowError | AssertionError e) {
      return false;
    }
  }

  /** A process that is killed in the middle of tracing leaves no program, map or link. */
  @Test
  void aKilledProcessLeavesNothing() throws IOException, InterruptedException {
    Path elf = Files.createTempFile("skep", ".bpf.o");
    Files.write(elf, Cell.compile(BpfObjectIT.COUNT));
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                elf.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String[] ids = String.valueOf(said.readLine()).split(" ");
      assertEquals(3, ids.length, () -> String.join(" ", ids));
      assertTrue(Cell.command("bpftool", "-j", "prog", "show", "id", ids[0]).contains("\"count\""));
      child.destroyForcibly();
      child.waitFor();
      Cell.awaitGone("prog", Integer.parseInt(ids[0]));
      Cell.awaitGone("map", Integer.parseInt(ids[1]));
      Cell.awaitGone("link", Integer.parseInt(ids[2]));
    } finally {
      child.destroyForcibly();
      Files.delete(elf);
    }
  }

  /**
   * The optimizing compiler forgets a map once its descriptor is in a register, and the collector
   * closes what nobody can reach: a map that is read is not to be among that.
   */
  @Test
  void aMapThatIsReadIsNotCollected() throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Xmn1m",
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=CompileThresholdScaling,org.skep.*::*,0.03",
                "-cp",
                System.getProperty("java.class.path"),
                Collected.class.getName())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      assertEquals("all 2000 readings have all entries", said.readLine());
      assertEquals(0, child.waitFor());
    } finally {
      child.destroyForcibly();
    }
  }

  /** The process that reads maps which nothing else holds, while the collector runs. */
  static final class Collected {
    private static final int READINGS = 2_000;
    private static final int ENTRIES = 3_000;

    static volatile byte[] garbage = {};

    private Collected() {}

    public static void main(String[] arguments) {
      String text =
          """
          struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4000);
            __type(key, u32); __type(value, u64); } counts SEC(".maps");
          """;
      Thread collector =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    while (true) {
                      garbage = new byte[10_000];
                    }
                  });
      try (BpfObject object = Cell.load("collected", text)) {
        BpfMap map = object.map("counts");
        for (int i = 0; i < ENTRIES; i++) {
          map.put(i, i);
        }
        for (int i = 0; i < READINGS; i++) {
          int rows = BpfMap.ofId(map.id()).table().rowCount();
          if (rows != ENTRIES) {
            System.out.println("reading " + i + ": " + rows);
            return;
          }
        }
        System.out.println("all " + READINGS + " readings have all entries");
      } catch (IllegalStateException e) {
        System.out.println(String.valueOf(e));
      }
      assert collector.isAlive();
    }
  }

  /** The process that is killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      BpfObject object =
          OpenBpfObject.open("victim", Files.readAllBytes(Path.of(arguments[0]))).load();
      BpfLink link = object.program("count").attach();
      System.out.println(
          object.program("count").id()
              + " "
              + object.map("counts").id()
              + " "
              + link.id().orElseThrow());
      Thread.sleep(60_000);
    }
  }
}
