package org.skep.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/** Calls, each made often, that shall leave no descriptor, no mapping and no thread behind. */
final class Leaks {
  private static final int MOST = 10_000;
  private static final int FEWEST = 16;
  private static final Duration EACH = Duration.ofMillis(100);

  private final Map<String, Executable> calls = new LinkedHashMap<>();

  private record Held(long descriptors, long mappings, long threads) {
    boolean isMoreThan(Held before, long allowed) {
      return descriptors > before.descriptors + allowed
          || mappings > before.mappings + allowed
          || threads > before.threads + allowed;
    }

    static Held now() throws IOException {
      try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"));
          Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"));
          Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
        return new Held(descriptors.count(), mappings.count(), threads.count());
      }
    }
  }

  static long descriptors() throws IOException {
    return Held.now().descriptors;
  }

  /** Adds a call. */
  void put(String name, Executable call) {
    calls.put(name, call);
  }

  int size() {
    return calls.size();
  }

  /** Makes all calls: what they leave, a line each. */
  List<String> find() throws Throwable {
    List<String> wrong = new ArrayList<>();
    for (var call : calls.entrySet()) {
      String left = left(call.getValue());
      if (!left.isEmpty() && !left(call.getValue()).isEmpty()) { // what leaks does so again
        wrong.add(call.getKey() + ", " + left);
      }
    }
    return wrong;
  }

  private static String left(Executable call) throws Throwable {
    repeat(call, 3, 3);
    System.gc();
    Held before = Held.now();
    int count = repeat(call, FEWEST, MOST);
    long allowed = Math.max(FEWEST / 2, count / 10);
    Held after = Held.now();
    for (int i = 0; i < 60 && after.isMoreThan(before, allowed); i++) {
      System.gc();
      Thread.sleep(50); // what the collector found is closed on other threads
      after = Held.now();
    }
    return after.isMoreThan(before, allowed) ? count + " calls: " + before + " then " + after : "";
  }

  /** As often as there is time, between two bounds. */
  private static int repeat(Executable call, int fewest, int most) throws Throwable {
    long end = System.nanoTime() + EACH.toNanos();
    int count = 0;
    while (count < fewest || (count < most && System.nanoTime() < end)) {
      call.execute();
      count++;
    }
    return count;
  }
}
