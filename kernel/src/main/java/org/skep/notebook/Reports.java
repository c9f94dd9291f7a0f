package org.skep.notebook;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lines for the terminal, written by a thread of their own: a terminal that nobody reads holds up
 * that thread alone. What does not fit meanwhile is counted.
 */
final class Reports {
  private static final int MOST_WAITING = 200;
  private static final int MOST_FRAMES = 30;
  private static final int MOST_CAUSES = 5;
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private record Report(String text, PrintStream to) {}

  private final Queue<Report> waiting = new ArrayDeque<>();
  private @Nullable Thread writer;
  private boolean writing;
  private int dropped;

  /** Adds a report; returns at once. */
  synchronized void add(String what, @Nullable Throwable why, PrintStream to) {
    if (waiting.size() >= MOST_WAITING) {
      dropped++;
      return;
    }
    String line = what + System.lineSeparator() + (why == null ? "" : trace(why));
    waiting.add(new Report(line, to));
    if (writer == null) {
      writer = Thread.ofPlatform().daemon().name("skep-reports").start(this::write);
    }
    notifyAll();
  }

  /** The exception with its causes, each with as many frames as help. */
  private static String trace(Throwable why) {
    return Stream.iterate(why, t -> t != null, Throwable::getCause)
        .limit(MOST_CAUSES)
        .flatMap(
            t ->
                Stream.concat(
                    Stream.of(t.toString()),
                    Arrays.stream(t.getStackTrace()).limit(MOST_FRAMES).map(f -> "\tat " + f)))
        .collect(Collectors.joining(System.lineSeparator(), "", System.lineSeparator()));
  }

  /** Waits a moment until all is written. */
  synchronized void flush() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (writing || !waiting.isEmpty()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return;
        }
        wait(left / 1_000_000 + 1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    try {
      while (true) {
        Report next = next();
        next.to().print(next.text());
        next.to().flush();
      }
    } catch (InterruptedException e) {
      // nobody interrupts it
    }
  }

  private synchronized Report next() throws InterruptedException {
    writing = false;
    notifyAll();
    while (waiting.isEmpty()) {
      wait();
    }
    writing = true;
    Report next = waiting.remove();
    if (waiting.isEmpty() && dropped > 0) {
      String more = "skep: " + dropped + " further reports were dropped" + System.lineSeparator();
      waiting.add(new Report(more, next.to()));
      dropped = 0;
    }
    return next;
  }
}
