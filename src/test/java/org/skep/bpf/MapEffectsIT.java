package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.SyscallException;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.read.Completeness;
import org.skep.host.Mounts;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.PerfEvents;

/** What a program does differently when Java changes a map of things of the kernel. */
@Tag("privileged")
@Timeout(60)
class MapEffectsIT {
  private static final String MAP =
      """
      #define MAP(name, kind, n, k, v)                                                   \\
        struct { __uint(type, kind); __uint(max_entries, n); __type(key, k);             \\
                 __type(value, v); } name SEC(".maps")
      const volatile u32 me;
      """;

  /** Loads and attaches programs that look for this thread by {@code me}. */
  private static BpfObject attached(String name, String text) throws InterruptedException {
    OpenBpfObject open = OpenBpfObject.open(name, Cell.compile(MAP + text));
    open.global("me").set(Libc.gettid());
    return open.load().attachAll();
  }

  private static long number(BpfObject object, String global) {
    return ((Number) object.global(global).get()).longValue();
  }

  @Test
  void aTaskIsFoundUnderTheGroupThatWasPut() throws Exception {
    Path root = Mounts.cgroup2().orElseThrow();
    Path empty = Files.createDirectories(root.resolve("skep-under-" + Libc.gettid()));
    try (BpfObject object =
        attached(
            "under",
            """
            MAP(groups, BPF_MAP_TYPE_CGROUP_ARRAY, 1, u32, u32);
            volatile int under = 99;
            SEC("tracepoint/syscalls/sys_enter_gettid") int look(void *ctx)
            {
              if ((u32)bpf_get_current_pid_tgid() == me)
                under = bpf_current_task_under_cgroup(&groups, 0);
              return 0;
            }
            """)) {
      BpfMap groups = object.map("groups");
      Libc.gettid();
      assertEquals(-11, number(object, "under"), "EAGAIN of an empty slot");
      groups.put(0, root);
      Libc.gettid();
      assertEquals(1, number(object, "under"));
      groups.put(0, empty);
      Libc.gettid();
      assertEquals(0, number(object, "under"));
      assertTrue(groups.remove(0));
      Libc.gettid();
      assertEquals(-11, number(object, "under"));
    } finally {
      Files.delete(empty);
    }
  }

  /** An event of this thread is a counter that the program reads, once it is in the map. */
  @Test
  void anEventThatWasPutIsReadByTheProgram() throws Exception {
    int event = PerfEvents.open(1, 1, 0, false, 0, -1); // the CPU time of this thread
    assertTrue(event >= 0, () -> "perf_event_open: " + event);
    try (BpfObject object =
        attached(
            "counter",
            """
            struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(max_entries, 1);
                     __uint(key_size, 4); __uint(value_size, 4); } events SEC(".maps");
            volatile u64 nanos;
            volatile int failed = 99;
            SEC("tracepoint/syscalls/sys_enter_gettid") int look(void *ctx)
            {
              struct bpf_perf_event_value value = {};

              if ((u32)bpf_get_current_pid_tgid() != me)
                return 0;
              failed = bpf_perf_event_read_value(&events, 0, &value, sizeof(value));
              nanos = value.counter;
              return 0;
            }
            """)) {
      BpfMap events = object.map("events");
      Libc.gettid();
      assertEquals(-2, number(object, "failed"), "ENOENT of an empty slot");
      events.put(0, event);
      Libc.gettid();
      assertEquals(0, number(object, "failed"));
      long first = number(object, "nanos");
      Libc.gettid();
      assertTrue(number(object, "nanos") > first, () -> "no more than " + first);
      assertTrue(events.remove(0));
      Libc.gettid();
      assertEquals(-2, number(object, "failed"));
    } finally {
      Libc.close(event);
    }
  }

  @Test
  void aProgramAddsToWhatWasPutForItsGroup() throws Exception {
    Path root = Mounts.cgroup2().orElseThrow();
    String own =
        Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
            .filter(line -> line.startsWith("0::"))
            .findFirst()
            .orElseThrow()
            .substring("0::/".length());
    Path group = root.resolve(own);
    try (BpfObject object =
        attached(
            "groups",
            """
            struct cgroup;
            struct css_set { struct cgroup *dfl_cgrp; } __attribute__((preserve_access_index));
            struct task_struct { struct css_set *cgroups; }
              __attribute__((preserve_access_index));
            struct { __uint(type, 32); __uint(map_flags, BPF_F_NO_PREALLOC);
                     __type(key, int); __type(value, u64); } calls SEC(".maps");
            SEC("tp_btf/sys_enter") int enter(u64 *ctx)
            {
              struct task_struct *task = (void *)bpf_get_current_task_btf();
              u64 *n;

              if ((u32)bpf_get_current_pid_tgid() != me)
                return 0;
              n = bpf_cgrp_storage_get(&calls, task->cgroups->dfl_cgrp, 0, 0);
              if (n)
                __sync_fetch_and_add(n, 1);
              return 0;
            }
            """)) {
      BpfMap calls = object.map("calls");
      Libc.gettid();
      assertEquals(Optional.empty(), calls.get(group));
      calls.put(group, 1_000);
      Libc.gettid();
      assertTrue((Long) calls.get(group).orElseThrow() > 1_000);
      assertTrue(calls.remove(group));
      Libc.gettid();
      assertEquals(Optional.empty(), calls.get(group));
    }
  }

  /** What one connection sends arrives at the other, whose socket has the key. */
  @Test
  void aMessageGoesToTheSocketOfAKey() throws IOException {
    try (ServerSocketChannel listening = captureLog();
        SocketChannel from = SocketChannel.open(listening.getLocalAddress());
        SocketChannel fromPeer = listening.accept();
        SocketChannel to = SocketChannel.open(listening.getLocalAddress());
        SocketChannel toPeer = listening.accept();
        BpfObject object =
            Cell.load(
                "messages",
                MAP
                    + """
                    MAP(sockets, BPF_MAP_TYPE_SOCKHASH, 4, u32, u64);
                    SEC("sk_msg") int verdict(struct sk_msg_md *msg)
                    {
                      u32 key = 4711;

                      if (bpf_msg_redirect_hash(msg, &sockets, &key, BPF_F_INGRESS) == SK_PASS)
                        return SK_PASS;
                      return SK_DROP;
                    }
                    """)) {
      BpfMap sockets = object.map("sockets");
      object.program("verdict").attach(new AttachPoint.SocketMap(sockets));
      sockets.put(1, from);
      sockets.put(4711, toPeer);
      assertEquals(2, sockets.table().rowCount());
      assertTrue(sockets.table().longColumn("value").get(0) > 0, "no cookie");
      from.write(bytes("over"));
      assertEquals("over", read(toPeer, 4));
      assertTrue(sockets.remove(1));
      from.write(bytes("home"));
      assertEquals("home", read(fromPeer, 4));
      assertTrue(to.isConnected());
    }
  }

  private static ServerSocketChannel captureLog() throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String read(SocketChannel channel, int length) throws IOException {
    ByteBuffer got = ByteBuffer.allocate(length);
    while (got.hasRemaining()) {
      assertTrue(channel.read(got) > 0, "the connection was closed");
    }
    return new String(got.array(), StandardCharsets.UTF_8);
  }

  /** Of two sockets with one port the program says which gets a datagram. */
  @Test
  void aDatagramGoesToTheSocketOfAnIndex() throws IOException {
    try (DatagramChannel first =
            sharing(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        DatagramChannel sender = DatagramChannel.open();
        BpfObject object =
            Cell.load(
                "shared",
                MAP
                    + """
                    MAP(sockets, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, 2, u32, u64);
                    volatile u32 wanted;
                    SEC("sk_reuseport") int choose(struct sk_reuseport_md *ctx)
                    {
                      u32 key = wanted;

                      return bpf_sk_select_reuseport(ctx, &sockets, &key, 0) ? SK_DROP : SK_PASS;
                    }
                    """)) {
      BpfMap sockets = object.map("sockets");
      sockets.put(0, first);
      BpfLink chosen = object.program("choose").attach(AttachPoint.Socket.of(first));
      try (DatagramChannel second = sharing(first.getLocalAddress())) {
        sockets.put(1, second);
        assertEquals(2, sockets.table().rowCount());
        for (int wanted : new int[] {0, 1, 1, 0}) {
          object.global("wanted").set(wanted);
          sender.send(bytes("to " + wanted), first.getLocalAddress());
          ByteBuffer got = ByteBuffer.allocate(16);
          (wanted == 0 ? first : second).receive(got);
          assertEquals(
              "to " + wanted, new String(got.array(), 0, got.position(), StandardCharsets.UTF_8));
        }
        chosen.close();
        object.global("wanted").set(99); // with the program all would be dropped
        sender.send(bytes("to all"), first.getLocalAddress());
        first.configureBlocking(false);
        second.configureBlocking(false);
        ByteBuffer got = ByteBuffer.allocate(16);
        long end = System.nanoTime() + 5_000_000_000L;
        while (got.position() == 0 && System.nanoTime() < end) {
          if (first.receive(got) == null) {
            second.receive(got);
          }
        }
        assertEquals(6, got.position(), "it is still attached");
      }
    }
  }

  /** Whichever of the sockets that share a port is meant, and in whatever form Java has it. */
  @Test
  void socketsThatShareAPortAreToldApart() throws IOException {
    InetAddress context = InetAddress.getLoopbackAddress();
    try (BpfObject object =
            Cell.load(
                "apart", MAP + "MAP(sockets, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, 4, u32, u64);");
        ServerSocketChannel first =
            ServerSocketChannel.open().setOption(StandardSocketOptions.SO_REUSEPORT, true)) {
      first.bind(new InetSocketAddress(context, 0));
      try (ServerSocketChannel second =
              ServerSocketChannel.open().setOption(StandardSocketOptions.SO_REUSEPORT, true);
          ServerSocket third = new ServerSocket()) {
        second.bind(first.getLocalAddress());
        third.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        third.bind(first.getLocalAddress());
        BpfMap sockets = object.map("sockets");
        boolean reused = first.getOption(StandardSocketOptions.SO_REUSEADDR);
        sockets.putAll(Map.of(0, first, 1, second, 2, third));
        assertEquals(
            3, sockets.table().longColumn("value").asSet().size(), "three sockets, three cookies");
        assertEquals(reused, first.getOption(StandardSocketOptions.SO_REUSEADDR));
        var twice = assertThrows(SyscallException.class, () -> sockets.put(3, second));
        assertTrue(String.valueOf(twice.getMessage()).contains("remove it"), twice::getMessage);
        Object cookie = sockets.get(1).orElseThrow();
        assertTrue(sockets.remove(1));
        sockets.put(3, second);
        assertEquals(Optional.of(cookie), sockets.get(3));
      }
    }
  }

  private static DatagramChannel sharing(SocketAddress address) throws IOException {
    return DatagramChannel.open(java.net.StandardProtocolFamily.INET)
        .setOption(StandardSocketOptions.SO_REUSEPORT, true)
        .bind(address);
  }

  /** A hash that is full refuses what a program adds; one that forgets makes room. */
  @Test
  void aFullHashRefusesAProgramWhereAnLruForgets() {
    try (BpfObject object =
        Cell.load(
            "full",
            MAP
                + """
                MAP(hash, BPF_MAP_TYPE_HASH, 64, u32, u32);
                MAP(lru, BPF_MAP_TYPE_LRU_HASH, 64, u32, u32);
                volatile u32 next, hash_failed, lru_failed;
                volatile int failure;
                SEC("tc") int add(struct __sk_buff *ctx)
                {
                  u32 key = next++;
                  int result = bpf_map_update_elem(&hash, &key, &key, 0);

                  if (result) {
                    failure = result;
                    hash_failed++;
                  }
                  if (bpf_map_update_elem(&lru, &key, &key, 0))
                    lru_failed++;
                  return 0;
                }
                """)) {
      for (int i = 0; i < 500; i++) {
        Run.once(object.program("add"));
      }
      assertEquals(64, object.map("hash").entries().size());
      assertEquals(500 - 64, number(object, "hash_failed"));
      assertEquals(-7, number(object, "failure"), "E2BIG");
      assertEquals(0, number(object, "lru_failed"));
      int kept = object.map("lru").entries().size();
      assertTrue(kept > 0 && kept <= 64, () -> "" + kept);
      assertEquals(Optional.of(499L), object.map("lru").get(499));
      assertEquals(Optional.empty(), object.map("hash").get(499));
    }
  }

  /** What a full map refused is said where the map is looked at. */
  @Test
  void aTableTellsWhatItsMapRefused() {
    try (BpfObject object =
        Cell.load(
            "refusing",
            "#include <skep.h>\n"
                + MAP
                + """
                MAP(counts, BPF_MAP_TYPE_HASH, 64, u32, u64);
                MAP(calm, BPF_MAP_TYPE_HASH, 64, u32, u64);
                volatile u32 next;
                SEC("tc") int add(struct __sk_buff *ctx)
                {
                  u32 key = next++, one = 1;

                  skep_count(&counts, &key);
                  skep_count(&calm, &one);
                  return 0;
                }
                """)) {
      BpfMap counts = object.map("counts");
      for (int i = 0; i < 63; i++) {
        Run.once(object.program("add"));
      }
      assertEquals(List.of(), counts.snapshot().losses());
      for (int i = 0; i < 37; i++) {
        Run.once(object.program("add"));
      }
      assertEquals(
          List.of("full, new keys are refused (max_entries is 64)", "36 updates were refused"),
          counts.snapshot().losses());
      assertTrue(counts.table().toString().contains("36 updates were refused"));
      assertEquals(List.of(), object.map("calm").snapshot().losses());
    }
  }

  /** Keys of one byte are walked in batches with a cursor of the four bytes that it takes. */
  @Test
  void everyKeyOfOneByteIsReadInBatches() {
    try (BpfObject object =
        Cell.load("bytes", MAP + "MAP(bytes, BPF_MAP_TYPE_HASH, 256, u8, u32);")) {
      BpfMap map = object.map("bytes");
      for (int i = 0; i < 256; i++) {
        map.put(i, i);
      }
      var seen = new java.util.TreeSet<Integer>();
      Completeness said =
          Ways.read(
              map,
              Ways.batches(map, 3),
              (keys, values, stride, count) -> {
                for (int i = 0; i < count; i++) {
                  seen.add(Byte.toUnsignedInt(keys.get(ValueLayout.JAVA_BYTE, i)));
                }
              });
      assertTrue(said.isComplete());
      assertEquals(256, seen.size());
    }
  }

  @Test
  void aKeyOrValueOfAnotherSizeIsRefused() {
    try (BpfObject object =
        Cell.load("sizes", MAP + "MAP(sizes, BPF_MAP_TYPE_HASH, 8, u32, u64);")) {
      BpfMap map = object.map("sizes");
      assertThrows(IllegalArgumentException.class, () -> map.get(new byte[3]));
      assertThrows(IllegalArgumentException.class, () -> map.put(new byte[8], 1));
      assertThrows(IllegalArgumentException.class, () -> map.put(1, new byte[4]));
      assertThrows(IllegalArgumentException.class, () -> map.remove(new byte[5]));
      assertEquals(0, map.table().rowCount());
    }
  }

  /** The kernel keeps 15 characters of a name: two maps that it calls the same stay apart. */
  @Test
  void mapsWithLongNamesAreToldApart() {
    try (BpfObject object =
        Cell.load(
            "names",
            MAP
                + """
                MAP(packets_of_each_peer, BPF_MAP_TYPE_HASH, 8, u32, u32);
                MAP(packets_of_each_port, BPF_MAP_TYPE_HASH, 8, u32, u32);
                """)) {
      object.map("packets_of_each_peer").put(1, 1);
      assertEquals(1, object.map("packets_of_each_peer").table().rowCount());
      assertEquals(0, object.map("packets_of_each_port").table().rowCount());
      assertEquals("packets_of_each_port", object.map("packets_of_each_port").name());
    }
  }

  /** Sizes stay as they were written: a port without a program keeps its four bytes. */
  @Test
  void theSizesOfADefinitionAreKept() {
    try (BpfObject object =
        Cell.load(
            "kept",
            MAP
                + """
                MAP(ports, BPF_MAP_TYPE_DEVMAP, 4, u32, u32);
                MAP(wide, BPF_MAP_TYPE_DEVMAP, 4, u32, struct bpf_devmap_val);
                """)) {
      assertEquals(4, object.map("ports").held().shape().valueBytes());
      assertEquals(8, object.map("wide").held().shape().valueBytes());
      assertEquals(4, object.map("ports").maxEntries());
    }
  }

  @Test
  void whatTheKernelRefusesIsSaidWithTheRemedy() {
    for (String kind : List.of("LPM_TRIE", "SK_STORAGE", "TASK_STORAGE")) {
      var flag =
          assertThrows(
              SyscallException.class,
              () ->
                  Cell.load(
                      "unflagged",
                      MAP
                          + """
                          struct prefix { u32 length; u8 address[4]; };
                          struct { __uint(type, BPF_MAP_TYPE_%s); __uint(max_entries, %d);
                                   __type(key, %s); __type(value, u32); } flag SEC(".maps");
                          """
                              .formatted(
                                  kind,
                                  kind.endsWith("TRIE") ? 8 : 0,
                                  kind.endsWith("TRIE") ? "struct prefix" : "int")));
      assertEquals(
          "create map 'flag': its type is not preallocated (write __uint(map_flags,"
              + " BPF_F_NO_PREALLOC) in its definition)",
          flag.getMessage());
    }
    var bare =
        assertThrows(
            SyscallException.class,
            () -> Cell.load("bare", MAP + "MAP(outer, BPF_MAP_TYPE_ARRAY_OF_MAPS, 8, u32, u32);"));
    assertTrue(String.valueOf(bare.getMessage()).contains("__array(values"), bare::getMessage);
  }

  /** The kernel takes powers of two of whole pages: any other size becomes the next of them. */
  @Test
  void aRingOfAnySizeGetsPages() {
    try (BpfObject object =
        Cell.load(
            "ring",
            "struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 5000); } ring"
                + " SEC(\".maps\");")) {
      assertEquals(Math.max(8192, Libc.getpagesize()), object.map("ring").maxEntries());
    }
  }
}
