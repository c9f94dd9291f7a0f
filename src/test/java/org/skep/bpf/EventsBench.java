package org.skep.bpf;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.skep.bpf.decode.EventStatus;
import org.skep.bpf.decode.EventTypeResolver;
import org.skep.bpf.decode.TaggedEvents;
import org.skep.bpf.events.EventStream;
import org.skep.bpf.events.RingEvents;
import org.skep.bpf.read.LossCount;
import org.skep.bpf.run.TestRun;
import org.skep.compile.BpfCompiler;
import org.skep.compile.BpfSource;

/**
 * Events read by Skep beside C that does the same on the same ring, in turns: {@code make
 * bench-events}. CPU, because the machine may be busy; of the whole process, the compiler and
 * collector of the JVM included.
 */
final class EventsBench {
  private static final int RING = 64 << 20;
  private static final int ROUNDS = 9;
  private static final int WARM_UP = 12;
  private static final int FLAT_OUT = 5;

  private static final String PROGRAM =
      """
      struct event {
        u64 time, seq; u32 pid, cpu; u64 a, b; char comm[16]; u64 c;
      };
      struct {
        __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 67108864);
      } ring SEC(".maps");
      u64 seq;
      u32 tgid, batch = 1;
      static long one(u32 i, void *ctx) {
        struct event *e = skep_reserve(&ring, struct event);
        if (!e) return 0;
        e->time = e->seq = seq++;
        e->pid = seq & 1023;
        e->cpu = bpf_get_smp_processor_id();
        e->a = seq * 3; e->b = ~seq >> 1; e->c = 0;
        __builtin_memcpy(e->comm, "task-0\\0\\0\\0\\0\\0\\0\\0\\0\\0", 16);
        e->comm[5] = '0' + (seq & 7);
        FLAGS_SUBMIT(e);
        return 0;
      }
      SEC("raw_tp/sys_enter") int fill(struct bpf_raw_tracepoint_args *ctx) {
        bpf_loop(932067, one, 0, 0);
        return 0;
      }
      SEC("tracepoint/syscalls/sys_enter_getpgid") int write(void *ctx) {
        if (bpf_get_current_pid_tgid() >> 32 == tgid)
          bpf_loop(batch, one, 0, 0);
        return 0;
      }
      """;

  /** A C process and its answers. */
  private static final class C implements AutoCloseable {
    private final Process process;
    private final BufferedReader from;
    private final BufferedWriter to;
    private final long pid;

    C(String binary) throws IOException {
      process = new ProcessBuilder(binary).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      from = process.inputReader();
      to = process.outputWriter();
      pid = Long.parseLong(from.readLine());
    }

    void ask(String command) throws IOException {
      to.write(command + "\n");
      to.flush();
    }

    /** The number of events or calls, and the nanoseconds of CPU. */
    long[] answer() throws IOException {
      return Arrays.stream(from.readLine().split(" ")).mapToLong(Long::parseLong).toArray();
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  private final C reader;
  private final C writer;
  private final Path pin = Path.of("/sys/fs/bpf/skep-bench-" + ProcessHandle.current().pid());

  private EventsBench(C reader, C writer) {
    this.reader = reader;
    this.writer = writer;
  }

  /**
   * @param arguments the compiled {@code src/bench/ring.c}, and for how many seconds to soak
   */
  public static void main(String[] arguments) throws Exception {
    try (C reader = new C(arguments[0]);
        C writer = new C(arguments[0])) {
      var bench = new EventsBench(reader, writer);
      say(
          String.format(
              Locale.ROOT, "%-58s %9s %9s %7s   %s", "", "C", "Skep", "ratio", "to reach"));
      bench.drain();
      bench.fast("skep_submit", "a look by the clock", 1);
      bench.fast("bpf_ringbuf_submit_default", "default wake-ups", 100);
      bench.steady("skep_submit", "a look by the clock", 100);
      bench.steady("bpf_ringbuf_submit_default", "default wake-ups", 0);
      bench.soak(Integer.parseInt(arguments[1]));
      say(
          String.format(
              Locale.ROOT,
              "load average %.1f",
              ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    }
  }

  private static BpfObject load(String submit) throws InterruptedException {
    String text =
        "#define bpf_ringbuf_submit_default(e) bpf_ringbuf_submit(e, 0)\n"
            + PROGRAM.replace("FLAGS_SUBMIT", submit);
    var compiled = BpfCompiler.ofThisMachine().compile(BpfSource.of("bench", text));
    return OpenBpfObject.open("bench", compiled.elf()).load();
  }

  private static TaggedEvents kinds(BpfMap map, int keep) {
    return new EventTypeResolver(map.held(), keep, false).one(null);
  }

  /** A full ring into columns, by C and by Java in turns. */
  private void drain() throws Exception {
    try (BpfObject object = load("skep_submit")) {
      BpfMap map = object.map("ring");
      map.pin(pin);
      List<Double> c = new ArrayList<>();
      List<Double> java = new ArrayList<>();
      try (RingEvents ring =
          map.withDescriptor(fd -> new RingEvents(map.name(), fd, RING, false))) {
        TaggedEvents kinds = kinds(map, 1 << 20);
        for (int round = -WARM_UP; round < ROUNDS; round++) {
          fill(object);
          reader.ask("drain " + pin);
          long[] answer = reader.answer();
          fill(object);
          long before = ProcessCpu.nanos();
          long count = 0;
          for (long got = 1; got > 0; count += got) {
            got = ring.drain(kinds, Long.MAX_VALUE, false);
          }
          long took = ProcessCpu.nanos() - before;
          if (round >= 0) {
            c.add((double) answer[1] / answer[0]);
            java.add((double) took / count);
          }
        }
      } finally {
        Files.deleteIfExists(pin);
      }
      row("a full ring of 64 MiB into columns, CPU ns an event", c, java, 2.2, 0);
    }
  }

  private static void fill(BpfObject object) throws InterruptedException {
    object.program("fill").run(TestRun.once());
  }

  /**
   * 64 events for each system call, as fast as it goes, to C and to Skep in turns. Only where C
   * loses nothing does it say anything that Skep loses nothing.
   *
   * @param pause after how many milliseconds C looks again without being woken
   */
  private void fast(String submit, String how, int pause) throws Exception {
    try (BpfObject object = load(submit)) {
      BpfMap map = prepared(object, 64);
      map.pin(pin);
      try {
        long[] c = new long[FLAT_OUT];
        long[] java = new long[FLAT_OUT];
        long[] lostByC = new long[FLAT_OUT];
        long[] lostByJava = new long[FLAT_OUT];
        List<Double> costOfC = new ArrayList<>();
        List<Double> costOfJava = new ArrayList<>();
        var _ = read(map, "write 3", 4); // compiled by the JVM
        for (int round = 0; round < FLAT_OUT; round++) {
          long before = LossCount.of(map.held().context(), map.name()).now();
          reader.ask("run " + pin + " 4 " + pause);
          writer.ask("write 3");
          if (writer.answer()[0] == 0) {
            throw new IllegalStateException("nothing was written");
          }
          long[] byC = reader.answer();
          long between = LossCount.of(map.held().context(), map.name()).now();
          long[] byJava = read(map, "write 3", 4);
          c[round] = byC[0];
          java[round] = byJava[0];
          lostByC[round] = between - before;
          lostByJava[round] = LossCount.of(map.held().context(), map.name()).now() - between;
          costOfC.add(perEvent(byC));
          costOfJava.add(perEvent(byJava));
        }
        row("written flat out, " + how + ", CPU ns an event", costOfC, costOfJava, 0, 0);
        say(
            String.format(
                Locale.ROOT,
                "%-58s %9.1f %9.1f",
                "    received, million/s",
                median(c) / 3e6,
                median(java) / 3e6));
        int fair = 0;
        int kept = 0;
        for (int round = 0; round < FLAT_OUT; round++) {
          fair += lostByC[round] == 0 ? 1 : 0;
          kept += lostByC[round] == 0 && lostByJava[round] == 0 ? 1 : 0;
        }
        say(
            String.format(
                Locale.ROOT,
                "%-58s %9d %9d %7s   %s",
                "    lost in " + FLAT_OUT + " rounds",
                Arrays.stream(lostByC).sum(),
                Arrays.stream(lostByJava).sum(),
                "",
                "of the "
                    + fair
                    + " rounds in which C lost none, Skep lost none in "
                    + kept
                    + ": "
                    + (fair == 0 ? "SAYS NOTHING" : fair == kept ? "reached" : "MISSED")));
      } finally {
        Files.deleteIfExists(pin);
      }
    }
  }

  private static double median(long[] numbers) {
    return Arrays.stream(numbers).sorted().toArray()[numbers.length / 2];
  }

  /** One event for each of 200,000 system calls a second. */
  private void steady(String submit, String how, double limit) throws Exception {
    try (BpfObject object = load(submit)) {
      BpfMap map = prepared(object, 1);
      map.pin(pin);
      try {
        reader.ask("run " + pin + " 9");
        writer.ask("write 8 200000");
        var _ = writer.answer();
        long[] byC = reader.answer();
        var _ = read(map, "write 12 200000", 13); // compiled by the JVM
        long[] byJava = read(map, "write 8 200000", 9);
        row(
            "200,000 single events a second, " + how + ", CPU ns",
            List.of(perEvent(byC)),
            List.of(perEvent(byJava)),
            0,
            limit);
        say(
            String.format(
                Locale.ROOT,
                "%-58s %9.0f %9.0f",
                "    events a second",
                byC[0] / 8.0,
                byJava[0] / 8.0));
      } finally {
        Files.deleteIfExists(pin);
      }
    }
  }

  private BpfMap prepared(BpfObject object, int batch) {
    object.global("tgid").set(writer.pid);
    object.global("batch").set(batch);
    object.program("write").attach();
    return object.map("ring");
  }

  /** Events, nanoseconds of CPU of this process, events lost. */
  private long[] read(BpfMap map, String command, int seconds) throws Exception {
    try (EventStream stream =
        map.events().keep(1 << 20).open(Duration.ofSeconds(seconds), Long.MAX_VALUE)) {
      long before = ProcessCpu.nanos();
      writer.ask(command);
      var _ = writer.answer();
      while (!stream.await(Duration.ofSeconds(1))) {
        // its time is not over
      }
      EventStatus status = stream.status();
      return new long[] {status.received(), ProcessCpu.nanos() - before, status.lost().orElse(-1)};
    }
  }

  private static double perEvent(long[] answer) {
    return (double) answer[1] / Math.max(1, answer[0]);
  }

  /** At full rate for a long time: the heap after each collection. */
  private void soak(int seconds) throws Exception {
    try (BpfObject object = load("skep_submit")) {
      BpfMap map = prepared(object, 64);
      try (EventStream stream = map.events().keep(100_000).open()) {
        List<Long> heaps = new ArrayList<>();
        for (int part = 0; part < 4; part++) {
          writer.ask("write " + Math.max(1, seconds / 4));
          var _ = writer.answer();
          var _ = stream.table();
          System.gc();
          Runtime runtime = Runtime.getRuntime();
          heaps.add((runtime.totalMemory() - runtime.freeMemory()) >> 20);
        }
        EventStatus status = stream.status();
        say(
            String.format(
                Locale.ROOT,
                "soak of %d s: %,d events, %d lost, heap after each quarter %s MiB",
                seconds,
                status.received(),
                status.lost().orElse(-1),
                heaps));
      }
    }
  }

  private static void row(
      String what, List<Double> c, List<Double> java, double ratioLimit, double limit) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < c.size(); i++) {
      ratios.add(java.get(i) / c.get(i));
    }
    double ratio = median(ratios);
    String verdict = "";
    if (ratioLimit > 0) {
      verdict = ratioLimit + " x C: " + (ratio <= ratioLimit ? "reached" : "MISSED");
    } else if (limit > 0) {
      verdict = limit + " ns: " + (median(java) <= limit ? "reached" : "MISSED");
    }
    say(
        String.format(
            Locale.ROOT,
            "%-58s %9.1f %9.1f %7.2f   %s",
            what,
            median(c),
            median(java),
            ratio,
            verdict));
  }

  private static double median(List<Double> numbers) {
    return numbers.stream().sorted().toList().get(numbers.size() / 2);
  }

  private static void say(String line) {
    System.out.println(line.stripTrailing());
  }
}
