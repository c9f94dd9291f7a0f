package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.skep.bpf.events.EventStream;
import org.skep.bpf.recording.Recording;
import org.skep.bpf.recording.Replay;
import org.skep.bpf.run.TestRun;
import org.skep.table.NotedTable;
import tech.tablesaw.api.Table;

/** How the types of events are found, and what is behind them. */
@Tag("privileged")
@Timeout(60)
class EventTypesIT {
  @TempDir Path folder;

  private static String notes(Table table) {
    return String.join("\n", NotedTable.notesOf(table));
  }

  private static String ring(String name) {
    return Producer.ring(64 << 10).replace("sent SEC", name + " SEC");
  }

  private static String perf(String name) {
    return """
    struct {
      __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
      __uint(key_size, 4); __uint(value_size, 4);
    } NAME SEC(".maps");
    """
        .replace("NAME", name);
  }

  @Test
  void aFlexibleArrayAtTheEndIsAListOfWhatWasSent() throws Exception {
    String program =
        Producer.ring(64 << 10)
            + """
            struct pair { u8 a; s16 b; };
            struct ev { u32 pid; u16 n; u16 kind; u32 vals[]; };
            struct pairs { u64 at; struct { u32 n; struct pair all[]; } tail; } *described;
            static long one(u32 i, struct batch *b) {
              char raw[32] = {};
              struct ev *e = (void *)raw;
              e->pid = 100; e->n = i; e->kind = 7;
              if (i > 0) e->vals[0] = 10;
              if (i > 1) e->vals[1] = 0xffffffff;
              if (i > 2) e->vals[2] = 30;
              b->lost += !!bpf_ringbuf_output(&sent, e, sizeof(*e) + (i & 3) * 4 + (i == 4), 0);
              return 0;
            }
            """;
    Path parquet = folder.resolve("tails.parquet");
    Path recording = folder.resolve("tails.events");
    try (BpfObject object = Producer.load(program)) {
      assertEquals(0, Producer.send(object, 5, 0));
      Table table = readIntoFiles(object, parquet, recording);
      assertEquals(List.of("pid", "n", "kind", "vals"), table.columnNames());
      assertEquals(
          List.of("", "[10]", "[10, 4294967295]", "[10, 4294967295, 30]", "[]"),
          table.stringColumn("vals").asList());
      assertTrue(notes(table).contains("1 event ends within an element of 'vals'"), notes(table));
      assertEquals(table.print(), Recording.read(recording, 9).events().table().print());
      assertEquals(table.print(), Replay.of(parquet, 9).table().print());

      Producer.send(object, 4, 0);
      Table pairs = object.map("sent").events().type("struct pairs").read(4).table();
      assertEquals(List.of("at", "tail.n", "tail.all"), pairs.columnNames());
      // vals[1] and vals[2] are where the pairs are
      assertEquals(
          List.of("[{a=255, b=-1}]", "[{a=255, b=-1}, {a=30, b=0}]"),
          pairs.stringColumn("tail.all").asList());
      assertTrue(notes(pairs).contains("struct pairs has 16 bytes"), notes(pairs));
    }
  }

  /** Five events, which go into both kinds of files as they are read. */
  private static Table readIntoFiles(BpfObject object, Path parquet, Path recording)
      throws InterruptedException {
    return object
        .map("sent")
        .events()
        .parquet(parquet, Map.of())
        .record(recording, Map.of())
        .read(5)
        .table();
  }

  /** As programs send stacks: a fixed array at the end, of which they send what is filled. */
  @Test
  void aFixedArrayOfWhichAPartIsSentHasItsFirstElements() throws Exception {
    String program =
        Producer.ring(64 << 10)
            + """
            struct sample { u64 at; u32 n; u8 pair[2]; u8 raw[14]; u64 stack[100]; u32 last[2]; };
            struct sample room = { 5, 6, { 7, 8 }, { 9 } };
            static long one(u32 i, struct batch *b) {
              u64 n = i == 0 ? 12 : i == 4 ? sizeof(room) : 32 + 8 * (i & 15);
              room.n = i;
              room.stack[0] = 0xffffffff81000000;
              room.stack[1] = 2;
              room.stack[2] = 3;
              room.last[0] = 11;
              b->lost += !!bpf_ringbuf_output(&sent, &room, n, 0);
              return 0;
            }
            """;
    Path parquet = folder.resolve("parts.parquet");
    Path recording = folder.resolve("parts.events");
    try (BpfObject object = Producer.load(program)) {
      assertEquals(0, Producer.send(object, 5, 0));
      Table table = readIntoFiles(object, parquet, recording);
      assertEquals(List.of(5L, 5L, 5L, 5L, 5L), table.longColumn("at").asList());
      assertEquals(List.of(0L, 1L, 2L, 3L, 4L), table.longColumn("n").asList());
      assertEquals(
          List.of("", "0708", "0708", "0708", "0708"), table.stringColumn("pair").asList());
      assertEquals("", table.stringColumn("raw").get(0));
      assertEquals("0900000000000000000000000000", table.stringColumn("raw").get(1));
      List<String> stacks = table.stringColumn("stack").asList();
      assertEquals(
          List.of("", "[18446744071578845184]", "[18446744071578845184, 2]"), stacks.subList(0, 3));
      assertEquals("[18446744071578845184, 2, 3]", stacks.get(3));
      assertTrue(stacks.get(4).startsWith("[18446744071578845184, 2, 3, 0, 0"), stacks.get(4));
      assertEquals(4, table.column("last[0]").countMissing());
      assertEquals(11L, table.longColumn("last[0]").get(4));
      assertEquals(
          List.of(
              "4 events are shorter than struct sample, which has 840 bytes: what was not sent is missing"),
          NotedTable.notesOf(table).stream().filter(n -> n.contains("struct")).toList());
      assertEquals(table.print(), Recording.read(recording, 9).events().table().print());
      assertEquals(table.print(), Replay.of(parquet, 9).table().rejectColumns("payload").print());

      Producer.send(object, 9, 0); // the last three, which wrap around
      Table last = object.map("sent").events().keep(3).read(9).table();
      assertEquals(List.of(6L, 7L, 8L), last.longColumn("n").asList());
      assertEquals(3, last.column("last[1]").countMissing());
    }
  }

  private static final String HEAD =
      """
      struct head { u32 len; u32 kind; };
      """;

  @Test
  void whatIsSentBehindATypeIsItsPayload() throws Exception {
    String program =
        Producer.ring(64 << 10)
            + HEAD
            + """
            static long one(u32 i, struct batch *b) {
              char raw[32] = { 1, 0, 0, 0, 7, 0, 0, 0, 0xde, 0xad, 0xbe, 0xef };
              b->lost += !!bpf_ringbuf_output(&sent, (struct head *)raw, i == 3 ? 5 : 8 + 2 * (i & 3), 0);
              return 0;
            }
            """;
    Path parquet = folder.resolve("payload.parquet");
    Path recording = folder.resolve("payload.events");
    try (BpfObject object = Producer.load(program)) {
      assertEquals(0, Producer.send(object, 4, 0));
      Table table =
          object
              .map("sent")
              .events()
              .parquet(parquet, Map.of())
              .record(recording, Map.of())
              .read(4)
              .table();
      assertEquals(List.of("len", "kind", "payload"), table.columnNames());
      assertEquals(List.of("", "dead", "deadbeef", ""), table.stringColumn("payload").asList());
      assertEquals(7L, table.longColumn("kind").get(2));
      assertEquals(1L, table.longColumn("len").get(3));
      assertTrue(table.longColumn("kind").isMissing(3), "only its first byte was sent");
      assertTrue(notes(table).contains("2 events are longer than struct head"), notes(table));
      assertTrue(
          notes(table)
              .contains(
                  "1 event is shorter than struct head, which has 8 bytes: what was not sent is missing"),
          notes(table));
      assertEquals(table.print(), Recording.read(recording, 9).events().table().print());
      assertEquals(table.print(), Replay.of(parquet, 9).table().print());

      Producer.send(object, 1, 0);
      Table without = object.map("sent").events().read(1).table();
      assertEquals(List.of("len", "kind"), without.columnNames(), "nothing was behind any");
    }
  }

  /** What is noted of a call must not bring warnings of its own into a cell. */
  @Test
  void callsAreNotedWithoutWarnings() {
    for (String flags : List.of("0", "0ull", "BPF_F_CURRENT_CPU", "-1", "n")) {
      Cell.compile(
          "#include <skep_records.h>\n"
              + perf("sent")
              + "SEC(\"xdp\") int send(void *c) { u64 n = 1;"
              + (" bpf_perf_event_output(c, &sent, " + flags + ", &n, sizeof(n)); return 0; }"),
          "-Werror");
    }
  }

  /** The kernel copies as many bytes of the packet behind the event as the flags ask for. */
  @Test
  void aPacketBehindAnEventIsItsPayload() throws Exception {
    String program =
        "#include <skep_records.h>\n"
            + HEAD
            + perf("packets")
            + """
            SEC("xdp") int dump(struct xdp_md *ctx) {
              struct head h = { .len = ctx->data_end - ctx->data, .kind = 7 };
              u64 bytes = h.len < 32 ? h.len : 32;
              bpf_perf_event_output(ctx, &packets, BPF_F_CURRENT_CPU | bytes << 32, &h, sizeof(h));
              return XDP_PASS;
            }
            """;
    byte[] packet = new byte[64];
    for (int i = 0; i < packet.length; i++) {
      packet[i] = (byte) (i + 1);
    }
    try (BpfObject object = Cell.load("packets", program)) {
      assertEquals(List.of(), object.notes());
      EventStream stream = object.map("packets").events().open();
      object.program("dump").run(TestRun.once().data(packet));
      stream.close();
      Table table = stream.table();
      assertEquals(List.of("len", "kind", "payload"), table.columnNames());
      assertEquals(64L, table.longColumn("len").get(0));
      String payload = table.stringColumn("payload").get(0);
      assertTrue(payload.startsWith(HexFormat.of().formatHex(packet, 0, 32)), payload);
      assertTrue(payload.length() <= 2 * (32 + 7), payload);
      assertTrue(notes(table).contains("up to 7 bytes of padding"), notes(table));
    }
  }

  /** One that sends a whole type and nothing more has events of two types in its ring. */
  @Test
  void aLongerEventIsNoPayloadWhereNothingIsSentBehindATypeSoThatItIsAnotherType()
      throws Exception {
    try (BpfObject object = Producer.load(Producer.ring(64 << 10) + EventsIT.TWO_KINDS)) {
      Producer.send(object, 3, 0);
      Table table = object.map("sent").events().type("struct other").read(3).table();
      assertFalse(table.columnNames().contains("payload"), table::toString);
      assertEquals(2, table.rowCount());
      String why =
          String.valueOf(
              assertThrows(IllegalArgumentException.class, () -> object.map("sent").events().open())
                  .getMessage());
      assertTrue(why.contains("--type \"struct other\" names one"), why);
      assertTrue(why.contains("--types \"MEMBER:0=struct other,1=struct large\""), why);
    }
  }

  @Test
  void eachOfTwoRingsHasTheTypeThatIsReservedInIt() throws Exception {
    for (String second : List.of("u32 pid; char comm[16];", "u32 tgid;")) {
      String program =
          ring("opens")
              + ring("runs")
              + "struct opened { u32 pid; }; struct ran { "
              + second
              + " };"
              + """
              static __attribute__((noinline)) long open(u64 seq) {
                struct opened *e = bpf_ringbuf_reserve(&opens, sizeof(*e), 0);
                if (!e) return 1;
                e->pid = seq;
                bpf_ringbuf_submit(e, 0);
                return 0;
              }
              static __attribute__((noinline)) long run(u64 seq) {
                struct ran *e = bpf_ringbuf_reserve(&runs, sizeof(*e), 0);
                if (!e) return 1;
                __builtin_memset(e, 0, sizeof(*e));
                *(u32 *)e = seq + 100;
                bpf_ringbuf_submit(e, 0);
                return 0;
              }
              static long one(u32 i, struct batch *b) {
                b->lost += open(b->from + i) + run(b->from + i);
                return 0;
              }
              """;
      try (BpfObject object = Producer.load(program)) {
        assertEquals(0, Producer.send(object, 2, 0));
        Table opens = object.map("opens").events().read(2).table();
        Table runs = object.map("runs").events().read(2).table();
        assertEquals(List.of("pid"), opens.columnNames());
        assertEquals(List.of(0L, 1L), opens.longColumn("pid").asList());
        assertEquals(second.contains("comm") ? 2 : 1, runs.columnCount());
        assertEquals(List.of(100L, 101L), runs.longColumn(0).asList());
        assertEquals(second.contains("tgid") ? "tgid" : "pid", runs.column(0).name());
      }
    }
  }

  @Test
  void aBufferThatIsReachedThroughAPointerHasTheTypeThatNoOtherHas() throws Exception {
    String program =
        perf("opened")
            + perf("closed")
            + perf("others")
            + """
            struct conn { u32 pid; u16 port; };
            struct unlike { u64 what; };
            static long one(u32 i, struct batch *b) {
              struct conn e = {};
              struct unlike o = { .what = i };
              void *map = &opened;
              e.pid = 100 + i;
              if (b->from & 1)
                map = &closed;
              bpf_perf_event_output(b->ctx, map, BPF_F_CURRENT_CPU, &e, sizeof(e));
              bpf_perf_event_output(b->ctx, &others, BPF_F_CURRENT_CPU, &o, sizeof(o));
              return 0;
            }
            """;
    try (BpfObject object = Producer.load(program)) {
      EventStream opened = object.map("opened").events().open();
      EventStream closed = object.map("closed").events().open();
      EventStream others = object.map("others").events().open();
      Producer.send(object, 1, 0);
      Producer.send(object, 2, 1);
      opened.close();
      closed.close();
      others.close();
      assertEquals(List.of("pid", "port"), opened.table().columnNames());
      assertEquals(List.of(100L), opened.table().longColumn("pid").asList());
      assertEquals(List.of(100L, 101L), closed.table().longColumn("pid").asList());
      assertEquals(List.of("what"), others.table().columnNames());
      assertEquals(3, others.table().rowCount());
    }
  }

  @Test
  void eventsOfWhichNothingIsKnownNameTheOption() throws Exception {
    String program =
        Producer.ring(4096)
            + """
            static long one(u32 i, struct batch *b) {
              b->lost += !!bpf_ringbuf_output(&sent, (void *)&b->from, 8, 0);
              return 0;
            }
            """;
    try (BpfObject object = Producer.load(program)) {
      Producer.send(object, 2, 5);
      Table bytes = object.map("sent").events().read(Duration.ZERO).table();
      assertTrue(notes(bytes).contains("--type \"struct event\" names it"), notes(bytes));
      Producer.send(object, 2, 5);
      Table named = object.map("sent").events().type("u64").read(Duration.ZERO).table();
      assertEquals(List.of(5L, 5L), named.longColumn("value").asList());
    }
  }
}
