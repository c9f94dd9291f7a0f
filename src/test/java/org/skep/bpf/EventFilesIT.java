package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.skep.bpf.decode.Events;
import org.skep.bpf.events.EventStream;
import org.skep.bpf.read.Snapshot;
import org.skep.bpf.recording.Replay;
import org.skep.parquet.ParquetTable;
import org.skep.table.NotedTable;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;

/** Events and maps in files, and back without BPF. */
@Tag("privileged")
@Timeout(120)
class EventFilesIT {
  private static final String RING = Producer.ring(1 << 22) + Producer.RESERVE;

  @TempDir Path folder;

  private static String notes(Table table) {
    return String.join("\n", NotedTable.notesOf(table));
  }

  @Test
  void aParquetFileHasAllEventsAndTheTableTheLast() throws InterruptedException {
    Path file = folder.resolve("sent.parquet");
    try (BpfObject object = Producer.load(RING)) {
      long all = 0;
      Events events;
      try (EventStream stream =
          object
              .map("sent")
              .events()
              .keep(1_000)
              .parquet(file, Map.of("source", "int x;"))
              .open(null, 700_000)) {
        while (all < 700_000) {
          assertEquals(0, Producer.send(object, 50_000, all));
          all += 50_000;
          while (stream.status().received() < all) {
            Thread.sleep(1);
          }
        }
        events = stream.await();
      }
      assertEquals(1_000, events.table().rowCount());
      assertTrue(notes(events.table()).contains("sent.parquet has all 700,000 events"));
      Replay replayed = Replay.of(file, 1_000_000);
      NotedTable table = replayed.table();
      assertEquals(events.table().columnNames(), table.columnNames());
      assertEquals(700_000, table.rowCount());
      for (int row = 0; row < 700_000; row++) {
        assertEquals(row, table.longColumn("seq").getLong(row));
      }
      assertEquals(
          events.table().first(5).print().lines().skip(2).toList(),
          Table.create("x", table.last(1_000).columns()).first(5).print().lines().skip(2).toList());
      assertTrue(notes(table).contains("0 dropped"), notes(table));
      assertTrue(notes(table).contains("a recording of 20"), notes(table));
      assertEquals("int x;", replayed.about().get("source"));
      assertTrue(String.valueOf(replayed.about().get("type struct event")).contains("comm"));
      assertEquals("0", replayed.about().get("lost"));
      assertEquals(7, Replay.of(file, 7).table().rowCount());
    }
  }

  @Test
  void eventsOfSeveralTypesStayInTheirOrder() throws InterruptedException {
    Path file = folder.resolve("two.parquet");
    try (BpfObject object = Producer.load(Producer.ring(64 << 10) + EventsIT.TWO_KINDS)) {
      Producer.send(object, 9, 0);
      Table table =
          object
              .map("sent")
              .events()
              .types("kind", Map.of("0", "struct other", "1", "struct large"))
              .parquet(file, Map.of())
              .read(9)
              .table();
      NotedTable replayed = Replay.of(file, 100).table();
      assertEquals(table.columnNames(), replayed.columnNames());
      assertEquals(table.print(), replayed.print());
      assertTrue(notes(replayed).contains("3 events left out"), notes(replayed));
    }
  }

  @Test
  void unsignedNumbersTimesAndBytesSurvive() throws InterruptedException {
    Path file = folder.resolve("odd.parquet");
    String program =
        """
        struct odd { u64 big; u64 at skep_time; u64 took skep_ns; u8 raw[5]; char text[8]; _Bool yes; };
        struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 65536); } sent SEC(".maps");
        static long one(u32 i, struct batch *b) {
          struct odd *e = skep_reserve(&sent, struct odd);
          if (!e) return 0;
          e->big = i ? ~0ull - i : 5; e->at = bpf_ktime_get_ns(); e->took = 1500;
          e->raw[0] = 0; e->raw[1] = 255; e->raw[2] = i; e->raw[3] = 10; e->raw[4] = 34;
          __builtin_memcpy(e->text, "a\\n\\"b", 5); e->yes = i & 1;
          skep_submit(e);
          return 0;
        }
        """;
    try (BpfObject object = Producer.load(program)) {
      Producer.send(object, 3, 0);
      Table table = object.map("sent").events().parquet(file, Map.of()).read(3).table();
      NotedTable replayed = Replay.of(file, 100).table();
      assertEquals(table.columnNames(), replayed.columnNames());
      assertEquals(table.print(), replayed.print());
      assertEquals(ColumnType.INSTANT, replayed.column("at").type());
      assertEquals("18446744073709551614", replayed.stringColumn("big.exact").get(1));
      assertEquals("1.50 µs", replayed.column("took").getString(0));
      assertTrue(notes(replayed).contains("2 values do not fit into 63 bits"), notes(replayed));
    }
  }

  /** A copy of the file is what a killed process would have left behind. */
  @Test
  void whatWasWrittenBeforeAKillIsReadAndSaidToBeCut() throws Exception {
    Path file = folder.resolve("sent.parquet");
    Path left = folder.resolve("left.parquet");
    try (BpfObject object = Producer.load(RING);
        EventStream stream = object.map("sent").events().parquet(file, Map.of()).open()) {
      Producer.send(object, 100, 0);
      while (ParquetTable.read(file, 1_000).rows() < 100) {
        Thread.sleep(100);
      }
      Producer.send(object, 100, 100);
      Files.copy(file, left);
      while (ParquetTable.read(file, 1_000).rows() < 200) {
        Thread.sleep(100);
      }
      NotedTable table = Replay.of(left, 1_000).table();
      assertEquals(100, table.rowCount());
      assertTrue(notes(table).contains("ends early"), notes(table));
      assertFalse(stream.isEnded());
    }
    assertFalse(notes(Replay.of(file, 1_000).table()).contains("ends early"));
  }

  @Test
  void aFullDiskEndsTheReadingAndKeepsWhatWasRead() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString());
    try (BpfObject object = Producer.load(RING)) {
      for (String kind : List.of("parquet", "events")) {
        Path file = disk.resolve("full." + kind);
        var source = object.map("sent").events();
        source =
            kind.equals("parquet") ? source.parquet(file, Map.of()) : source.record(file, Map.of());
        try (EventStream stream = source.open()) {
          for (long sent = 0; !stream.isEnded(); sent += 10_000) {
            Producer.send(object, 10_000, sent * 0x9e3779b97f4a7c15L);
            Thread.sleep(1);
          }
          String why = String.valueOf(stream.failure().orElseThrow().getMessage());
          assertTrue(why.contains("No space left on device"), why);
          assertTrue(why.contains(file.toString()), why);
          NotedTable table = stream.table();
          assertTrue(table.rowCount() > 1_000, kind + " " + stream.status() + notes(table));
          assertTrue(notes(table).contains("the reading ended early"), notes(table));
          NotedTable read = Replay.of(file, 1_000_000).table();
          assertTrue(notes(read).contains("ends early"), notes(read));
        }
        Files.delete(file);
        object.map("sent").events().read(java.time.Duration.ZERO);
      }
      assertThrows(
          UncheckedIOException.class,
          () -> object.map("sent").events().parquet(Path.of("/no/such/x"), Map.of()).open());
      object.map("sent").events().open().close();
    } finally {
      run("umount", "-l", disk.toString());
    }
  }

  private static void run(String... command) throws Exception {
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), command[0]);
  }

  @Test
  void aMapIsTheSameTableElsewhere() {
    Path file = folder.resolve("map.parquet");
    String program =
        """
        #include <skep.h>
        struct key { u32 pid; u8 addr[4] skep_ipv4; };
        struct value { u64 bytes skep_bytes; u64 big; s64 low; enum { NO, YES } answer; };
        struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 100);
                 __type(key, struct key); __type(value, struct value); } seen SEC(".maps");
        struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 3);
                 __type(key, u32); __type(value, u64); } each SEC(".maps");
        """;
    try (BpfObject object = Cell.load("maps", program)) {
      BpfMap map = object.map("seen");
      for (int i = 0; i < 20; i++) {
        map.put(
            Map.of("pid", i, "addr", List.of(10, 0, 0, i)),
            Map.of(
                "bytes",
                2048 * i,
                "big",
                i == 3 ? new java.math.BigInteger("18446744073709551615") : i,
                "low",
                -i,
                "answer",
                i % 3));
      }
      Snapshot snapshot = map.snapshot();
      snapshot.record(file, Map.of("clang", "19.1", "source", program));
      Replay replayed = Replay.of(file, 1_000);
      assertEquals(snapshot.table().print(), replayed.table().print());
      assertEquals(snapshot.table().columnNames(), replayed.table().columnNames());
      assertEquals(program, replayed.about().get("source"));
      List<String> expected = NotedTable.notesOf(snapshot.table());
      assertEquals(expected, replayed.table().notes().subList(0, expected.size()));
      assertTrue(notes(replayed.table()).contains("20 entries"), notes(replayed.table()));
      assertTrue(notes(replayed.table()).contains("complete"), notes(replayed.table()));
      assertTrue(notes(replayed.table()).contains("a recording of 20"), notes(replayed.table()));

      object.map("each").snapshot().record(file, Map.of());
      assertEquals(object.map("each").perCpu().print(), Replay.of(file, 1_000).table().print());
    }
  }

  /** A copy of the file is what a killed process would have left behind. */
  @Test
  void aRecordingOfAKilledProcessHasWhatWasFlushed() throws Exception {
    Path file = folder.resolve("killed.events");
    Path left = folder.resolve("left.events");
    try (BpfObject object = Producer.load(RING);
        EventStream stream = object.map("sent").events().record(file, Map.of()).open()) {
      Producer.send(object, 500, 0);
      while (Replay.of(file, 10_000).table().rowCount() < 500) {
        assertFalse(stream.isEnded());
        Thread.sleep(50);
      }
      Files.copy(file, left);
    }
    NotedTable table = Replay.of(left, 10_000).table();
    for (int row = 0; row < 500; row++) {
      assertEquals(row, table.longColumn("seq").getLong(row));
    }
    assertTrue(notes(table).contains("ends early"), notes(table));
    assertFalse(notes(Replay.of(file, 10_000).table()).contains("ends early"));

    byte[] whole = Files.readAllBytes(file);
    byte[] plain;
    try (var in = new java.util.zip.GZIPInputStream(Files.newInputStream(file))) {
      plain = in.readAllBytes();
    }
    int refused = 0;
    int read = 0;
    for (int seed = 0; seed < 200; seed++) {
      var random = new java.util.Random(seed);
      byte[] bytes = seed % 4 == 0 ? whole.clone() : plain.clone();
      // the head says most
      int from = seed % 2 == 0 ? bytes.length : Math.min(bytes.length, 6_000);
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        bytes[random.nextInt(from)] = (byte) random.nextInt(256);
      }
      int length = seed % 8 == 3 ? random.nextInt(bytes.length) : bytes.length;
      try (var out =
          seed % 4 == 0
              ? Files.newOutputStream(left)
              : new java.util.zip.GZIPOutputStream(Files.newOutputStream(left))) {
        out.write(bytes, 0, length);
      }
      try {
        assertTrue(Replay.of(left, 100).table().rowCount() <= 100);
        read++;
      } catch (IllegalArgumentException | UncheckedIOException e) {
        assertTrue(
            String.valueOf(e.getMessage()).startsWith("replay '" + left + "': "), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 10 && read > 10, refused + " refused, " + read + " read");
  }

  @Test
  void eventsOfOneMillisecondKeepTheirNanoseconds() throws InterruptedException {
    Path file = folder.resolve("nanos.parquet");
    String program =
        """
        struct timed { u64 at skep_time; u64 took; };
        struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 65536); } sent SEC(".maps");
        static long one(u32 i, struct batch *b) {
          struct timed *e = skep_reserve(&sent, struct timed);
          if (!e) return 0;
          e->at = e->took = 1000000000ull + 7 * i;
          skep_submit(e);
          return 0;
        }
        """;
    try (BpfObject object = Producer.load(program)) {
      Producer.send(object, 500, 0);
      Table table = object.map("sent").events().parquet(file, Map.of()).read(500).table();
      var written = org.skep.table.Nanoseconds.of(table.instantColumn("at"));
      var read = org.skep.table.Nanoseconds.of(Replay.of(file, 1_000).table().instantColumn("at"));
      assertEquals(500, written.unique().size());
      assertEquals(500, read.unique().size());
      for (int row = 0; row < 500; row++) {
        assertEquals(7L * row, read.getLong(row) - read.getLong(0), "row " + row);
        assertEquals(7L * row, written.getLong(row) - written.getLong(0), "row " + row);
      }
    }
  }

  /** What is behind a recording, or wrong in it, is said; a file is one thing. */
  @Test
  void joinedDamagedAndSharedFilesAreTold() throws Exception {
    Path one = folder.resolve("one.events");
    Path two = folder.resolve("two.events");
    try (BpfObject object = Producer.load(RING)) {
      Producer.send(object, 5, 0);
      object.map("sent").events().record(one, Map.of()).read(5);
      Producer.send(object, 5, 5);
      object.map("sent").events().record(two, Map.of()).read(5);
      byte[] whole = Files.readAllBytes(one);
      assertEquals("", told(two, whole));
      byte[] both = java.util.Arrays.copyOf(whole, 2 * whole.length);
      System.arraycopy(whole, 0, both, whole.length, whole.length);
      assertTrue(told(two, both).contains("what follows is not read"), told(two, both));
      byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 1);
      assertTrue(told(two, cut).contains("ends before its checksum"), told(two, cut));
      byte[] wrong = whole.clone();
      wrong[whole.length - 8] ^= 1; // the checksum
      assertTrue(told(two, wrong).contains("its checksum is wrong"), told(two, wrong));

      Path link = Files.createSymbolicLink(folder.resolve("link"), two);
      var source = object.map("sent").events().record(two, Map.of()).parquet(link, Map.of());
      var e = assertThrows(IllegalArgumentException.class, source::open);
      assertTrue(String.valueOf(e.getMessage()).contains("cannot be one file"), e.getMessage());
      object.map("sent").events().open().close(); // it is free again
    }
    for (int keep : new int[] {0, -1}) {
      for (Path file : List.of(one, folder.resolve("none.parquet"))) {
        var e = assertThrows(IllegalArgumentException.class, () -> Replay.of(file, keep));
        assertEquals(
            "replay '" + file + "': keep " + keep + " rows: expected 1 to 536870912",
            e.getMessage());
      }
    }
  }

  /** The notes that a whole recording does not have. */
  private static String told(Path file, byte[] bytes) throws Exception {
    Files.write(file, bytes);
    NotedTable table = Replay.of(file, 10).table();
    assertEquals(5, table.rowCount());
    return table.notes().stream()
        .filter(n -> n.contains("file"))
        .collect(java.util.stream.Collectors.joining("\n"));
  }
}
