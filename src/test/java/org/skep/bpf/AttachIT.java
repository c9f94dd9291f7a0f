package org.skep.bpf;

import static java.nio.ByteOrder.nativeOrder;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.BpfException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.run.TestRun;
import org.skep.host.LinuxVersion;
import org.skep.host.PossibleCpus;
import org.skep.internal.libbpf.Libbpf;
import org.skep.internal.libbpf.Libc;

/** Each kind of hook by its effect: the event happens, and the program has counted it. */
@Tag("privileged")
class AttachIT {
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
  void tracepoint() throws Exception {
    Hits.countsDeclared(
        "SEC(\"tracepoint/syscalls/sys_enter_openat\") int p(void *c) { return hit(0); }",
        AttachIT::open);
  }

  @Test
  void rawTracepoint() throws Exception {
    Hits.countsDeclared(
        "SEC(\"raw_tp/sys_enter\") int p(void *c) { return hit(0); }", AttachIT::open);
  }

  @Test
  void typedTracepoint() throws Exception {
    Hits.countsDeclared(
        "SEC(\"tp_btf/sched_switch\") int p(void *c) { return hit(0); }", AttachIT::sleep);
  }

  /** It may write to what the tracepoint hands on: here, nothing. */
  @Test
  void writableRawTracepoint() throws Exception {
    try (BpfObject other =
        Cell.load("other", "SEC(\"xdp\") int x(struct xdp_md *c) { return XDP_PASS; }")) {
      Hits.countsDeclared(
          "SEC(\"raw_tp.w/bpf_test_finish\") int p(void *c) { return hit(0); }",
          () -> other.program("x").run(TestRun.of(new byte[64])));
    }
  }

  private static void spin() {
    long end = System.nanoTime() + 100_000_000;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"500hz", "cpu-clock:500hz,pid=self", "task-clock:1000000,pid=self"})
  void clocks(String place) throws Exception {
    countsAt(place, AttachIT::spin);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "page-faults:1,pid=self",
        "minor-faults:1",
        "context-switches:1,pid=self",
        "context-switches:1"
      })
  void softwareCounters(String place) throws Exception {
    countsAt(
        place,
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            // new pages, where memory that was freed before would cause no fault
            Libc.mmap(
                    arena,
                    1 << 20,
                    Libc.PROT_READ | Libc.PROT_WRITE,
                    Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS,
                    -1,
                    0)
                .segment()
                .fill((byte) 1);
          }
          Thread.sleep(5);
        });
  }

  /** The process runs where the event is counted. */
  @Test
  void oneProcessor() throws Exception {
    countsAt("cpu-clock:500hz,cpu=0", () -> burn(0));
    if (PossibleCpus.online().cardinality() > 1) {
      try (BpfObject object =
          Hits.load(
              "SEC(\"perf_event\") int p(void *c) {"
                  + " return bpf_get_smp_processor_id() == 1 ? hit(0) : 0; }")) {
        BpfProgram p = object.program("p");
        p.attach(p.pointAt("cpu-clock:500hz,cpu=0"));
        burn(1);
        assertEquals(0, Hits.of(object));
      }
    }
  }

  private static void burn(int cpu) {
    Cell.succeed(
        "taskset",
        "-c",
        String.valueOf(cpu),
        "python3",
        "-c",
        "import time; end = time.time() + 0.1\nwhile time.time() < end: pass");
  }

  private static void countsAt(String place, Hits.Event event) throws Exception {
    String program = "SEC(\"perf_event\") int p(void *c) { return hit(0); }";
    AttachPoint point;
    try (BpfObject object = Hits.load(program)) {
      point = object.program("p").pointAt(place);
    }
    Hits.counts(program, point, event);
  }

  @Test
  void aCounterThatTheMachineLacksIsNamed() {
    try (BpfObject object = Hits.load("SEC(\"perf_event\") int p(void *c) { return hit(0); }")) {
      BpfProgram p = object.program("p");
      try (BpfLink link = p.attach(p.pointAt("cycles:100000"))) {
        spin();
        assertTrue(Hits.of(object) > 0, link::describe); // a machine with counters
      } catch (BpfException e) {
        assertTrue(String.valueOf(e.getMessage()).contains("no such counter"), e::getMessage);
      }
      var cpu =
          assertThrows(BpfException.class, () -> p.attach(p.pointAt("cpu-clock:9hz,cpu=99999")));
      assertTrue(String.valueOf(cpu.getMessage()).contains("no such CPU"), cpu::getMessage);
      var why =
          assertThrows(BpfException.class, () -> p.attach(p.pointAt("cpu-clock:9hz,pid=4194304")));
      assertTrue(String.valueOf(why.getMessage()).contains("no such process"), why::getMessage);
    }
  }

  @Test
  void cookiesOfTypedPlacesAndPerfEvents() throws Exception {
    String isIt = "(void *c) { return bpf_get_attach_cookie(c) == 42 ? hit(0) : 0; }";
    cookie("SEC(\"tp_btf/sched_switch\") int p" + isIt, "sched_switch", AttachIT::sleep);
    cookie("SEC(\"perf_event\") int p" + isIt, "cpu-clock:500hz,pid=self", AttachIT::spin);
    if (LinuxVersion.running().isAtLeast(6, 10)) {
      cookie("SEC(\"raw_tp/sys_enter\") int p" + isIt, "sys_enter", AttachIT::open);
    }
  }

  private static void cookie(String program, String place, Hits.Event event) throws Exception {
    try (BpfObject object = Hits.load(program)) {
      BpfProgram p = object.program("p");
      BpfLink other = p.attach(p.pointAt(place + ",cookie=41"));
      event.happen();
      assertEquals(0, Hits.of(object));
      other.close();
      p.attach(p.pointAt(place + ",cookie=42"));
      event.happen();
      assertTrue(Hits.of(object) > 0, place);
    }
  }

  @Test
  void aPlaceWithoutCookiesSaysSo() {
    try (BpfObject object =
        Hits.load("SEC(\"xdp\") int p(struct xdp_md *c) { return hit(XDP_PASS); }")) {
      BpfProgram p = object.program("p");
      var why =
          assertThrows(IllegalArgumentException.class, () -> p.attach(p.pointAt("lo,cookie=42")));
      assertEquals(
          "attach 'p' to interface 'lo' with cookie 42: programs get no cookie there",
          why.getMessage());
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
    try (BpfObject object = Hits.load(program)) {
      AttachPoint point = new AttachPoint.Tracepoint("syscalls", "sys_enter_openat");
      BpfLink other = object.program("p").attach(new AttachPoint.WithCookie(point, 41));
      open();
      assertEquals(0, Hits.of(object));
      var twice = assertThrows(BpfException.class, () -> object.program("p").attach(point));
      assertTrue(String.valueOf(twice.getMessage()).contains("there already"), twice::getMessage);
      other.close();
      object.program("p").attach(new AttachPoint.WithCookie(point, 42));
      open();
      assertTrue(Hits.of(object) > 0);
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
        SEC("struct_ops/cong_avoid") void cong_avoid(u64 *c) { hit(0); }
        SEC("struct_ops/undo_cwnd") u32 undo_cwnd(u64 *c) { return 2; }
        SEC(".struct_ops") struct tcp_congestion_ops ops = {
          .ssthresh = (void *)ssthresh, .cong_avoid = (void *)cong_avoid,
          .undo_cwnd = (void *)undo_cwnd, .name = "NAME",
        };
        """
            .replace("NAME", name);
    String available = "cat /proc/sys/net/ipv4/tcp_available_congestion_control";
    try (BpfObject object = Hits.load(program).attachAll()) {
      assertInstanceOf(
          AttachOutcome.Attached.class,
          object.program("ssthresh").attachment().orElseThrow(),
          () -> String.valueOf(object.program("ssthresh").attachment()));
      assertTrue(Cell.command("sh", "-c", available).contains(name));
      Cell.succeed(
          "python3",
          "-c",
          """
          import socket
          server = socket.create_server(('127.0.0.1', 0))
          client = socket.socket()
          client.setsockopt(socket.IPPROTO_TCP, 13, b'NAME')
          client.connect(server.getsockname())
          accepted, _ = server.accept()
          client.sendall(bytes(1000))
          accepted.recv(1000)
          client.sendall(bytes(1000))
          accepted.recv(1000)
          """
              .replace("NAME", name));
      assertTrue(Hits.of(object) > 0, "no connection asked it");
      var seen = object.map("ops").table();
      assertEquals(1, seen.rowCount());
      assertEquals(name, seen.stringColumn("data.name").get(0));
    }
    assertTrue(!Cell.command("sh", "-c", available).contains(name));
  }

  @Test
  void iteratorIsRead() throws InterruptedException {
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
    try (BpfObject object = Hits.load(program)) {
      BpfLink link = object.program("p").attach();
      String text = new String(link.read(), StandardCharsets.UTF_8);
      assertTrue(text.startsWith("task\ntask\n"), text);
      assertEquals(Hits.of(object) - 1, text.lines().count());
    }
  }

  private static final String TASKS =
      """
      struct seq_file;
      struct bpf_iter_meta { struct seq_file *seq; u64 session_id; u64 seq_num; };
      struct task_struct { int pid; char comm[16]; } __attribute__((preserve_access_index));
      struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; };
      """;

  @Test
  void textOfAnIteratorIsATable() throws InterruptedException {
    String program =
        TASKS
            + """
        SEC("iter/task") int p(struct bpf_iter__task *c) {
          static const char head[] = "pid two three\\n";
          static const char line[] = "%d 2 a b\\n";
          struct task_struct *task = c->task;
          u64 pid;
          if (!task) return 0;
          if (!c->meta->seq_num) bpf_seq_write(c->meta->seq, head, sizeof(head) - 1);
          pid = task->pid;
          bpf_seq_printf(c->meta->seq, line, sizeof(line), &pid, sizeof(pid));
          return hit(0);
        }
        """;
    try (BpfObject object = Hits.load(program)) {
      var table = object.program("p").iterate().table();
      assertEquals(List.of("pid", "two", "three"), table.columnNames());
      assertEquals(Hits.of(object), table.rowCount());
      assertTrue(table.intColumn("pid").contains((int) ProcessHandle.current().pid()));
      assertEquals("a b", table.stringColumn("three").get(0));
      assertEquals(0, object.links().size());
    }
  }

  /** The name of a process may be anything; one process must not make a table of all impossible. */
  @Test
  void anEscapeSequenceAsANameLeavesTextText() throws Exception {
    String program =
        TASKS
            + """
        SEC("iter/task") int p(struct bpf_iter__task *c) {
          static const char line[] = "%d\\t%s\\n";
          struct task_struct *task = c->task;
          u64 values[2];
          if (!task) return 0;
          values[0] = task->pid;
          values[1] = (unsigned long)task->comm;
          bpf_seq_printf(c->meta->seq, line, sizeof(line), values, sizeof(values));
          return hit(0);
        }
        """;
    Process odd =
        new ProcessBuilder("sh", "-c", "printf '\\033[1m' > /proc/self/comm; echo; read x; :")
            .start();
    try (BpfObject object = Hits.load(program)) {
      odd.inputReader().readLine();
      var table = object.program("p").iterate().table();
      assertEquals(Hits.of(object), table.rowCount());
      int row = table.intColumn("c1").asList().indexOf((int) odd.pid());
      assertEquals("\033[1m", table.stringColumn("c2").get(row));
    } finally {
      odd.destroyForcibly().waitFor();
    }
  }

  @Test
  void aNameWithBlanksIsOneValueOfAnIteratorsLine() throws InterruptedException {
    String program =
        TASKS
            + """
        SEC("iter/task") int p(struct bpf_iter__task *c) {
          static const char line[] = "%s %d\\n";
          struct task_struct *task = c->task;
          u64 values[2];
          if (!task) return 0;
          values[0] = (u64) task->comm;
          values[1] = task->pid;
          bpf_seq_printf(c->meta->seq, line, sizeof(line), values, sizeof(values));
          return 0;
        }
        """;
    try (BpfObject object = Hits.load(program)) {
      var table = object.program("p").iterate().table();
      assertEquals(List.of("c1", "c2"), table.columnNames());
      assertTrue(table.intColumn("c2").contains((int) ProcessHandle.current().pid()));
      assertTrue(table.stringColumn("c1").contains("VM Thread"));
      assertEquals(List.of(), table.notes());
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> object.program("p").iterate());
    }
  }

  @Test
  void structsOfAnIteratorAreATable() throws InterruptedException {
    String program =
        TASKS
            + """
        struct row { u64 pid; char comm[16]; };
        struct row *unused __attribute__((unused));
        SEC("iter/task") int p(struct bpf_iter__task *c) {
          struct task_struct *task = c->task;
          struct row row = {};
          if (!task) return 0;
          row.pid = task->pid;
          bpf_probe_read_kernel_str(row.comm, sizeof(row.comm), task->comm);
          bpf_seq_write(c->meta->seq, &row, sizeof(row));
          return hit(0);
        }
        """;
    try (BpfObject object = Hits.load(program)) {
      Iteration tasks = object.program("p").iterate();
      var table = tasks.table("struct row");
      assertEquals(Hits.of(object), table.rowCount());
      assertTrue(table.longColumn("pid").asList().contains(ProcessHandle.current().pid()));
      assertTrue(table.stringColumn("comm").contains("kthreadd"));
      assertEquals(table.rowCount(), tasks.table().rowCount());
      var why = assertThrows(IllegalArgumentException.class, () -> tasks.table("struct rov"));
      assertTrue(String.valueOf(why.getMessage()).contains("'struct row'"), why::getMessage);
    }
    try (BpfObject object =
        Hits.load("SEC(\"raw_tp/sys_enter\") int p(void *c) { return hit(0); }")) {
      var why = assertThrows(BpfException.class, () -> object.program("p").iterate());
      assertTrue(String.valueOf(why.getMessage()).startsWith("read from 'p'"), why::getMessage);
    }
  }

  /** Where this Linux lets it: the effect is tested in the machines with other kernels, too. */
  @Test
  void elementsOfAMapAreRead() throws InterruptedException {
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
    try (BpfObject object = Hits.load(program).attachAll()) {
      BpfProgram p = object.program("p");
      assertInstanceOf(AttachOutcome.NeedsTarget.class, p.attachment().orElseThrow());
      object.map("hits").put(0, 7);
      assertEquals(
          7, ByteBuffer.wrap(p.attach(p.pointAt("hits")).read()).order(nativeOrder()).getLong());
    } catch (UnsupportedFeatureException e) {
      assertEquals(
          "load program 'p': this Linux rejects the iterator 'bpf_map_elem', with EPERM and no"
              + " verifier output (it needs CAP_BPF and CAP_PERFMON; with these, run it in the VM"
              + " (make vm), whose kernel allows it)",
          e.getMessage());
    }
  }

  @Test
  void whatASectionLeavesOutIsSaid() {
    try (BpfObject object =
        Hits.load("SEC(\"usdt/marker\") int p(void *c) { return hit(0); }").attachAll()) {
      assertInstanceOf(
          AttachOutcome.NeedsTarget.class, object.program("p").attachment().orElseThrow());
    }
    assertEquals(
        "load program 'p': no attach target (write SEC(\"tp_btf/NAME\"), say --on"
            + " p=NAME, or target() before loading)",
        refused("SEC(\"tp_btf\") int p(void *c) { return hit(0); }"));
    assertEquals(
        "load program 'p': no attach target: which function it replaces (--on"
            + " p=NAME.PROGRAM:FUNCTION, or target() before loading)",
        refused("SEC(\"freplace\") int p(void *c) { return hit(0); }"));
    assertEquals(
        "create map 'outer': the type of its inner maps is missing (write __array(values, struct"
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
        Hits.load("SEC(\"raw_tp/sched_process_exit\") int p(u64 *c) { return hit(c[11] == 1); }")) {
      var why = assertThrows(BpfException.class, () -> object.program("p").attach());
      assertTrue(
          String.valueOf(why.getMessage()).contains("more arguments than this tracepoint passes"),
          why::getMessage);
    }
  }

  @Test
  void aRecordThatIsShorterThanWhatIsReadIsNamed() {
    try (BpfObject object =
        Hits.load(
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
    return String.valueOf(assertThrows(BpfException.class, () -> Hits.load(program)).getMessage());
  }

  @Test
  void aMistypedTracepointIsNamed() {
    try (BpfObject object =
        Hits.load("SEC(\"tracepoint/sched/sched_swich\") int p(void *c) { return hit(0); }")) {
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
            () -> Hits.load("SEC(\"tp_btf/sched_swich\") int p(void *c) { return hit(0); }"));
    assertEquals(
        "load program 'p': the kernel's types have no 'sched_swich': no such tracepoint"
            + " (did you mean 'sched_switch'?)",
        why.getMessage());
  }

  @Test
  void libbpfsOwnWordsReachTheUser() {
    var why =
        assertThrows(
            BpfException.class,
            () -> Hits.load("SEC(\"no_such_section\") int p(void *c) { return hit(0); }"));
    assertTrue(String.valueOf(why.getMessage()).contains("no_such_section"), why::getMessage);
    assertTrue(Libbpf.libbpf_version_string().startsWith("v"), Libbpf::libbpf_version_string);
  }
}
