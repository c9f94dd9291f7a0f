package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.Note;
import org.skep.bpf.decode.EventStatus;
import org.skep.bpf.decode.Events;
import org.skep.bpf.events.EventStream;
import org.skep.table.NotedTable;

/** When a reading of events begins and ends, what it takes with it, and what it leaves. */
@Tag("privileged")
@Tag("options")
@Timeout(60)
class EventReadingIT {
  private static final Duration LONG = Duration.ofHours(1);

  private static List<Long> numbers(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  private static String notes(Events events) {
    return String.join("\n", NotedTable.notesOf(events.table()));
  }

  @Test
  void aTimedReadingBeginsWhenItBegins() throws InterruptedException {
    try (BpfObject object = Producer.load(Producer.ring(64 << 10) + Producer.RESERVE)) {
      EventSource source = object.map("sent").events();
      int early = 4_000 - Producer.send(object, 4_000, 0);
      Events events;
      try (EventStream stream = source.open(LONG, 300)) {
        while (stream.status().skipped() < early) {
          Thread.onSpinWait();
        }
        assertEquals(0, Producer.send(object, 300, 10_000));
        events = stream.await();
      }
      assertEquals(numbers(10_000, 10_300), events.table().longColumn("seq").asList());
      EventStatus status = events.status();
      assertEquals(300, status.received());
      assertEquals(early, status.skipped());
      assertEquals(0, status.before());
      assertEquals(OptionalLong.of(0), status.lost(), "what was dropped before is no loss of it");
      assertEquals(300, status.perSecond() * status.time().toNanos() / 1e9, 1e-6);
      assertTrue(
          status.toString().contains(String.format("%,d already buffered and skipped", early)));
      assertTrue(notes(events).contains("--buffered, or withBuffered()"), notes(events));

      assertEquals(0, Producer.send(object, 100, 0));
      try (EventStream stream = source.withBuffered().open(LONG, 150)) {
        assertEquals(0, Producer.send(object, 50, 100));
        events = stream.await();
      }
      assertEquals(numbers(0, 150), events.table().longColumn("seq").asList());
      assertEquals(100, events.status().before());
      assertEquals(0, events.status().skipped());
      assertEquals(50, events.status().perSecond() * events.status().time().toNanos() / 1e9, 1e-6);
      assertTrue(
          events.status().toString().contains(", 100 already buffered, 0 dropped, peak ring"));

      assertEquals(0, Producer.send(object, 5, 0));
      Events now = source.read(Duration.ZERO);
      assertEquals(5, now.status().before(), "without a time, what is in the ring now is read");
      assertEquals(numbers(0, 5), now.table().longColumn("seq").asList());
    }
  }

  /** Sends to one CPU's buffer, whichever it runs on. */
  private static String toCpu(String flags) {
    return """
    struct {
      __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
      __uint(key_size, 4); __uint(value_size, 4);
    } sent SEC(".maps");
    static long one(u32 i, struct batch *b) {
      struct event e = {};
      fill(&e, b->from + i);
      if (bpf_perf_event_output(b->ctx, &sent, FLAGS, &e, sizeof(e)))
        b->lost++;
      return 0;
    }
    """
        .replace("FLAGS", flags);
  }

  @Test
  void aFixedCpuOfAPerfBufferIsWarnedOfAndItsLossUnknown() throws InterruptedException {
    for (String flags : List.of("0", "1 | 0ull << 32")) {
      try (BpfObject object = Producer.load(toCpu(flags))) {
        String cpu = flags.substring(0, 1);
        assertEquals(
            List.of(
                "program 'send' sends to 'sent' with CPU "
                    + cpu
                    + " in the flags: events of all other CPUs are dropped, and not counted (pass"
                    + " BPF_F_CURRENT_CPU as the flags of bpf_perf_event_output)"),
            object.notes().stream().map(Note::text).toList());
        Events events = object.map("sent").events().read(Duration.ofMillis(1));
        assertEquals(OptionalLong.empty(), events.status().lost());
        assertTrue(events.status().toString().contains("drops unknown"), notes(events));
        assertTrue(notes(events).contains("pass BPF_F_CURRENT_CPU"), notes(events));
      }
    }
    try (BpfObject object = Producer.load(Producer.PERF)) {
      assertEquals(List.of(), object.notes().stream().map(Note::text).toList());
      Events events = object.map("sent").events().read(Duration.ofMillis(1));
      assertEquals(OptionalLong.of(0), events.status().lost());
    }
  }

  @Test
  void aReadingThatCannotBeginOrWriteLeavesTheMapFree() throws InterruptedException {
    try (BpfObject object = Producer.load(Producer.ring(1 << 20) + Producer.RESERVE)) {
      EventSource source = object.map("sent").events();
      Path full = Path.of("/dev/full");
      Path none = Path.of("/no/such/folder/x");
      for (EventSource failing :
          List.of(
              source.record(none, Map.of()),
              source.record(full, Map.of()).parquet(none, Map.of()),
              source.type("struct nobody"))) {
        assertThrows(RuntimeException.class, failing::open);
        assertEquals(0, source.read(Duration.ZERO).table().rowCount(), "free again");
      }
      assertEquals(0, Producer.send(object, 5_000, 0));
      Events first = null;
      try (EventStream stream = source.record(full, Map.of()).open(null, 5_000)) {
        first = stream.await();
        assertTrue(
            String.valueOf(stream.failure().orElseThrow().getMessage())
                .contains("No space left on device"));
      } catch (UncheckedIOException e) {
        // the types alone were more than a buffer of the writer
      }
      int read = first == null ? 0 : first.table().rowCount();
      Events rest = source.read(Duration.ZERO);
      assertEquals(numbers(read, 5_000), rest.table().longColumn("seq").asList());
      if (first != null) {
        assertEquals(numbers(0, read), first.table().longColumn("seq").asList());
      }
    }
  }
}
