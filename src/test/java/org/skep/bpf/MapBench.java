package org.skep.bpf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.skep.bpf.read.EntryReader;
import org.skep.bpf.read.ForEachProgram;
import org.skep.bpf.read.MapReading;
import tech.tablesaw.api.Table;

/**
 * What reading a map into a table costs, in CPU time of the whole process, as a ratio to what a C
 * program needs to read the same map in batches in the same round. Started by {@code make
 * bench-maps}.
 */
final class MapBench {
  private static final int MILLION = 1_000_000;
  private static final int GETS = 200_000;

  private static final String MAPS =
      """
      struct who { u32 pid; char comm[16]; u32 dev; };
      struct what { u64 count, bytes, max, ns; };
      #define MAP(name, kind, n, k, v, flags)                                            \\
        struct { __uint(type, kind); __uint(max_entries, n); __type(key, k);             \\
                 __type(value, v); __uint(map_flags, flags); } name SEC(".maps")
      MAP(million, BPF_MAP_TYPE_HASH, 1000000, struct who, struct what, 0);
      MAP(hundred, BPF_MAP_TYPE_HASH, 100000, struct who, struct what, 0);
      MAP(thousand, BPF_MAP_TYPE_HASH, 1000, struct who, struct what, 0);
      MAP(each, BPF_MAP_TYPE_PERCPU_HASH, 100000, struct who, struct what, 0);
      MAP(array, BPF_MAP_TYPE_ARRAY, 1000000, u32, u64, 0);
      MAP(numbers, BPF_MAP_TYPE_HASH, 100000, u32, struct what, 0);
      MAP(ten, BPF_MAP_TYPE_HASH, 10000000, u32, u64, 0);
      """;

  private final Writer commands;
  private final BufferedReader answers;
  private final int rounds;

  private MapBench(Process c, int rounds) {
    this.commands = c.outputWriter(StandardCharsets.UTF_8);
    this.answers = c.inputReader(StandardCharsets.UTF_8);
    this.rounds = rounds;
  }

  private long c(String command, BpfMap map) throws IOException {
    commands.write(command + " " + map.id() + " " + map.maxEntries() + "\n");
    commands.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the C program ended");
    }
    return Long.parseLong(answer.split(" ")[0]);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private void compare(String what, double goal, LongSupplier java, String command, BpfMap map)
      throws IOException {
    for (int i = 0; i < 5; i++) {
      var _ = java.getAsLong();
      var _ = c(command, map);
    }
    List<Double> ratios = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    List<Double> limits = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      double limit = c(command, map);
      double mine = java.getAsLong();
      ratios.add(mine / limit);
      ours.add(mine / 1e6);
      limits.add(limit / 1e6);
    }
    System.out.printf(
        Locale.ROOT,
        "%-46s %9.2f ms  C %9.2f ms  ratio %5.2f  goal %4.2f  %s%n",
        what,
        median(ours),
        median(limits),
        median(ratios),
        goal,
        median(ratios) <= goal ? "reached" : "MISSED");
  }

  private void within(String what, double goal, LongSupplier java) {
    List<Double> ours = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      ours.add(java.getAsLong() / 1e6);
    }
    System.out.printf(
        Locale.ROOT,
        "%-46s %9.2f ms  %41s goal %4.2f ms  %s%n",
        what,
        median(ours),
        "",
        goal,
        median(ours) <= goal ? "reached" : "MISSED");
  }

  /** What the heap holds beside the table at most while it is made, and the kernel in its area. */
  private void memory(BpfMap map) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      long before = used();
      ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
      Table table = map.table();
      long peak =
          ManagementFactory.getMemoryPoolMXBeans().stream()
              .filter(pool -> pool.getType() == MemoryType.HEAP)
              .mapToLong(pool -> pool.getPeakUsage().getUsed())
              .sum();
      System.gc();
      long held = used() - before;
      best = Math.min(best, peak - before - held);
      if (table.rowCount() < map.maxEntries()) {
        throw new IllegalStateException(table.rowCount() + " rows");
      }
    }
    long area = ForEachProgram.Layout.of(map.held().shape(), map.maxEntries()).bytes();
    double beyond = (best + area) / (double) (1 << 20);
    System.out.printf(
        Locale.ROOT,
        "%-46s %9.1f MiB (heap %.1f, area %.1f) %21s goal %4.1f  %s%n",
        "memory beside the table of 1,000,000",
        beyond,
        best / (double) (1 << 20),
        area / (double) (1 << 20),
        "",
        64.0,
        beyond <= 64 ? "reached" : "MISSED");
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** With the heap that the notebook kernel has by default, or refused before it is tried. */
  private static void tenMillion(BpfMap map) {
    Map<Integer, Long> piece = new LinkedHashMap<>();
    for (int i = 0; i < map.maxEntries(); i++) {
      piece.put(i, 3L * i);
      if (piece.size() == 100_000) {
        map.putAll(piece);
        piece.clear();
      }
    }
    String what = "hash of 10,000,000 u32 to u64 into a table";
    long start = ProcessCpu.nanos();
    try {
      Table table = map.table();
      System.out.printf(
          Locale.ROOT,
          "%-46s %9.0f ms  heap of %d MiB, %,d rows  %s%n",
          what,
          (ProcessCpu.nanos() - start) / 1e6,
          Runtime.getRuntime().maxMemory() >> 20,
          table.rowCount(),
          table.rowCount() == map.maxEntries() ? "reached" : "MISSED");
    } catch (IllegalStateException refused) {
      System.out.printf(Locale.ROOT, "%-46s %s  reached%n", what, refused.getMessage());
    }
  }

  /** The part of it that happens within the kernel: what no Java can be faster than. */
  private static LongSupplier walk(BpfMap map) {
    return () -> {
      long start = ProcessCpu.nanos();
      var _ = map.held().reading().read((keys, values, stride, count) -> {}, Integer.MAX_VALUE);
      return ProcessCpu.nanos() - start;
    };
  }

  private static LongSupplier table(BpfMap map) {
    return () -> {
      long start = ProcessCpu.nanos();
      Table table = map.table();
      long spent = ProcessCpu.nanos() - start;
      if (table.rowCount() < map.maxEntries()) {
        throw new IllegalStateException(table.rowCount() + " rows");
      }
      return spent;
    };
  }

  private static LongSupplier table(BpfMap map, EntryReader way) {
    MapReading reading = map.held().readingBy(way);
    return () -> {
      long start = ProcessCpu.nanos();
      reading.snapshot(Integer.MAX_VALUE, org.skep.table.PerCpu.EACH);
      return ProcessCpu.nanos() - start;
    };
  }

  private void all(BpfObject object) throws IOException {
    BpfMap million = fill(object.map("million"));
    compare("hash of 1,000,000 into a table", 0.8, table(million), "batch", million);
    compare("  the walk within the kernel alone", 0.8, walk(million), "batch", million);
    compare("  the same in batches", 1.5, table(million, Ways.batches(million)), "batch", million);
    memory(million);
    BpfMap hundred = fill(object.map("hundred"));
    compare("hash of 100,000 into a table", 0.8, table(hundred), "batch", hundred);
    BpfMap thousand = fill(object.map("thousand"));
    within("hash of 1,000 into a table, warm", 5, table(thousand));
    BpfMap each = fill(object.map("each"));
    compare("per-CPU hash of 100,000 into a table", 1.4, table(each), "batch", each);
    BpfMap array = object.map("array");
    for (int i = 0; i < MILLION; i++) {
      array.put(i, i);
    }
    compare("array of 1,000,000 into a table", 0.1, table(array), "batch", array);
    BpfMap numbers = object.map("numbers");
    for (int i = 0; i < numbers.maxEntries(); i++) {
      numbers.put(i, new byte[32]);
    }
    LongSupplier gets =
        () -> {
          long start = ProcessCpu.nanos();
          for (int i = 0; i < GETS; i++) {
            if (numbers.get(i % 100_000).isEmpty()) {
              throw new IllegalStateException("no " + i);
            }
          }
          return ProcessCpu.nanos() - start;
        };
    compare("get of one key, 100,000 times", 1.3, () -> gets.getAsLong() / 2, "get", numbers);
    tenMillion(object.map("ten"));
  }

  /** A thousand names and as many devices, as a busy machine has. */
  private static BpfMap fill(BpfMap map) {
    byte[] key = new byte[24];
    byte[] value = new byte[32];
    MemorySegment k = MemorySegment.ofArray(key);
    MemorySegment v = MemorySegment.ofArray(value);
    for (int i = 0; i < map.maxEntries(); i++) {
      k.set(ValueLayout.JAVA_INT_UNALIGNED, 0, i);
      byte[] name = ("worker-" + i % 1_000).getBytes(StandardCharsets.US_ASCII);
      k.asSlice(4, 16).fill((byte) 0);
      MemorySegment.copy(name, 0, k, ValueLayout.JAVA_BYTE, 4, name.length);
      k.set(ValueLayout.JAVA_INT_UNALIGNED, 20, i % 7);
      for (int n = 0; n < 4; n++) {
        v.set(ValueLayout.JAVA_LONG_UNALIGNED, 8L * n, (long) i * (n + 1));
      }
      map.put(key, value);
    }
    return map;
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
    Process c =
        new ProcessBuilder(arguments[0]).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BpfObject object = Cell.load("bench", MAPS)) {
      new MapBench(c, rounds).all(object);
    } finally {
      c.destroy();
    }
  }
}
