package org.skep.bpf;

import static java.nio.ByteOrder.nativeOrder;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.BpfException;
import org.skep.host.Mounts;
import org.skep.internal.libbpf.Libbpf;

/** Each kind of hook by its effect: the event happens, and the program has counted it. */
@Tag("privileged")
class AttachIT {
  private static final String HITS =
      """
      struct {
        __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);
        __type(key, u32); __type(value, u64);
      } hits SEC(".maps");
      static __always_inline int hit(int result) {
        u32 zero = 0;
        u64 *n = bpf_map_lookup_elem(&hits, &zero);
        if (n) __sync_fetch_and_add(n, 1);
        return result;
      }
      """;

  private final String device = "skep" + ProcessHandle.current().pid() % 100_000;

  @AfterEach
  void removeDevice() {
    Cell.command("sh", "-c", "ip link del " + device + " 2>/dev/null; true");
  }

  private static BpfObject load(String program) {
    return Cell.load("attach", HITS + program);
  }

  private static long hits(BpfObject object) {
    return (Long) object.map("hits").get(0).orElseThrow();
  }

  /** The first program attached as declared counts what the event does. */
  private static void countsDeclared(String program, Runnable event) {
    try (BpfObject object = load(program)) {
      object.attachAll();
      BpfProgram first = object.programs().getFirst();
      assertInstanceOf(
          AttachOutcome.Attached.class,
          first.attachment().orElseThrow(),
          () -> String.valueOf(first.attachment()));
      event.run();
      assertTrue(hits(object) > 0);
    }
  }

  /** The first program attached to the point counts what the event does, until its link closes. */
  private static void counts(String program, AttachPoint point, Runnable event) {
    try (BpfObject object = load(program)) {
      object.attachAll();
      BpfProgram first = object.programs().getFirst();
      assertInstanceOf(AttachOutcome.NeedsTarget.class, first.attachment().orElseThrow());
      BpfLink link = first.attach(point);
      event.run();
      long before = hits(object);
      assertTrue(before > 0, point::describe);
      link.close();
      long after = hits(object);
      event.run();
      assertEquals(after, hits(object), "it still runs after its link closed");
    }
  }

  private static void open() {
    try {
      Files.readString(Path.of("/proc/self/comm"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void sleep() {
    Cell.command("sleep", "0.05");
  }

  @Test
  void tracepoint() {
    countsDeclared(
        "SEC(\"tracepoint/syscalls/sys_enter_openat\") int p(void *c) { return hit(0); }",
        AttachIT::open);
  }

  @Test
  void rawTracepoint() {
    countsDeclared("SEC(\"raw_tp/sys_enter\") int p(void *c) { return hit(0); }", AttachIT::open);
  }

  @Test
  void typedTracepoint() {
    countsDeclared(
        "SEC(\"tp_btf/sched_switch\") int p(void *c) { return hit(0); }", AttachIT::sleep);
  }

  @Test
  void uprobe() {
    countsDeclared(
        "SEC(\"uprobe/libc.so.6:nanosleep\") int p(void *c) { return hit(0); }",
        () ->
            Cell.command(
                "python3", "-c", "import ctypes; ctypes.CDLL('libc.so.6').nanosleep(0,0)"));
    counts(
        "SEC(\"uprobe\") int p(void *c) { return hit(0); }",
        new AttachPoint.Uprobe("libc.so.6", "getpid"),
        () -> Cell.command("python3", "-c", "import os; os.getpid()"));
  }

  @Test
  void perfEvent() {
    counts(
        "SEC(\"perf_event\") int p(void *c) { return hit(0); }",
        new AttachPoint.PerfEvent(500),
        () -> {
          long end = System.nanoTime() + 100_000_000;
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
        });
  }

  @Test
  void xdp() {
    String[] ping = ping();
    counts(
        "SEC(\"xdp\") int p(struct xdp_md *c) { return hit(XDP_PASS); }",
        new AttachPoint.Xdp(device),
        () -> Cell.command(ping));
    counts(
        "SEC(\"xdp\") int p(struct xdp_md *c) { return hit(XDP_PASS); }",
        new AttachPoint.Xdp(device, AttachPoint.Xdp.Mode.GENERIC),
        () -> Cell.command(ping));
    counts(
        "SEC(\"xdp\") int p(struct xdp_md *c) { return hit(XDP_PASS); }",
        new AttachPoint.Xdp(device, AttachPoint.Xdp.Mode.NATIVE),
        () -> Cell.command(ping));
  }

  @Test
  void tcx() {
    String[] ping = ping();
    counts(
        "SEC(\"tc\") int p(struct __sk_buff *c) { return hit(-1); }",
        new AttachPoint.Tcx(device, true),
        () -> Cell.command(ping));
    counts(
        "SEC(\"tcx/ingress\") int p(struct __sk_buff *c) { return hit(-1); }",
        new AttachPoint.Tcx(device, true),
        () -> Cell.command(ping));
  }

  @Test
  void clsact() {
    String[] ping = ping();
    counts(
        "SEC(\"tc\") int p(struct __sk_buff *c) { return hit(-1); }",
        new AttachPoint.Tc(device, true),
        () -> Cell.command(ping));
  }

  @Test
  void packetSocket() {
    String[] ping = ping();
    counts(
        "SEC(\"socket\") int p(struct __sk_buff *c) { return hit(0); }",
        new AttachPoint.PacketSocket(device),
        () -> Cell.command(ping));
  }

  @Test
  void netfilter() {
    counts(
        "SEC(\"netfilter\") int p(void *c) { return hit(1); }",
        new AttachPoint.Netfilter(false, AttachPoint.Netfilter.Hook.OUTPUT, -128),
        () ->
            Cell.command(
                "python3", "-c", "import socket; socket.socket(2,2).sendto(b'x',('127.0.0.1',9))"));
  }

  @Test
  void networkNamespace() {
    counts(
        "SEC(\"sk_lookup\") int p(struct bpf_sk_lookup *c) { return hit(SK_PASS); }",
        new AttachPoint.NetworkNamespace(Path.of("/proc/self/ns/net")),
        () ->
            Cell.command(
                "python3", "-c", "import socket; socket.socket(2,2).sendto(b'x',('127.0.0.1',9))"));
  }

  @Test
  void socketMap() {
    String program =
        """
        struct {
          __uint(type, BPF_MAP_TYPE_SOCKMAP); __uint(max_entries, 2);
          __type(key, u32); __type(value, u32);
        } sockets SEC(".maps");
        SEC("sk_msg") int p(struct sk_msg_md *c) { return hit(SK_PASS); }
        """;
    try (BpfObject object = load(program)) {
      BpfLink link = object.program("p").attach(new AttachPoint.SocketMap(object.map("sockets")));
      link.close();
      object.program("p").attach(new AttachPoint.SocketMap(object.map("sockets")));
      assertEquals(1, object.links().size());
    }
  }

  @Test
  void cookie() {
    String program =
        """
        SEC("tracepoint/syscalls/sys_enter_openat") int p(void *c) {
          return bpf_get_attach_cookie(c) == 42 ? hit(0) : 0;
        }
        """;
    try (BpfObject object = load(program)) {
      AttachPoint point = new AttachPoint.Tracepoint("syscalls", "sys_enter_openat");
      BpfLink other = object.program("p").attach(new AttachPoint.WithCookie(point, 41));
      open();
      assertEquals(0, hits(object));
      var twice = assertThrows(BpfException.class, () -> object.program("p").attach(point));
      assertTrue(String.valueOf(twice.getMessage()).contains("there already"), twice::getMessage);
      other.close();
      object.program("p").attach(new AttachPoint.WithCookie(point, 42));
      open();
      assertTrue(hits(object) > 0);
    }
  }

  @Test
  void structOps() {
    String name = "skep" + ProcessHandle.current().pid() % 10_000;
    String program =
        """
        struct sock; struct ack_sample;
        struct tcp_congestion_ops {
          u32 (*ssthresh)(struct sock *sk);
          void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
          u32 (*undo_cwnd)(struct sock *sk);
          char name[16];
        } __attribute__((preserve_access_index));
        SEC("struct_ops/ssthresh") u32 ssthresh(u64 *c) { return 2; }
        SEC("struct_ops/cong_avoid") void cong_avoid(u64 *c) { }
        SEC("struct_ops/undo_cwnd") u32 undo_cwnd(u64 *c) { return 2; }
        SEC(".struct_ops") struct tcp_congestion_ops ops = {
          .ssthresh = (void *)ssthresh, .cong_avoid = (void *)cong_avoid,
          .undo_cwnd = (void *)undo_cwnd, .name = "NAME",
        };
        """
            .replace("NAME", name);
    String available = "cat /proc/sys/net/ipv4/tcp_available_congestion_control";
    try (BpfObject object = load(program).attachAll()) {
      assertInstanceOf(
          AttachOutcome.Attached.class,
          object.program("ssthresh").attachment().orElseThrow(),
          () -> String.valueOf(object.program("ssthresh").attachment()));
      assertTrue(Cell.command("sh", "-c", available).contains(name));
      var seen = object.map("ops").table();
      assertEquals(1, seen.rowCount());
      assertEquals(name, seen.stringColumn("data.name").get(0));
    }
    assertTrue(!Cell.command("sh", "-c", available).contains(name));
  }

  /** A pair of devices of which the peer sends something when it comes up: no address is needed. */
  private String[] ping() {
    String peer = device + "p";
    Cell.command("ip", "link", "add", device, "type", "veth", "peer", "name", peer);
    Cell.command("ip", "link", "set", device, "up");
    Cell.command("ip", "link", "set", peer, "up");
    return new String[] {
      "python3",
      "-c",
      "import socket; s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW); s.bind(('"
          + peer
          + "',0)); s.send(b'\\xff'*12+b'\\x88\\xb5'+b'x'*60)"
    };
  }

  @Test
  void cgroup() throws IOException {
    Path cgroup = Files.createDirectories(Mounts.cgroup2().orElseThrow().resolve(device));
    try {
      counts(
          "SEC(\"cgroup/sock_create\") int p(struct bpf_sock *c) { return hit(1); }",
          new AttachPoint.Cgroup(cgroup),
          () ->
              Cell.command(
                  "sh",
                  "-c",
                  "echo $$ > "
                      + cgroup
                      + "/cgroup.procs; python3 -c 'import socket; socket.socket()'"));
    } finally {
      Files.delete(cgroup);
    }
  }

  @Test
  void iteratorIsRead() {
    String program =
        """
        struct seq_file;
        struct bpf_iter_meta { struct seq_file *seq; u64 session_id; u64 seq_num; };
        struct task_struct;
        struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; };
        SEC("iter/task") int p(struct bpf_iter__task *c) {
          static const char line[] = "task\\n";
          if (c->task) bpf_seq_write(c->meta->seq, line, 5);
          return hit(0);
        }
        """;
    try (BpfObject object = load(program)) {
      BpfLink link = object.program("p").attach();
      String text = new String(link.read(), StandardCharsets.UTF_8);
      assertTrue(text.startsWith("task\ntask\n"), text);
      assertEquals(hits(object) - 1, text.lines().count());
    }
  }

  @Test
  void elementsOfAMapAreRead() {
    String program =
        """
        struct seq_file; struct bpf_map;
        struct bpf_iter_meta { struct seq_file *seq; u64 session_id; u64 seq_num; };
        struct bpf_iter__bpf_map_elem {
          struct bpf_iter_meta *meta; struct bpf_map *map; void *key; void *value;
        };
        SEC("iter/bpf_map_elem") int p(struct bpf_iter__bpf_map_elem *c) {
          u64 *value = c->value;
          if (value) bpf_seq_write(c->meta->seq, value, 8);
          return 0;
        }
        """;
    try (BpfObject object = load(program).attachAll()) {
      BpfProgram p = object.program("p");
      assertInstanceOf(AttachOutcome.NeedsTarget.class, p.attachment().orElseThrow());
      object.map("hits").put(0, 7);
      assertEquals(
          7, ByteBuffer.wrap(p.attach(p.pointAt("hits")).read()).order(nativeOrder()).getLong());
    }
  }

  @Test
  void socketsOfAMapAreJudgedWhereTheSectionLeavesThatOpen() {
    String program =
        """
        struct {
          __uint(type, BPF_MAP_TYPE_SOCKMAP); __uint(max_entries, 2);
          __type(key, u32); __type(value, u32);
        } sockets SEC(".maps");
        SEC("sk_skb1") int p(struct __sk_buff *c) { return hit(SK_PASS); }
        """;
    try (BpfObject object = load(program)) {
      BpfProgram p = object.program("p");
      p.attach(p.pointAt("sockets"));
      assertEquals(1, object.links().size());
    }
  }

  @Test
  void whatASectionLeavesOutIsSaid() {
    try (BpfObject object =
        load("SEC(\"usdt/marker\") int p(void *c) { return hit(0); }").attachAll()) {
      assertInstanceOf(
          AttachOutcome.NeedsTarget.class, object.program("p").attachment().orElseThrow());
    }
    assertEquals(
        "load program 'p': nothing says what it traces (write SEC(\"tp_btf/NAME\"), say --on"
            + " p=NAME, or target() before loading)",
        refused("SEC(\"tp_btf\") int p(void *c) { return hit(0); }"));
    assertEquals(
        "load program 'p': nothing says which function it replaces (say --on"
            + " p=NAME.PROGRAM:FUNCTION, or target() before loading)",
        refused("SEC(\"freplace\") int p(void *c) { return hit(0); }"));
    assertEquals(
        "create map 'outer': nothing says what the maps in it look like (say __array(values, struct"
            + " { ... }) in its definition)",
        refused(
            """
            struct {
              __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2);
              __type(key, u32); __type(value, u32);
            } outer SEC(".maps");
            SEC("raw_tp/sys_enter") int p(void *c) {
              u32 zero = 0;
              return bpf_map_lookup_elem(&outer, &zero) != 0;
            }
            """));
  }

  @Test
  void aTracepointWithFewerArgumentsThanAreReadIsNamed() {
    try (BpfObject object =
        load("SEC(\"raw_tp/sched_process_exit\") int p(u64 *c) { return hit(c[11] == 1); }")) {
      var why = assertThrows(BpfException.class, () -> object.program("p").attach());
      assertTrue(
          String.valueOf(why.getMessage()).contains("more arguments than this tracepoint passes"),
          why::getMessage);
    }
  }

  @Test
  void aRecordThatIsShorterThanWhatIsReadIsNamed() {
    try (BpfObject object =
        load(
            "SEC(\"tracepoint/syscalls/sys_enter_getpgid\") int p(u64 *c) {"
                + " return hit(c[20] == 1); }")) {
      var why = assertThrows(BpfException.class, () -> object.program("p").attach());
      assertTrue(
          String.valueOf(why.getMessage())
              .contains("'%hooks tracepoint:syscalls:sys_enter_getpgid'"),
          why::getMessage);
    }
  }

  private static String refused(String program) {
    return String.valueOf(assertThrows(BpfException.class, () -> load(program)).getMessage());
  }

  @Test
  void aMistypedTracepointIsNamed() {
    try (BpfObject object =
        load("SEC(\"tracepoint/sched/sched_swich\") int p(void *c) { return hit(0); }")) {
      var why = assertThrows(BpfException.class, () -> object.program("p").attach());
      assertEquals(
          "attach 'p' to tracepoint 'sched/sched_swich': no such tracepoint"
              + " (did you mean 'sched_switch'?)",
          why.getMessage());
      object.attachAll();
      assertEquals(
          new AttachOutcome.NotAttached(String.valueOf(why.getMessage())),
          object.program("p").attachment().orElseThrow());
    }
  }

  @Test
  void aMistypedTypedTracepointIsNamed() {
    var why =
        assertThrows(
            BpfException.class,
            () -> load("SEC(\"tp_btf/sched_swich\") int p(void *c) { return hit(0); }"));
    assertEquals(
        "load program 'p': the kernel's types have no 'sched_swich': no such tracepoint"
            + " (did you mean 'sched_switch'?)",
        why.getMessage());
  }

  @Test
  void absentTargetsAreNamed() {
    try (BpfObject object =
        load("SEC(\"xdp\") int p(struct xdp_md *c) { return hit(XDP_PASS); }")) {
      var why =
          assertThrows(
              BpfException.class, () -> object.program("p").attach(new AttachPoint.Xdp("lp")));
      assertEquals(
          "attach 'p' to interface 'lp': no such network interface (did you mean 'lo'?)",
          why.getMessage());
    }
    try (BpfObject object =
        load("SEC(\"cgroup/sock_create\") int p(struct bpf_sock *c) { return hit(1); }")) {
      var why =
          assertThrows(
              BpfException.class,
              () -> object.program("p").attach(new AttachPoint.Cgroup(Path.of("/tmp"))));
      assertTrue(
          String.valueOf(why.getMessage()).contains("no cgroup of version 2"), why::getMessage);
    }
  }

  @Test
  void libbpfsOwnWordsReachTheUser() {
    var why =
        assertThrows(
            BpfException.class,
            () -> load("SEC(\"no_such_section\") int p(void *c) { return hit(0); }"));
    assertTrue(String.valueOf(why.getMessage()).contains("no_such_section"), why::getMessage);
    assertTrue(Libbpf.libbpf_version_string().startsWith("v"), Libbpf::libbpf_version_string);
  }
}
