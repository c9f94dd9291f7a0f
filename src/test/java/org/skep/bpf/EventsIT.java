package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.decode.EventStatus;
import org.skep.bpf.decode.Events;
import org.skep.bpf.events.EventStream;
import org.skep.bpf.recording.Recording;
import org.skep.bpf.run.TestRun;
import org.skep.table.NotedTable;
import tech.tablesaw.api.Table;

/** Events that programs send, read from the memory of the running Linux. */
@Tag("privileged")
@Timeout(60)
class EventsIT {
  private static final int KIB64 = 64 << 10;
  @TempDir Path folder;

  private static final String RING = Producer.ring(KIB64) + Producer.RESERVE;

  private static Events read(BpfObject object, long count) throws InterruptedException {
    return object.map("sent").events().read(count);
  }

  private static void assertSequence(Table table, String column, long from) {
    for (int i = 0; i < table.rowCount(); i++) {
      assertEquals(from + i, table.longColumn(column).get(i));
    }
  }

  @Test
  void aRingGivesEventsInTheirOrderWithTheirType() throws InterruptedException {
    try (BpfObject object = Producer.load(RING)) {
      assertEquals(0, Producer.send(object, 1_000, 50));
      Events events = read(object, 1_000);
      Table table = events.table();
      assertEquals(List.of("seq", "pid", "comm"), table.columnNames());
      assertEquals(1_000, table.rowCount());
      assertSequence(table, "seq", 50);
      assertEquals(7L, table.longColumn("pid").get(999));
      assertEquals(OptionalLong.of(0), events.status().lost());
      assertEquals(1_000, events.status().before());
      assertTrue(events.status().highestFill() > 0.5, () -> "" + events.status());
    }
  }

  /** More than fits, many times around, with a record across the end of the memory each time. */
  @Test
  void aRingIsReadAroundItsEnd() throws InterruptedException {
    try (BpfObject object = Producer.load(RING)) {
      long next = 0;
      for (int round = 0; round < 40; round++) {
        assertEquals(0, Producer.send(object, 1_333, next));
        Events events = read(object, 1_333);
        assertSequence(events.table(), "seq", next);
        next += 1_333;
      }
    }
  }

  @Test
  void aCountLeavesTheRestInTheRing() throws InterruptedException {
    try (BpfObject object = Producer.load(RING)) {
      Producer.send(object, 500, 0);
      assertEquals(200, read(object, 200).table().rowCount());
      Events rest = read(object, 300);
      assertSequence(rest.table(), "seq", 200);
    }
  }

  @Test
  void whatTheRingRefusedIsCountedAndTheSizeThatSufficesIsSaid() throws InterruptedException {
    try (BpfObject object = Producer.load(RING)) {
      int lost = Producer.send(object, 4_000, 0);
      assertTrue(lost > 1_000);
      Events events = read(object, 4_000 - lost);
      assertEquals(OptionalLong.of(lost), events.status().lost());
      // 40 bytes each with their header
      assertEquals(256 << 10, events.status().neededBytes());
      String notes = String.join("\n", ((NotedTable) events.table()).notes());
      assertTrue(notes.contains("with 256 KiB nothing would have been dropped"), notes);
      assertTrue(notes.contains("--size sent=262144"), notes);
      assertEquals(0, Producer.send(object, 10, 0));
      assertEquals(OptionalLong.of(0), read(object, 10).status().lost(), "told once");
    }
    try (BpfObject object = Producer.load(Producer.ring(256 << 10) + Producer.RESERVE)) {
      assertEquals(0, Producer.send(object, 4_000, 0));
    }
  }

  @Test
  void aProgramThatDoesNotCountIsSaidSo() throws InterruptedException {
    try (BpfObject object =
        Producer.load(
            Producer.ring(4096)
                + """
                static long one(u32 i, struct batch *b) {
                  struct event *e = bpf_ringbuf_reserve(&sent, sizeof(*e), 0);
                  if (!e) return 0;
                  fill(e, b->from + i);
                  bpf_ringbuf_submit(e, 0);
                  return 0;
                }
                """)) {
      Producer.send(object, 10, 0);
      Events events = read(object, 10);
      assertEquals(List.of("seq", "pid", "comm"), events.table().columnNames());
      assertTrue(events.status().lost().isEmpty());
      assertTrue(events.status().toString().contains("drops unknown"));
      String notes = String.join("\n", ((NotedTable) events.table()).notes());
      assertTrue(notes.contains("skep_reserve(&sent, TYPE)"), notes);
    }
  }

  /** Half of the places count: what they lost is the least that was. */
  @Test
  void aProgramThatCountsInSomePlacesOnlyIsSaidSo() throws InterruptedException {
    String mixed =
        """
        static long one(u32 i, struct batch *b) {
          struct event *e = i & 1 ? skep_reserve(&sent, struct event)
                                  : bpf_ringbuf_reserve(&sent, sizeof(*e), 0);
          if (!e) { b->lost++; return 0; }
          fill(e, b->from + i);
          skep_submit(e);
          return 0;
        }
        """;
    try (BpfObject object = Producer.load(Producer.ring(KIB64) + mixed)) {
      assertEquals(0, Producer.send(object, 10, 0));
      EventStatus none = read(object, 10).status();
      assertTrue(none.atLeast());
      assertTrue(
          none.toString().contains("drops unknown; instrumented sites dropped 0"), none::toString);
      assertTrue(none.notes().toString().contains("write skep_reserve"), () -> "" + none.notes());
      int lost = Producer.send(object, 4_000, 0);
      EventStatus some = read(object, 4_000 - lost).status();
      assertTrue(some.lost().orElseThrow() < lost, some::toString);
      assertTrue(
          some.toString().contains("at least " + String.format("%,d", some.lost().orElseThrow())),
          some::toString);
    }
    String elsewhere =
        """
        struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } rest SEC(".maps");
        static long one(u32 i, struct batch *b) {
          struct event *e = skep_reserve(&sent, struct event);
          if (!e) { bpf_ringbuf_output(&rest, &i, sizeof(i), 0); return 0; }
          fill(e, b->from + i);
          skep_submit(e);
          return 0;
        }
        """;
    try (BpfObject object = Producer.load(Producer.ring(KIB64) + elsewhere)) {
      Producer.send(object, 10, 0);
      assertFalse(read(object, 10).status().atLeast());
      assertEquals(
          OptionalLong.empty(), object.map("rest").events().read(Duration.ZERO).status().lost());
    }
  }

  @Test
  void discardedRecordsAreNoEvents() throws InterruptedException {
    try (BpfObject object =
        Producer.load(
            Producer.ring(KIB64)
                + """
                static long one(u32 i, struct batch *b) {
                  struct event *e = skep_reserve(&sent, struct event);
                  if (!e) return 0;
                  fill(e, b->from + i);
                  if (i % 3 == 0) skep_discard(e); else skep_submit(e);
                  return 0;
                }
                """)) {
      Producer.send(object, 9, 0);
      assertEquals(
          List.of(1L, 2L, 4L, 5L, 7L, 8L), read(object, 6).table().longColumn("seq").asList());
    }
  }

  @Test
  void recordsOfAnotherLengthAreReportedAndLeftOut() throws InterruptedException {
    try (BpfObject object =
        Producer.load(
            Producer.ring(KIB64)
                + """
                static long one(u32 i, struct batch *b) {
                  char raw[64] = {};
                  fill((struct event *)raw, b->from + i);
                  if (i == 1) { bpf_ringbuf_output(&sent, raw, 64, 0); return 0; }
                  if (i == 2) { bpf_ringbuf_output(&sent, raw, 10, 0); return 0; }
                  if (i == 3) { bpf_ringbuf_output(&sent, raw, 20, 0); return 0; }
                  struct event *e = (void *)raw;
                  { bpf_ringbuf_output(&sent, e, sizeof(*e), 0); return 0; }
                }
                """)) {
      Producer.send(object, 5, 0);
      NotedTable table = (NotedTable) read(object, 5).table();
      assertEquals(List.of(0L, 3L, 4L), table.longColumn("seq").asList());
      String notes = String.join("\n", table.notes());
      assertTrue(notes.contains("1 event of 64 bytes left out: struct event has 32 bytes"), notes);
      assertTrue(notes.contains("1 event of 10 bytes left out"), notes);
      assertTrue(notes.contains("1 event ends within the text at the end"), notes);
    }
  }

  static final String TWO_KINDS =
      """
      static long one(u32 i, struct batch *b) {
        struct other o = { .kind = i % 3 == 2, .more = i % 3, .seq = b->from + i };
        if (i % 3 == 0) {
          struct other first = { .kind = 5, .seq = b->from + i };
          { skep_output(&sent, &first); return 0; }
        }
        if (i % 3 == 1)
          { skep_output(&sent, &o); return 0; }
        struct { u32 kind; u32 pad; u64 seq; u64 size; } big = { 1, 0, b->from + i, 99 };
        struct large { u32 kind; u32 pad; u64 seq; u64 size; } *large = (void *)&big;
        { skep_output(&sent, large); return 0; }
      }
      """;

  @Test
  void typesAreToldApartByATag() throws InterruptedException {
    try (BpfObject object = Producer.load(Producer.ring(KIB64) + TWO_KINDS)) {
      Producer.send(object, 9, 0);
      var source = object.map("sent").events();
      String why =
          String.valueOf(assertThrows(IllegalArgumentException.class, source::open).getMessage());
      assertTrue(why.contains("'struct other' or 'struct large'"), why);
      Events events =
          source.types("kind", Map.of("0", "struct other", "1", "struct large")).read(9);
      NotedTable table = (NotedTable) events.table();
      assertEquals(List.of(1L, 2L, 4L, 5L, 7L, 8L), table.longColumn("seq").asList());
      assertEquals(
          List.of("struct other", "struct large"),
          table.stringColumn("record").asList().subList(0, 2));
      assertTrue(table.column("size").isMissing(0));
      assertEquals(99L, table.longColumn("size").get(1));
      assertEquals(3, Objects.requireNonNull(events.tables().get("struct large")).rowCount());
      String notes = String.join("\n", table.notes());
      assertTrue(notes.contains("3 events left out: no type was given for kind 5"), notes);
    }
  }

  @Test
  void aTypeCanBeNamed() throws InterruptedException {
    try (BpfObject object = Producer.load(Producer.ring(KIB64) + TWO_KINDS)) {
      Producer.send(object, 3, 0);
      var source = object.map("sent").events();
      NotedTable table = (NotedTable) source.type("struct other").read(3).table();
      assertEquals(List.of(0L, 1L), table.longColumn("seq").asList());
      var wrong =
          assertThrows(IllegalArgumentException.class, () -> source.type("struct othr").open());
      assertTrue(String.valueOf(wrong.getMessage()).contains("'struct other'?"), wrong::toString);
    }
  }

  @Test
  void theValueOfTheDefinitionIsTheType() throws InterruptedException {
    try (BpfObject object =
        Producer.load(
            """
            struct {
              __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096);
              __type(value, struct event);
            } sent SEC(".maps");
            static long one(u32 i, struct batch *b) {
              char raw[32] = {};
              fill((struct event *)raw, b->from + i);
              { bpf_ringbuf_output(&sent, (void *)raw, sizeof(raw), 0); return 0; }
            }
            """)) {
      Producer.send(object, 2, 5);
      assertSequence(read(object, 2).table(), "seq", 5);
    }
  }

  @Test
  void eventsOfWhichNothingIsKnownAreBytes() throws InterruptedException {
    try (BpfObject object =
        Producer.load(
            Producer.ring(4096)
                + """
                static long one(u32 i, struct batch *b) {
                  { bpf_ringbuf_output(&sent, (void *)&b->from, 3, 0); return 0; }
                }
                """)) {
      Producer.send(object, 2, 0x010203);
      assertEquals(
          List.of("030201", "030201"), read(object, 2).table().stringColumn("value").asList());
    }
  }

  @Test
  void onlyTheLastAreKept() throws InterruptedException {
    try (BpfObject object = Producer.load(Producer.ring(1 << 20) + Producer.RESERVE)) {
      try (EventStream stream = object.map("sent").events().keep(100).open(null, 60_000)) {
        for (int sent = 0; sent < 60_000; sent += 10_000) {
          while (stream.status().received() < sent) {
            Thread.sleep(1);
          }
          assertEquals(0, Producer.send(object, 10_000, sent));
        }
        NotedTable table = (NotedTable) stream.await().table();
        assertEquals(100, table.rowCount());
        assertSequence(table, "seq", 59_900);
        assertTrue(table.notes().contains("the last 100 of 60000 events are kept"));
        Table latest = stream.latest().values().iterator().next();
        assertEquals(59_999L, latest.longColumn("seq").get(latest.rowCount() - 1));
      }
    }
  }

  @Test
  void aMapIsReadByOneAtATime() throws InterruptedException {
    try (BpfObject object = Producer.load(RING)) {
      var source = object.map("sent").events();
      try (EventStream stream = source.open()) {
        assertThrows(IllegalStateException.class, source::open);
        assertFalse(stream.isEnded());
      }
      assertEquals(0, source.read(Duration.ofMillis(1)).table().rowCount());
    }
  }

  @Test
  void aStreamEndsWithItsObjectAndKeepsItsEvents() throws InterruptedException {
    EventStream stream;
    try (BpfObject object = Producer.load(RING)) {
      stream = object.map("sent").events().open();
      Producer.send(object, 3, 0);
    }
    assertEquals(3, stream.await().table().rowCount());
    stream.close();
  }

  @Test
  void closingEndsEveryWaitAtOnce() throws InterruptedException {
    for (String sending : List.of(RING, Producer.PERF)) {
      try (BpfObject object = Producer.load(sending)) {
        EventStream idle = object.map("sent").events().open(Duration.ofHours(1), 5);
        Thread.sleep(30);
        idle.close();
        assertTrue(idle.isEnded());
        EventStream busy = object.map("sent").events().open();
        Producer.send(object, 100, 0);
        busy.close();
        assertEquals(100, busy.table().rowCount());
        busy.close();
      }
    }
  }

  @Test
  void anInterruptEndsTheWaitOfTheReader() throws Exception {
    try (BpfObject object = Producer.load(RING)) {
      Thread reader = Thread.currentThread();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  Thread.sleep(50);
                } catch (InterruptedException e) {
                  return;
                }
                reader.interrupt();
              });
      var source = object.map("sent").events();
      assertThrows(InterruptedException.class, () -> source.read(Duration.ofHours(1)));
      assertEquals(0, source.read(Duration.ZERO).table().rowCount(), "free again");
    }
  }

  /** Two CPUs write, records of 48 bytes wrap around 4 KiB, and all come in order. */
  @Test
  void perfBuffersGiveEventsOfAllProcessorsInOrder() throws Exception {
    try (BpfObject object = Producer.load(Producer.PERF)) {
      int each = 3_000;
      try (EventStream stream =
          object.map("sent").events().bufferBytes(1 << 20).open(null, 2L * each)) {
        Thread second =
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < each; i += 10) {
                        Producer.send(object, 10, 1_000_000 + i);
                      }
                    });
        for (int i = 0; i < each; i += 10) {
          Producer.send(object, 10, i);
        }
        second.join();
        Events events = stream.await();
        assertEquals(OptionalLong.of(0), events.status().lost());
        assertEquals(0, events.status().disordered());
        List<Long> seen = events.table().longColumn("seq").asList();
        assertEquals(
            seen.stream().filter(s -> s < 1_000_000).sorted().toList(),
            seen.stream().filter(s -> s < 1_000_000).toList());
        assertEquals(
            seen.stream().filter(s -> s >= 1_000_000).sorted().toList(),
            seen.stream().filter(s -> s >= 1_000_000).toList());
        assertEquals(2L * each, seen.stream().distinct().count());
      }
    }
  }

  @Test
  void perfBuffersTellWhatTheyLost() throws InterruptedException {
    try (BpfObject object = Producer.load(Producer.PERF)) {
      EventStream stream = object.map("sent").events().bufferBytes(1).open();
      int lost = Producer.send(object, 1_000, 0);
      assertTrue(lost > 0);
      stream.close();
      Events events = stream.events();
      assertEquals(OptionalLong.of(lost), events.status().lost());
      assertEquals(1_000 - lost, events.table().rowCount());
      // 64 KiB where one CPU sent them all, less where the test was moved meanwhile
      long needed = events.status().neededBytes();
      assertTrue(needed > events.status().bufferBytes() && needed <= 64 << 10, () -> "" + needed);
      String notes = String.join("\n", ((NotedTable) events.table()).notes());
      assertTrue(notes.contains("--buffer " + needed), notes);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 1 << 20})
  void perfRecordsAreReadAroundTheEnd(int bytes) throws InterruptedException {
    try (BpfObject object = Producer.load(Producer.PERF)) {
      try (EventStream stream = object.map("sent").events().bufferBytes(bytes).open(null, 3_000)) {
        for (int sent = 0; sent < 3_000; sent += 30) {
          while (stream.status().received() < sent) {
            Thread.sleep(1);
          }
          assertEquals(0, Producer.send(object, 30, sent));
        }
        assertSequence(stream.await().table(), "seq", 0);
      }
    }
  }

  /**
   * As fast as a CPU sends, for a minute, with a table now and then: {@code make bench-events} does
   * ten.
   */
  @Test
  @Timeout(300)
  void memoryStaysBoundedAtFullRate() throws InterruptedException {
    try (BpfObject object = Producer.load(Producer.ring(1 << 22) + Producer.RESERVE);
        EventStream stream = object.map("sent").events().keep(20_000).open()) {
      long sent = 0;
      long heapBefore = 0;
      long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      for (int round = 0; System.nanoTime() < end; round++) {
        Producer.send(object, 250_000, sent);
        sent += 250_000;
        if (round % 20 == 19) {
          assertTrue(stream.table().rowCount() <= 20_000);
          System.gc();
          long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
          heapBefore = heapBefore == 0 ? heap : heapBefore;
          assertTrue(heap < heapBefore + (32 << 20), heapBefore + " became " + heap);
        }
      }
      long all = sent;
      while (stream.status().received() + stream.status().lost().orElseThrow() < all) {
        Thread.sleep(5);
      }
      assertEquals(all, stream.status().received() + stream.status().lost().orElseThrow());
    }
  }

  @Test
  void eventsAreSentToPrograms() throws InterruptedException {
    try (BpfObject object =
        Cell.load(
            "receiver",
            """
            struct command { u32 op; u64 value; };
            struct {
              __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, 4096);
              __type(value, struct command);
            } commands SEC(".maps");
            u64 sum;
            static long take(struct bpf_dynptr *sent, void *ctx) {
              struct command c;
              if (!bpf_dynptr_read(&c, sizeof(c), sent, 0, 0) && c.op == 7)
                sum += c.value;
              return 0;
            }
            SEC("raw_tp/sys_enter") int drain(void *ctx) {
              return bpf_user_ringbuf_drain(&commands, take, 0, 0);
            }
            """)) {
      BpfMap commands = object.map("commands");
      long expected = 0;
      for (int round = 0; round < 30; round++) {
        for (int i = 0; i < 100; i++) {
          commands.send(Map.of("op", 7, "value", i));
          expected += i;
        }
        assertEquals(100, object.program("drain").run(TestRun.once()).returned());
      }
      assertEquals(expected, object.global("sum").get());
      commands.send(new byte[16]);
      assertThrows(IllegalArgumentException.class, () -> commands.send(Map.of("opp", 7)));
      var full =
          assertThrows(
              IllegalStateException.class,
              () -> {
                for (int i = 0; i < 4096; i++) {
                  commands.send("{op: 7, value: 1}");
                }
              });
      assertTrue(String.valueOf(full.getMessage()).contains("is full"), full::toString);
    }
    try (BpfObject object = Producer.load(RING)) {
      BpfMap ring = object.map("sent");
      assertThrows(UnsupportedFeatureException.class, () -> ring.send(new byte[8]));
    }
  }

  @Test
  void whatIsRecordedGivesTheSameTableElsewhere() throws Exception {
    Path file = folder.resolve("two.events");
    try (BpfObject object = Producer.load(Producer.ring(KIB64) + TWO_KINDS)) {
      Producer.send(object, 9, 0);
      Events events =
          object
              .map("sent")
              .events()
              .types("kind", Map.of("0", "struct other", "1", "struct large"))
              .record(file, Map.of("source", "int x;"))
              .read(9);
      Recording replayed = Recording.read(file, 100);
      assertEquals(events.table().print(), replayed.events().table().print());
      assertEquals(events.status().received(), replayed.events().status().received());
      assertEquals(events.status().lost(), replayed.events().status().lost());
      assertEquals(events.status().highestFill(), replayed.events().status().highestFill());
      assertEquals("int x;", replayed.about().get("source"));
      String notes = String.join("\n", ((NotedTable) replayed.events().table()).notes());
      assertTrue(notes.contains("a recording of 20"), notes);
      assertTrue(notes.contains("on Linux " + replayed.about().get("linux")), notes);
      assertEquals(2, Recording.read(file, 1).events().table().rowCount());
    }
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length - 16; length += 7) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      try {
        NotedTable cut = (NotedTable) Recording.read(file, 100).events().table();
        assertTrue(String.join(" ", cut.notes()).contains("ends early"), cut::toString);
      } catch (IllegalArgumentException e) {
        assertTrue(String.valueOf(e.getMessage()).startsWith("replay '"), e::toString);
      }
    }
  }

  @Test
  void perfEventsAndTheirTimesAreRecorded() throws Exception {
    Path file = folder.resolve("perf.events");
    try (BpfObject object =
        Producer.load(
            """
            struct {
              __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
              __uint(key_size, 4); __uint(value_size, 4);
            } sent SEC(".maps");
            struct timed { u64 at skep_time; u32 n; };
            static long one(u32 i, struct batch *b) {
              struct timed t = {};
              t.at = bpf_ktime_get_ns();
              t.n = i;
              bpf_perf_event_output(b->ctx, &sent, BPF_F_CURRENT_CPU, &t, sizeof(t));
              return 0;
            }
            """)) {
      try (EventStream stream = object.map("sent").events().record(file, Map.of()).open(null, 20)) {
        Producer.send(object, 20, 0);
        Table table = stream.await().table();
        Table replayed = Recording.read(file, 100).events().table();
        assertEquals(table.longColumn("n").asList(), replayed.longColumn("n").asList());
        assertEquals(table.longColumn("at.raw").asList(), replayed.longColumn("at.raw").asList());
        var there = table.instantColumn("at").get(0);
        var here = replayed.instantColumn("at").get(0);
        assertTrue(Duration.between(there, here).abs().toMillis() < 5_000, there + " " + here);
      }
    }
  }

  @Test
  void mapsWithoutEventsAreRefused() {
    try (BpfObject object =
        Cell.load(
            "plain",
            """
            struct {
              __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4);
              __type(key, u32); __type(value, u32);
            } entries SEC(".maps");
            """)) {
      var source = object.map("entries").events();
      assertThrows(UnsupportedFeatureException.class, source::open);
    }
  }
}
