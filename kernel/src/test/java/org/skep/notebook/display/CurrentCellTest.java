package org.skep.notebook.display;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CurrentCellTest {
  private final RecordingOutput first = new RecordingOutput();
  private final RecordingOutput second = new RecordingOutput();
  private final PrintStream out = StandardStreams.print(false, System.out);
  private final PrintStream err = StandardStreams.print(true, System.err);

  @Test
  void outputGoesToTheCellThatStartedTheThread() throws Exception {
    CountDownLatch secondRuns = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    CurrentCell.with(
        first,
        () -> {
          for (var builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            threads.add(
                builder.start(
                    () -> {
                      try {
                        secondRuns.await();
                      } catch (InterruptedException e) {
                        return;
                      }
                      out.println("late");
                    }));
          }
          return null;
        });
    CurrentCell.with(
        second,
        () -> {
          out.println("now");
          secondRuns.countDown();
          for (Thread thread : threads) {
            thread.join();
          }
          return null;
        });
    assertEquals("late\nlate\n", first.out());
    assertEquals("now\n", second.out());
  }

  @Test
  void threadsOfNoCellFollowTheLatest() throws Exception {
    Thread.Builder plain = Thread.ofPlatform().inheritInheritableThreadLocals(false);
    try (ExecutorService pool = Executors.newSingleThreadExecutor(plain.factory())) {
      CurrentCell.with(first, () -> pool.submit(() -> out.print("1")).get());
      CurrentCell.with(second, () -> pool.submit(() -> out.print("2")).get());
    }
    assertEquals("1", first.out());
    assertEquals("2", second.out());
  }

  @Test
  void aThreadMayLeaveItsCell() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Thread thread =
        CurrentCell.with(
            first,
            () ->
                Thread.ofPlatform()
                    .start(
                        () -> {
                          CurrentCell.followLatest();
                          try {
                            go.await();
                          } catch (InterruptedException e) {
                            return;
                          }
                          out.print("x");
                        }));
    CurrentCell.with(
        second,
        () -> {
          go.countDown();
          thread.join();
          return null;
        });
    assertEquals("x", second.out());
  }

  @Test
  void bothStreamsKeepTheirOrder() throws Exception {
    CurrentCell.with(
        first,
        () -> {
          out.print("a");
          err.print("b");
          out.println("c");
          err.println("d");
          return null;
        });
    assertEquals("abc\nd\n", first.both());
    assertEquals("bd\n", first.err());
  }

  @Test
  void charactersCutInTwoArriveWhole() throws Exception {
    byte[] bytes = "aü€😀z".getBytes(UTF_8);
    CurrentCell.with(
        first,
        () -> {
          for (byte b : bytes) {
            out.write(b);
            out.flush();
          }
          return null;
        });
    assertEquals("aü€😀z", first.out());
  }

  @Test
  void brokenBytesAreShownAndNotLost() throws Exception {
    CurrentCell.with(
        first,
        () -> {
          out.write(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xe2, (byte) 0x82}, 0, 5);
          out.flush();
          return null;
        });
    assertEquals("a\ufffdb\ufffd", first.out());
  }

  @Test
  void everyCutOfATextGivesTheSameText() {
    byte[] bytes = "aü€😀z\u0000ÿ".getBytes(UTF_8);
    for (int one = 0; one <= bytes.length; one++) {
      for (int two = one; two <= bytes.length; two++) {
        Utf8Text text = new Utf8Text();
        String all =
            text.decode(bytes, 0, one)
                + text.decode(bytes, one, two - one)
                + text.decode(bytes, two, bytes.length - two)
                + text.end();
        assertEquals("aü€😀z\u0000ÿ", all);
      }
    }
  }

  @Test
  void hooksRunUntilTheyAreClosed() throws Exception {
    List<String> ran = new ArrayList<>();
    CurrentCell.with(
        first,
        () -> {
          CurrentCell.Registration one = CurrentCell.onInterrupt(() -> ran.add("one"));
          try (var _ =
              CurrentCell.onInterrupt(
                  () -> {
                    throw new IllegalStateException("bad");
                  })) {
            CurrentCell.onInterrupt(() -> ran.add("two"));
            CurrentCell.interrupt();
          }
          one.close();
          CurrentCell.interrupt();
          return null;
        });
    assertEquals(List.of("one", "two", "two"), ran);
    assertTrue(first.err().contains("bad"), first.err());
  }

  @Test
  void theNotebookIsThatOfTheCell() throws Exception {
    CurrentCell.with(
        first,
        "notebook",
        () -> {
          assertEquals(Optional.of("notebook"), CurrentCell.notebook(String.class));
          assertEquals(Optional.empty(), CurrentCell.notebook(Integer.class));
          assertEquals(Optional.of(first), CurrentCell.output());
          return CurrentCell.with(second, () -> null);
        });
  }

  @Test
  void readingAsksForALine() throws Exception {
    first.typed = "grün";
    var in = new StandardStreams.Input();
    CurrentCell.with(
        first,
        () -> {
          byte[] bytes = new byte[100];
          int count = in.read(bytes);
          assertEquals("grün\n", new String(bytes, 0, count, UTF_8));
          first.typed = "b";
          assertEquals('b', in.read());
          assertEquals(1, in.available());
          assertEquals('\n', in.read());
          assertEquals(0, in.available());
          return null;
        });
  }
}
