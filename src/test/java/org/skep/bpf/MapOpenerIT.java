package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.Reference;
import org.skep.host.Mounts;
import org.skep.internal.ffi.Native;
import org.skep.internal.ffi.NativeLibrary;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.PerfEvents;
import org.skep.table.NotedTable;

/** Maps of things of the kernel: interfaces, CPUs, sockets, stacks, and what belongs to them. */
@Tag("privileged")
@Tag("options")
@Timeout(60)
class MapOpenerIT {
  private static final String MAP =
      """
      #define MAP(name, kind, n, k, v)                                                   \\
        struct { __uint(type, kind); __uint(max_entries, n); __type(key, k);             \\
                 __type(value, v); } name SEC(".maps")
      #define STORAGE(name, kind, v)                                                     \\
        struct { __uint(type, kind); __uint(map_flags, BPF_F_NO_PREALLOC);               \\
                 __type(key, int); __type(value, v); } name SEC(".maps")
      """;

  private static final int XDP_PASS = 2;
  private static final int XDP_REDIRECT = 4;

  private final String device = "skm" + ProcessHandle.current().pid() % 100_000;

  private static BpfObject load(String text) {
    return Cell.load("kernel", MAP + text);
  }

  private static int run(BpfObject object, String program) {
    return Run.once(object.program(program));
  }

  @Test
  void aDeviceMapTakesInterfacesByName() {
    Cell.command("ip", "link", "add", device, "type", "veth", "peer", "name", device + "p");
    try (BpfObject object =
        load(
            """
            MAP(ports, BPF_MAP_TYPE_DEVMAP, 4, u32, u32);
            MAP(by_hash, BPF_MAP_TYPE_DEVMAP_HASH, 4, u32, struct bpf_devmap_val);
            SEC("xdp") int redirect(struct xdp_md *c) { return bpf_redirect_map(&ports, 1, 2); }
            SEC("xdp") int hashed(struct xdp_md *c) { return bpf_redirect_map(&by_hash, 77, 2); }
            SEC("xdp/devmap") int behind(struct xdp_md *c) { return XDP_PASS; }
            """)) {
      BpfMap ports = object.map("ports");
      assertEquals(XDP_PASS, run(object, "redirect"));
      ports.put(1, device);
      assertEquals(XDP_REDIRECT, run(object, "redirect"));
      Reference port = assertInstanceOf(Reference.class, ports.get(1).orElseThrow());
      assertEquals(device, port.name());
      assertEquals(1, ports.table().rowCount());
      assertEquals(device, ports.table().stringColumn("value").get(0));
      assertEquals(port.id(), ports.table().longColumn("value.raw").get(0));
      assertTrue(ports.remove(1));
      assertEquals(XDP_PASS, run(object, "redirect"));
      var none = assertThrows(IllegalArgumentException.class, () -> ports.put(1, "no-such-if"));
      assertTrue(String.valueOf(none.getMessage()).contains("no such interface"));
      var gone = assertThrows(IllegalArgumentException.class, () -> ports.put(1, 0x7ffffff0));
      assertTrue(String.valueOf(gone.getMessage()).contains("no such interface"));

      BpfMap byHash = object.map("by_hash");
      byHash.put(77, Map.of("ifindex", device, "prog", object.program("behind")));
      assertEquals(XDP_REDIRECT, run(object, "hashed"));
      assertEquals(device, byHash.table().stringColumn("ifindex").get(0));
      assertEquals("behind", byHash.table().stringColumn("prog").get(0));
      byHash.put(77, port);
      assertEquals("", byHash.table().stringColumn("prog").get(0));
      var text =
          assertThrows(
              IllegalArgumentException.class, () -> byHash.put(77, Map.of("index", device)));
      assertTrue(String.valueOf(text.getMessage()).contains("ifindex=eth0"), text::getMessage);
    } finally {
      Cell.command("ip", "link", "del", device);
    }
  }

  @Test
  void aProcessorMapTakesTheLengthOfItsQueue() {
    try (BpfObject object =
        load(
            """
            MAP(cpus, BPF_MAP_TYPE_CPUMAP, 1, u32, struct bpf_cpumap_val);
            SEC("xdp") int redirect(struct xdp_md *c) { return bpf_redirect_map(&cpus, 0, 2); }
            SEC("xdp/cpumap") int there(struct xdp_md *c) { return XDP_PASS; }
            """)) {
      BpfMap cpus = object.map("cpus");
      assertEquals(XDP_PASS, run(object, "redirect"));
      cpus.put(0, 192);
      assertEquals(XDP_REDIRECT, run(object, "redirect"));
      assertEquals(Map.of("qsize", 192L, "prog", 0L), cpus.get(0).orElseThrow());
      cpus.put(0, Map.of("qsize", 64, "prog", object.program("there")));
      assertEquals(64, cpus.table().longColumn("qsize").get(0));
      assertEquals("there", cpus.table().stringColumn("prog").get(0));
      assertThrows(IllegalArgumentException.class, () -> cpus.put(0, 0));
      assertTrue(cpus.remove(0));
    }
  }

  @Test
  void anXskMapTakesSocketsOfAfXdp() {
    var socket =
        NativeLibrary.ofC()
            .withErrno(
                "socket",
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT));
    int fd = Native.toIntOrErrno(s -> (int) socket.handle().invokeExact(s, 44, 3, 0));
    assertTrue(fd >= 0, () -> "socket(AF_XDP): " + fd);
    try (BpfObject object =
        load(
            """
            MAP(xsks, BPF_MAP_TYPE_XSKMAP, 2, u32, u32);
            SEC("xdp") int redirect(struct xdp_md *c) { return bpf_redirect_map(&xsks, 0, 2); }
            """)) {
      BpfMap xsks = object.map("xsks");
      assertEquals(XDP_PASS, run(object, "redirect"));
      xsks.put(0, fd);
      assertEquals(XDP_REDIRECT, run(object, "redirect"));
      assertTrue(xsks.remove(0));
      assertEquals(XDP_PASS, run(object, "redirect"));
      var read = assertThrows(UnsupportedFeatureException.class, xsks::table);
      assertTrue(String.valueOf(read.getMessage()).contains("AF_XDP"), read::getMessage);
    } finally {
      Libc.close(fd);
    }
  }

  /** A connection of this process to itself. */
  private record Connection(SocketChannel client, SocketChannel server) implements AutoCloseable {
    static Connection open() throws IOException {
      try (ServerSocketChannel listening =
          ServerSocketChannel.open()
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
        SocketChannel client = SocketChannel.open(listening.getLocalAddress());
        return new Connection(client, listening.accept());
      }
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }

  @Test
  void whatOneSocketGetsIsRedirectedToAnother() throws IOException {
    try (Connection in = Connection.open();
        Connection out = Connection.open();
        BpfObject object =
            load(
                """
                MAP(sockets, BPF_MAP_TYPE_SOCKMAP, 2, u32, u64);
                MAP(by_name, BPF_MAP_TYPE_SOCKHASH, 2, u32, u64);
                MAP(blind, BPF_MAP_TYPE_SOCKMAP, 2, u32, u32);
                SEC("sk_skb/stream_verdict") int verdict(struct __sk_buff *skb)
                {
                  return bpf_sk_redirect_map(skb, &sockets, 1, 0);
                }
                """)) {
      BpfMap sockets = object.map("sockets");
      object.program("verdict").attach(new AttachPoint.SocketMap(sockets));
      sockets.put(0, in.server());
      sockets.put(1, out.server());
      assertEquals(2, sockets.table().rowCount());
      assertTrue(sockets.table().longColumn("value").get(0) > 0, "no cookie");
      in.client().write(ByteBuffer.wrap("over".getBytes(StandardCharsets.UTF_8)));
      ByteBuffer got = ByteBuffer.allocate(16);
      while (got.position() < 4) {
        assertTrue(out.client().read(got) > 0, "the connection was closed");
      }
      assertEquals("over", new String(got.array(), 0, 4, StandardCharsets.UTF_8));
      assertTrue(sockets.remove(0));
      assertEquals(1, sockets.table().rowCount());

      object.map("by_name").put(5, in.client());
      assertEquals(1, object.map("by_name").entries().size());
      var blind = assertThrows(UnsupportedFeatureException.class, object.map("blind")::table);
      assertEquals(
          "read map 'blind': sockets are looked up by their cookies, which need values of 8 bytes"
              + " (declare it with __type(value, __u64))",
          blind.getMessage());
      try (DatagramChannel unbound = DatagramChannel.open()) {
        assertThrows(IllegalArgumentException.class, () -> sockets.put(0, unbound));
      }
      assertThrows(IllegalArgumentException.class, () -> sockets.put(0, "socket"));
    }
  }

  @Test
  void anArrayOfPortSharingSocketsShowsTheirCookies() throws IOException {
    try (ServerSocketChannel shared =
            ServerSocketChannel.open().setOption(StandardSocketOptions.SO_REUSEPORT, true);
        ServerSocketChannel alone = ServerSocketChannel.open();
        BpfObject object = load("MAP(shared, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, 2, u32, u64);")) {
      shared.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      alone.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      BpfMap map = object.map("shared");
      map.put(0, shared);
      assertEquals(1, map.table().rowCount());
      var refused = assertThrows(SyscallException.class, () -> map.put(1, alone));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("SO_REUSEPORT"), refused::getMessage);
      assertTrue(map.remove(0));
      assertEquals(0, map.table().rowCount());
    }
  }

  @Test
  void stacksAreNamedBySymbols() throws IOException {
    try (BpfObject object =
        load(
            """
            struct hit { u32 kernel __attribute__((btf_decl_tag("skep:kstack")));
                         s32 user __attribute__((btf_decl_tag("skep:ustack"))); };
            struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __uint(max_entries, 1024);
                     __uint(key_size, 4); __uint(value_size, 32 * 8); } stacks SEC(".maps");
            MAP(hits, BPF_MAP_TYPE_HASH, 64, u32, struct hit);
            const volatile u32 me;
            SEC("tracepoint/syscalls/sys_enter_openat") int enter(void *ctx)
            {
              struct hit hit = {};
              u32 one = 1;

              if (bpf_get_current_pid_tgid() >> 32 != me)
                return 0;
              hit.kernel = bpf_get_stackid(ctx, &stacks, 0);
              hit.user = -14;
              bpf_map_update_elem(&hits, &one, &hit, 0);
              return 0;
            }
            """,
            (int) ProcessHandle.current().pid())) {
      object.attachAll();
      assertTrue(Files.readString(Path.of("/proc/self/comm")).length() > 0);
      BpfMap stacks = object.map("stacks");
      var hits = object.map("hits").table();
      String kernel = hits.stringColumn("kernel").get(0);
      assertTrue(kernel.contains("syscall"), kernel);
      assertTrue(kernel.contains(" < "), kernel);
      assertEquals("no kernel or user part (-14)", hits.stringColumn("user").get(0));
      long id = hits.longColumn("kernel.raw").get(0);
      List<?> frames = assertInstanceOf(List.class, stacks.get(id).orElseThrow());
      assertTrue(frames.toString().contains("syscall"), frames::toString);
      assertTrue(stacks.table().rowCount() >= 1);
      assertTrue(stacks.table().stringColumn("value").get(0).contains("+0x"));
      assertThrows(UnsupportedFeatureException.class, () -> stacks.put(1, "x"));
      assertTrue(stacks.remove(id));
    }
  }

  /**
   * A map of two stacks has room for as many: a third that falls on the place of another is lost to
   * it, and one that finds no room is lost to the full map.
   */
  @Test
  void stacksThatAreLostSaySo() {
    try (BpfObject object =
        load(
            """
            #define STACKS(name, n)                                                        \
              struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __uint(max_entries, n);     \
                       __uint(key_size, 4); __uint(value_size, 16 * 8); } name SEC(".maps")
            STACKS(one, 1);
            STACKS(three, 3);
            struct ids { s32 one __attribute__((btf_decl_tag("skep:kstack")));
                         s32 three __attribute__((btf_decl_tag("skep:kstack"))); };
            MAP(seen, BPF_MAP_TYPE_HASH, 4096, u32, struct ids);
            const volatile u32 me;
            volatile u32 next;
            static __always_inline int look(void *ctx)
            {
              struct ids ids = {};
              u32 key;

              if ((u32)bpf_get_current_pid_tgid() != me)
                return 0;
              ids.one = bpf_get_stackid(ctx, &one, 0);
              ids.three = bpf_get_stackid(ctx, &three, 0);
              key = next++;
              bpf_map_update_elem(&seen, &key, &ids, 0);
              return 0;
            }
            SEC("tracepoint/raw_syscalls/sys_enter") int enter(void *ctx) { return look(ctx); }
            SEC("tracepoint/raw_syscalls/sys_exit") int leave(void *ctx) { return look(ctx); }
            SEC("tracepoint/sched/sched_switch") int away(void *ctx) { return look(ctx); }
            SEC("tracepoint/sched/sched_waking") int wake(void *ctx) { return look(ctx); }
            SEC("tracepoint/kmem/kmalloc") int allocate(void *ctx) { return look(ctx); }
            SEC("tracepoint/kmem/kfree") int release(void *ctx) { return look(ctx); }
            """,
            Libc.gettid())) {
      object.attachAll();
      BpfMap seen = object.map("seen");
      long end = System.nanoTime() + 20_000_000_000L;
      boolean collided = false;
      boolean full = false;
      while (!(collided && full) && System.nanoTime() < end) {
        Cell.command("true");
        for (Object value : seen.entries().values()) {
          Map<?, ?> ids = assertInstanceOf(Map.class, value);
          collided |= Long.valueOf(-17).equals(ids.get("one"));
          full |= Long.valueOf(-12).equals(ids.get("three"));
        }
      }
      assertTrue(collided, "no collision: the test shows nothing");
      assertTrue(full, "never full: the test shows nothing");
      var table = seen.table();
      assertTrue(table.stringColumn("one").asSet().contains("stack ID collision (-17)"));
      assertTrue(table.stringColumn("three").asSet().contains("dropped, the map is full (-12)"));
      assertTrue(table.longColumn("one.raw").min() == -17);
      assertTrue(table.longColumn("three.raw").min() <= -12);
      var one = table.longColumn("one.raw");
      long collisions = one.asList().stream().filter(id -> id == -17).count();
      String share =
          String.format(
              "'one': %,d of %,d (%.1f %%) are stack ID collisions (-17)",
              collisions, one.size(), 100.0 * collisions / one.size());
      assertTrue(
          NotedTable.notesOf(table).stream().anyMatch(n -> n.startsWith(share)), table::toString);
      assertTrue(
          NotedTable.notesOf(table).stream().anyMatch(n -> n.contains("stacks dropped (-12)")),
          table::toString);
    }
  }

  private static BpfObject load(String text, int me) {
    try {
      OpenBpfObject open = OpenBpfObject.open("kernel", Cell.compile(MAP + text));
      open.global("me").set(me);
      return open.load();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aPerfEventArrayTakesEvents() {
    int event = PerfEvents.open(1, 0, 1_000_000, false, -1, 0);
    assertTrue(event >= 0, () -> "perf_event_open: " + event);
    try (BpfObject object =
        load(
            """
            struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(max_entries, 2);
                     __uint(key_size, 4); __uint(value_size, 4); } events SEC(".maps");
            """)) {
      BpfMap events = object.map("events");
      assertFalse(events.remove(0));
      events.put(0, event);
      assertTrue(events.remove(0));
      assertThrows(SyscallException.class, () -> events.put(1, 0));
      var read = assertThrows(UnsupportedFeatureException.class, events::table);
      assertTrue(String.valueOf(read.getMessage()).contains("events"), read::getMessage);
    } finally {
      Libc.close(event);
    }
  }

  /** What a program adds to is what Java put for this process, and the other way round. */
  @Test
  void aStorageOfTasksIsReadForAProcess() throws IOException {
    try (BpfObject object =
        load(
            """
            STORAGE(calls, BPF_MAP_TYPE_TASK_STORAGE, u64);
            SEC("tp_btf/sys_enter") int enter(u64 *ctx)
            {
              u64 *n = bpf_task_storage_get(&calls, (void *)bpf_get_current_task_btf(), 0, 0);

              if (n)
                __sync_fetch_and_add(n, 1);
              return 0;
            }
            """)) {
      BpfMap calls = object.map("calls");
      long pid = ProcessHandle.current().pid();
      int thread = Libc.gettid();
      assertEquals(Optional.empty(), calls.get(pid));
      calls.put(pid, 1_000);
      calls.put(thread, 5_000);
      object.attachAll();
      assertTrue(Files.exists(Path.of("/proc/self")));
      assertTrue((Long) calls.get(thread).orElseThrow() > 5_000);
      assertEquals(Optional.empty(), calls.get(1));
      assertTrue(calls.remove(thread));
      assertEquals(Optional.empty(), calls.get(thread));
      assertThrows(IllegalArgumentException.class, () -> calls.get(Integer.MAX_VALUE));
      var walk = assertThrows(UnsupportedFeatureException.class, calls::table);
      assertTrue(String.valueOf(walk.getMessage()).contains("get(PID)"), walk::getMessage);
    }
  }

  @Test
  void storagesOfSocketsFilesAndGroupsAreReadForEach() throws IOException {
    Path group = Files.createDirectories(Mounts.cgroup2().orElseThrow().resolve(device));
    Path file = Files.createTempFile("skep", ".txt");
    try (Connection pair = Connection.open();
        BpfObject object =
            load(
                """
                STORAGE(of_sockets, BPF_MAP_TYPE_SK_STORAGE, u64);
                STORAGE(of_files, BPF_MAP_TYPE_INODE_STORAGE, u64);
                STORAGE(of_groups, 32, u64);
                SEC("cgroup_skb/egress") int sent(struct __sk_buff *skb)
                {
                  struct bpf_sock *sk = skb->sk ? bpf_sk_fullsock(skb->sk) : 0;
                  u64 *n = sk ? bpf_sk_storage_get(&of_sockets, sk, 0, 0) : 0;

                  if (n)
                    __sync_fetch_and_add(n, skb->len);
                  return 1;
                }
                """)) {
      for (var owner :
          List.of(
              Map.entry("of_sockets", (Object) pair.client()),
              Map.entry("of_files", (Object) file),
              Map.entry("of_groups", (Object) group))) {
        BpfMap map = object.map(owner.getKey());
        assertEquals(Optional.empty(), map.get(owner.getValue()), owner.getKey());
        map.put(owner.getValue(), 7);
        assertEquals(Optional.of(7L), map.get(owner.getValue()), owner.getKey());
        assertTrue(map.remove(owner.getValue()), owner.getKey());
        assertEquals(Optional.empty(), map.get(owner.getValue()), owner.getKey());
        assertThrows(UnsupportedFeatureException.class, map::snapshot);
      }
      BpfMap sockets = object.map("of_sockets");
      sockets.put(pair.client(), 0);
      object.program("sent").attach(new AttachPoint.Cgroup(Mounts.cgroup2().orElseThrow()));
      pair.client().write(ByteBuffer.wrap(new byte[100]));
      assertTrue((Long) sockets.get(pair.client()).orElseThrow() >= 100);
    } finally {
      Files.delete(group);
      Files.delete(file);
    }
  }

  @Test
  void theOlderStorageOfGroupsIsWalked() throws IOException {
    Path group = Files.createDirectories(Mounts.cgroup2().orElseThrow().resolve(device));
    try (BpfObject object =
        load(
            """
            struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
                     __type(key, struct bpf_cgroup_storage_key); __type(value, u64); }
                one SEC(".maps");
            struct { __uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
                     __type(key, u64); __type(value, u64); } each SEC(".maps");
            SEC("cgroup_skb/egress") int sent(struct __sk_buff *skb)
            {
              u64 *n = bpf_get_local_storage(&one, 0), *m = bpf_get_local_storage(&each, 0);

              *n += 1;
              *m += 1;
              return 1;
            }
            """)) {
      BpfMap one = object.map("one");
      assertEquals(0, one.table().rowCount());
      try (var _ = object.program("sent").attach(new AttachPoint.Cgroup(group))) {
        assertEquals(1, one.table().rowCount());
        assertEquals("/" + device, one.table().stringColumn("cgroup_inode_id").get(0));
        Object key = one.entries().keySet().iterator().next();
        one.put(key, 40);
        Cell.command(
            "sh",
            "-c",
            "echo $$ > "
                + group
                + "/cgroup.procs; python3 -c \"import socket;"
                + " socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x',('127.0.0.1',9))\"");
        assertTrue((Long) one.get(key).orElseThrow() > 40);
        assertTrue(object.map("each").sum().longColumn("value").get(0) > 0);
        assertThrows(UnsupportedFeatureException.class, () -> one.remove(key));
      }
    } finally {
      Files.delete(group);
    }
  }

  @Test
  void ringsAndArenasSayWhatTheyAreFor() {
    try (BpfObject object =
        load(
            """
            struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring
                SEC(".maps");
            struct { __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, 4096); } back
                SEC(".maps");
            struct { __uint(type, 33); __uint(map_flags, BPF_F_MMAPABLE);
                     __uint(max_entries, 4); } arena SEC(".maps");
            """)) {
      assertEquals(BpfMapType.ARENA, object.map("arena").type());
      var needs = assertThrows(UnsupportedFeatureException.class, object.map("arena")::table);
      assertTrue(String.valueOf(needs.getMessage()).contains("Linux 6.9"), needs::getMessage);
      assertEquals(4096, object.map("ring").maxEntries());
      for (String name : List.of("ring", "back")) {
        BpfMap map = object.map(name);
        var table = assertThrows(UnsupportedFeatureException.class, map::table);
        assertTrue(String.valueOf(table.getMessage()).contains("events"), table::getMessage);
        assertThrows(UnsupportedFeatureException.class, () -> map.get(0));
        assertThrows(UnsupportedFeatureException.class, () -> map.put(0, 0));
      }
    }
  }
}
