package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.SyscallException;
import org.skep.bpf.decode.Events;
import org.skep.bpf.read.Snapshot;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;

/** Maps whose entries the kernel itself takes away, or that others fill and empty, while read. */
@Tag("privileged")
@Timeout(120)
class ChangingMapsIT {
  private static final int SOCKETS = 240;

  private static String map(String type, int entries, String key, String value) {
    return """
    struct { __uint(type, BPF_MAP_TYPE_%s); __uint(max_entries, %d);
             __type(key, %s); __type(value, %s); } entries SEC(".maps");
    """
        .formatted(type, entries, key, value);
  }

  private static Map<Long, Long> rows(Snapshot snapshot) {
    Table table = snapshot.table();
    Map<Long, Long> rows = new HashMap<>();
    for (int row = 0; row < table.rowCount(); row++) {
      long key = ((Number) table.column("key").get(row)).longValue();
      long value = ((Number) table.column("value").get(row)).longValue();
      assertEquals(null, rows.put(key, value), () -> key + " came twice");
    }
    return rows;
  }

  /** The kernel takes a socket out of its map when it closes. */
  @ParameterizedTest
  @ValueSource(strings = {"SOCKMAP", "SOCKHASH"})
  void socketsThatStayAreReadWhileOthersClose(String type) throws Exception {
    List<SocketChannel> open = new ArrayList<>();
    try (ServerSocketChannel listening =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), SOCKETS);
        BpfObject object = Cell.load("sockets", map(type, SOCKETS, "u32", "u64"))) {
      BpfMap map = object.map("entries");
      for (int i = 0; i < SOCKETS; i++) {
        add(map, i, listening, open);
      }
      Map<Long, Long> first = rows(map.snapshot());
      assertEquals(SOCKETS, first.size());
      assertEquals(SOCKETS, new HashSet<>(first.values()).size(), "cookies differ");
      Map<Long, Long> staying = new HashMap<>(first);
      staying.keySet().removeIf(key -> key % 3 == 0);
      int complete = 0;
      int partial = 0;
      try (var _ =
          new Meanwhile(
              () -> {
                for (int i = 0; i < SOCKETS; i += 3) {
                  open.get(2 * i).close();
                  open.get(2 * i + 1).close();
                }
                for (int i = 0; i < SOCKETS; i += 3) {
                  add(map, i, listening, open);
                }
              })) {
        for (int i = 0; i < 60; i++) {
          Snapshot snapshot = map.snapshot();
          Map<Long, Long> got = rows(snapshot);
          if (snapshot.completeness().unsure()) {
            continue;
          }
          complete += snapshot.completeness().isComplete() ? 1 : 0;
          partial += got.size() < SOCKETS ? 1 : 0;
          got.keySet().retainAll(staying.keySet());
          assertEquals(staying, got, () -> snapshot.completeness().toString());
        }
      }
      assertTrue(partial > 0, "no socket was closed while the map was read");
      assertTrue(complete > 0 || type.equals("SOCKHASH"), "no reading was complete");
      for (int i = 0; i < SOCKETS; i += 3) {
        open.get(2 * i).close();
        open.get(2 * i + 1).close();
      }
      assertEquals(staying, rows(map.snapshot()));
      assertEquals("complete", map.snapshot().completeness().toString());
    } finally {
      for (SocketChannel each : open) {
        each.close();
      }
    }
  }

  private static void add(
      BpfMap map, int index, ServerSocketChannel listening, List<SocketChannel> open)
      throws IOException {
    SocketChannel client = SocketChannel.open(listening.getLocalAddress());
    SocketChannel server = listening.accept();
    if (open.size() > 2 * index) {
      open.set(2 * index, client);
      open.set(2 * index + 1, server);
    } else {
      open.add(client);
      open.add(server);
    }
    map.put(index, client);
  }

  /** Each value is three times its key, so that a key with another's value shows. */
  private static final String WRITER =
      """
      volatile u32 from, count, refused;
      static long write(u32 i, void *unused)
      {
        u32 key = from + i;
        u64 value = 3ULL * key;
        if (bpf_map_update_elem(&entries, &key, &value, 0))
          refused++;
        return 0;
      }
      SEC("tc") int fill(struct __sk_buff *c) { bpf_loop(count, write, 0, 0); return 0; }
      """;

  private static void fill(BpfObject object, int from, int count) {
    object.global("from").set(from);
    object.global("count").set(count);
    assertEquals(0, Run.once(object.program("fill")));
  }

  /** An LRU hash that evicts all the time has no key that stays, and never a wrong entry. */
  @Test
  void anLruHashThatEvictsGivesNoKeyTwiceAndNoOthersValue() throws Exception {
    int room = 4_096;
    try (BpfObject object = Cell.load("lru", map("LRU_HASH", room, "u32", "u64") + WRITER)) {
      BpfMap map = object.map("entries");
      int[] next = {0};
      int refused;
      try (var _ =
          new Meanwhile(
              () -> {
                fill(object, next[0], 20_000);
                next[0] += 20_000;
              })) {
        for (int i = 0; i < 60; i++) {
          Snapshot snapshot = map.snapshot();
          Map<Long, Long> got = rows(snapshot);
          got.forEach((key, value) -> assertEquals(3 * key, value));
        }
      }
      refused = ((Number) object.global("refused").get()).intValue();
      assertTrue(next[0] >= 40_000 && refused == 0, () -> next[0] + " written");
      Map<Long, Long> quiet = rows(map.snapshot());
      Set<Object> counted = new HashSet<>();
      assertEquals(
          "complete",
          Ways.read(
                  map,
                  Ways.plain(map),
                  (keys, v, stride, count) -> {
                    for (int i = 0; i < count; i++) {
                      counted.add(keys.getAtIndex(ValueLayout.JAVA_INT, i));
                    }
                  })
              .toString());
      assertEquals(counted.size(), quiet.size());
      assertTrue(quiet.size() > room / 2 && quiet.size() <= room, () -> "" + quiet.size());
      for (long key : quiet.keySet()) {
        assertEquals(Optional.of(3 * key), map.get(key));
        assertTrue(key < next[0]); // a CPU may keep some that are old in its own list
      }
    }
  }

  /** With room enough nothing is evicted: what stays is in each reading. */
  @Test
  void anLruHashWithRoomKeepsWhatIsNotRemoved() throws Exception {
    try (BpfObject object = Cell.load("lru", map("LRU_HASH", 20_000, "u32", "u64") + WRITER)) {
      BpfMap map = object.map("entries");
      fill(object, 0, 2_000);
      List<Integer> others = new ArrayList<>();
      for (int i = 2_000; i < 2_500; i++) {
        others.add(i);
      }
      try (var _ =
          new Meanwhile(
              () -> {
                fill(object, 2_000, 500);
                assertEquals(500, map.removeAll(others));
              })) {
        for (int i = 0; i < 60; i++) {
          Snapshot snapshot = map.snapshot();
          Map<Long, Long> got = rows(snapshot);
          assertEquals("complete", snapshot.completeness().toString());
          got.keySet().removeIf(key -> key >= 2_000);
          assertEquals(2_000, got.size());
          got.forEach((key, value) -> assertEquals(3 * key, value));
        }
      }
    }
  }

  /** What is pushed is popped once and in its order, whoever looks meanwhile. */
  @Test
  void aQueueLosesNothingWhileItIsLookedAt() throws Exception {
    String program =
        """
        struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 64); __type(value, u64);
        } entries SEC(".maps");
        u64 next, refused;
        static long one(u32 i, void *unused)
        {
          u64 value = next + 1;
          if (bpf_map_push_elem(&entries, &value, 0))
            refused++;
          else
            next = value;
          return 0;
        }
        SEC("tc") int push(struct __sk_buff *c) { bpf_loop(50, one, 0, 0); return 0; }
        """;
    try (BpfObject object = Cell.load("queue", program)) {
      BpfMap queue = object.map("entries");
      List<Long> popped = new ArrayList<>();
      try (var _ = new Meanwhile(() -> assertEquals(0, Run.once(object.program("push"))));
          var _ = new Meanwhile(() -> queue.pop().ifPresent(v -> popped.add((Long) v)))) {
        long last = 0;
        for (int i = 0; i < 2_000; i++) {
          Snapshot snapshot = queue.snapshot();
          if (snapshot.rows() > 0) {
            assertFalse(snapshot.completeness().isComplete());
            long head = ((LongColumn) snapshot.table().column(0)).get(0);
            assertTrue(head >= last, last + " then " + head);
            last = head;
          }
        }
      }
      while (queue.pop().map(v -> popped.add((Long) v)).isPresent()) {}
      long pushed = ((Number) object.global("next").get()).longValue();
      assertEquals(pushed, popped.size());
      for (int i = 0; i < popped.size(); i++) {
        assertEquals(i + 1L, popped.get(i));
      }
      assertTrue(((Number) object.global("refused").get()).longValue() > 0);
      for (int i = 0; i < 64; i++) {
        queue.push(i);
      }
      var full = assertThrows(SyscallException.class, () -> queue.push(1));
      assertTrue(String.valueOf(full.getMessage()).contains("it is full"), full.getMessage());
    }
  }

  /** Buffers that outlive their reader in the map: the next reading has its own, and its loss. */
  @Test
  void aPerfBufferThatIsPreservedIsReadAgainWithItsLoss() throws Exception {
    String sending =
        Producer.PERF.replace(
            "__uint(key_size, 4);",
            "__uint(map_flags, 0x800 /* PRESERVE_ELEMS */); __uint(key_size, 4);");
    try (BpfObject object = Producer.load(sending)) {
      for (int round = 0; round < 3; round++) {
        int lost;
        Events events;
        try (var stream =
            object
                .map("sent")
                .events()
                .bufferBytes(4_096)
                .open(Duration.ofMillis(300), Long.MAX_VALUE)) {
          lost = Producer.send(object, 1_000, 1_000L * round);
          events = stream.await();
        }
        assertTrue(lost > 0);
        assertEquals(OptionalLong.of(lost), events.status().lost());
        assertEquals(1_000 - lost, events.table().rowCount());
        assertTrue(events.table().longColumn("seq").min() >= 1_000.0 * round);
      }
    }
  }
}
