package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.BpfException;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.attach.LinkState;
import org.skep.bpf.attach.PerfCounter;
import org.skep.host.Mounts;
import org.skep.host.SmallLibrary;

/**
 * Whether a program is attached, when some of its targets refuse it, when what it is attached to is
 * removed, and when another process detaches it.
 */
@Tag("privileged")
class LinkStateIT {
  private static final String PROGRAMS =
      """
      struct bpf_perf_event_data; struct pt_regs;
      SEC("xdp") int on_xdp(struct xdp_md *c) { return XDP_PASS; }
      SEC("tc") int on_tc(struct __sk_buff *c) { return -1; }
      SEC("action") int on_action(struct __sk_buff *c) { return -1; }
      SEC("socket") int on_filter(struct __sk_buff *c) { return 0; }
      SEC("lwt_out") int on_route(struct __sk_buff *c) { return BPF_OK; }
      SEC("cgroup_skb/egress") int on_skb(struct __sk_buff *c) { return 1; }
      SEC("sk_lookup") int on_lookup(struct bpf_sk_lookup *c) { return SK_PASS; }
      SEC("sk_reuseport") int on_reuseport(struct sk_reuseport_md *c) { return SK_PASS; }
      SEC("perf_event") int on_sample(struct bpf_perf_event_data *c) { return 0; }
      SEC("uprobe") int on_uprobe(struct pt_regs *c) { return 0; }
      SEC("uprobe.multi") int on_multi(struct pt_regs *c) { return 0; }
      SEC("tracepoint") int on_trace(void *c) { return 0; }
      """;

  @TempDir private static Path folder;
  private static BpfObject object;

  @BeforeAll
  static void load() {
    object = Cell.load("state", PROGRAMS);
  }

  @AfterAll
  static void close() {
    object.close();
  }

  private static BpfLink attach(String program, AttachPoint point) {
    BpfLink link = object.program(program).attach(point);
    assertEquals(new LinkState.Attached(""), link.state(), link::describe);
    assertEquals(new AttachOutcome.Attached(link), object.program(program).attachment().get());
    return link;
  }

  /** The kernel detaches a moment after some targets are removed. */
  private static void assertGone(BpfLink link, String reason) {
    long end = System.nanoTime() + 10_000_000_000L;
    while (link.state() instanceof LinkState.Attached && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertEquals(new LinkState.Gone(reason), link.state(), link::describe);
    BpfProgram program = object.program(link.program());
    assertEquals(new AttachOutcome.TargetGone(link, reason), program.attachment().orElseThrow());
    link.close();
    assertEquals(new LinkState.Closed(), link.state());
    assertEquals(new AttachOutcome.Detached(), program.attachment().orElseThrow());
  }

  @Test
  void aDeletedInterfaceTakesItsProgramsAlong() {
    var links = new ArrayList<BpfLink>();
    String device;
    try (TestNetwork network = TestNetwork.make()) {
      device = network.device();
      Cell.succeed("ip", "address", "add", "198.51.100.1/24", "dev", device);
      links.add(attach("on_xdp", new AttachPoint.Xdp(device)));
      links.add(attach("on_tc", new AttachPoint.Tcx(device, true)));
      links.add(attach("on_filter", new AttachPoint.PacketSocket(device)));
      links.add(attach("on_route", new AttachPoint.Route("192.0.2.0/28", device, "")));
    }
    links.forEach(l -> assertGone(l, "interface '" + device + "' was deleted"));
  }

  @Test
  void aDeletedInterfaceTakesItsClassifierAlong() {
    BpfLink link;
    String device;
    try (TestNetwork network = TestNetwork.make()) {
      device = network.device();
      link = attach("on_tc", new AttachPoint.Tc(device, false));
    }
    assertGone(link, "interface '" + device + "' was deleted");
  }

  @Test
  void whatAnotherProcessDetachesIsGone() {
    try (TestNetwork network = TestNetwork.make()) {
      String device = network.device();
      Cell.succeed("ip", "address", "add", "198.51.100.1/24", "dev", device);
      String byAnother =
          "interface '"
              + device
              + "' was deleted and made again, or another process detached the program (attach it"
              + " again)";
      BpfLink xdp = attach("on_xdp", new AttachPoint.Xdp(device, AttachPoint.Xdp.Mode.GENERIC));
      Cell.succeed("bpftool", "link", "detach", "id", "" + xdp.id().orElseThrow());
      assertGone(xdp, byAnother);
      BpfLink tc = attach("on_tc", new AttachPoint.Tc(device, true));
      Cell.succeed("tc", "filter", "del", "dev", device, "ingress");
      assertGone(tc, byAnother);
      BpfLink route = attach("on_route", new AttachPoint.Route("192.0.2.0/28", device, ""));
      Cell.succeed("ip", "route", "replace", "192.0.2.0/28", "dev", device);
      assertGone(route, "the route was removed or replaced (attach it again)");
      assertTrue(
          Cell.succeed("ip", "route", "show", "192.0.2.0/28").contains("192.0.2.0/28"),
          "closing the link removed the route of another process");
    }
  }

  @Test
  void aDeletedInterfaceTakesItsActionAlong() {
    BpfLink link;
    String device;
    try (TestNetwork network = TestNetwork.make()) {
      device = network.device();
      link = attach("on_action", new AttachPoint.TcAction(device, true));
    } catch (BpfException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("module act_bpf"), e::getMessage);
      return; // this Linux has none
    }
    assertGone(link, "interface '" + device + "' was deleted");
  }

  @Test
  void aRemovedCgroupTakesItsProgramAlong() throws IOException {
    Path cgroup = Files.createTempDirectory(Mounts.cgroup2().orElseThrow(), "skep-state");
    BpfLink link;
    try {
      link = attach("on_skb", new AttachPoint.Cgroup(cgroup));
    } finally {
      Files.delete(cgroup);
    }
    assertGone(link, "cgroup '" + cgroup + "' was removed");
  }

  @Test
  void aNetworkNamespaceThatEndsTakesItsProgramAlong() {
    BpfLink link;
    try (TestNetwork network = TestNetwork.make()) {
      link = attach("on_lookup", new AttachPoint.NetworkNamespace(network.namespace()));
    }
    assertGone(
        link, "the network namespace no longer exists, or another process detached the program");
  }

  private static Process python(String code) throws IOException {
    return new ProcessBuilder("python3", "-c", code + "\nimport sys\nsys.stdin.read()").start();
  }

  @Test
  void aProcessThatExitsTakesItsProbesAlong() throws Exception {
    // a name that the kernel cut within a character
    Process process = python("open('/proc/self/comm', 'wb').write(b'\\xff'); print(1, flush=True)");
    int pid = (int) process.pid();
    var links = new ArrayList<BpfLink>();
    try {
      process.inputReader().readLine();
      links.add(attach("on_uprobe", new AttachPoint.Uprobe("libc.so.6", "malloc", 0, pid, false)));
      links.add(
          attach(
              "on_multi",
              new AttachPoint.UprobeMulti("libc.so.6", "getp?id", pid, AttachPoint.Moment.ENTRY)));
      links.add(
          attach(
              "on_sample",
              new AttachPoint.WithCookie(
                  new AttachPoint.PerfEvent(PerfCounter.CPU_CLOCK, 0, 99, pid, -1), 7)));
    } finally {
      process.destroyForcibly().waitFor();
    }
    links.forEach(l -> assertGone(l, "process " + pid + " has exited (attach it to another)"));
  }

  /** The link does not hold the socket: the port is free when its process has exited. */
  @Test
  void aSocketIsNotHeldBeyondItsProcess() throws Exception {
    Process process =
        python(
            """
            import socket
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            s.bind(('127.0.0.1', 0))
            s.listen()
            print(s.getsockname()[1], flush=True)
            """);
    BpfLink link;
    int port;
    try {
      port = Integer.parseInt(process.inputReader().readLine());
      BpfProgram program = object.program("on_reuseport");
      link = attach("on_reuseport", program.pointAt("tcp:" + port));
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertGone(
        link,
        "another program was attached to the socket, or the socket was closed, or process "
            + process.pid()
            + " has exited");
    Cell.succeed(
        "python3", "-c", "import socket; socket.socket().bind(('127.0.0.1', " + port + "))");
  }

  /** The probe stays in the file that was there. */
  @Test
  void aFileThatIsReplacedIsRemarked() throws Exception {
    Path library = SmallLibrary.compile(folder);
    BpfLink link = attach("on_uprobe", new AttachPoint.Uprobe(library.toString(), "resell"));
    Path copy = folder.resolve("copy");
    Files.copy(library, copy);
    Files.delete(library);
    assertEquals(
        new LinkState.Attached(
            "'"
                + library
                + "' was deleted since: only processes that run the deleted file are traced"),
        link.state());
    Files.move(copy, library);
    assertEquals(
        new LinkState.Attached(
            "'"
                + library
                + "' was replaced since: processes that run the new file are not traced (attach it"
                + " again)"),
        link.state());
    link.close();
  }

  /** One of two targets: the program runs at the other, and is said to. */
  @Test
  void aProgramThatSomeTargetsRefuseIsPartlyAttached() {
    AttachPoint good = new AttachPoint.Tracepoint("sched", "sched_switch");
    AttachPoint bad = new AttachPoint.Tracepoint("sched", "sched_swich");
    String refusal =
        "attach 'on_trace' to tracepoint 'sched/sched_swich': no such tracepoint (did you mean"
            + " 'sched_switch'?)";
    BpfProgram program = object.program("on_trace");
    for (List<AttachPoint> points : List.of(List.of(bad, good), List.of(good, bad))) {
      object.attachAll(nowhereBut("on_trace", points));
      BpfLink link = program.owner().links().getFirst();
      assertEquals(
          new AttachOutcome.PartlyAttached(link, refusal), program.attachment().orElseThrow());
      link.close();
      assertEquals(new AttachOutcome.NotAttached(refusal), program.attachment().orElseThrow());
    }
  }

  @Test
  void aProgramIsAttachedWhileAnyOfItsLinksIs() {
    BpfProgram program = object.program("on_trace");
    BpfLink first = attach("on_trace", new AttachPoint.Tracepoint("sched", "sched_switch"));
    BpfLink second = attach("on_trace", new AttachPoint.Tracepoint("sched", "sched_wakeup"));
    second.close();
    assertEquals(new AttachOutcome.Attached(first), program.attachment().orElseThrow());
    assertThrows(
        BpfException.class, () -> program.attach(new AttachPoint.Tracepoint("sched", "none")));
    assertEquals(new AttachOutcome.Attached(first), program.attachment().orElseThrow());
    first.close();
    assertEquals(new AttachOutcome.Detached(), program.attachment().orElseThrow());
  }

  private static Map<String, List<AttachPoint>> nowhereBut(
      String program, List<AttachPoint> points) {
    var places = new java.util.HashMap<String, List<AttachPoint>>();
    object.programs().forEach(p -> places.put(p.name(), List.of()));
    places.put(program, points);
    return places;
  }

  /** Numbers are of links: libbpf gives the map's descriptor for one of struct_ops. */
  @Test
  void aTableOfFunctionsThatAnotherProcessUnregistersIsGone() {
    String name = "skept" + ProcessHandle.current().pid() % 10_000;
    String program =
        """
        struct sock;
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
    try (BpfObject table = Cell.load("table", program).attachAll()) {
      BpfLink link = table.links().getFirst();
      try (BpfObject second = Cell.load("second", program).attachAll()) {
        assertEquals(
            new AttachOutcome.NotAttached(
                "attach 'ops' to struct_ops 'ops': a table with its '.name' is registered already"
                    + " (EEXIST; '.name' another one, or close the object that has it)"),
            second.program("ssthresh").attachment().orElseThrow());
      }
      String less = program.replace(".undo_cwnd = (void *)undo_cwnd, ", "");
      try (BpfObject third = Cell.load("third", less).attachAll()) {
        assertTrue(
            String.valueOf(third.program("ssthresh").attachment().orElseThrow())
                .contains("a function that it requires is missing"),
            () -> String.valueOf(third.program("ssthresh").attachment()));
      }
      assertEquals(new LinkState.Attached(""), link.state());
      assertEquals(OptionalInt.empty(), link.id());
      Cell.succeed("bpftool", "struct_ops", "unregister", "id", "" + table.map("ops").id());
      String reason = "another process unregistered it (attach it again)";
      assertEquals(new LinkState.Gone(reason), link.state());
      Stream.of("ssthresh", "cong_avoid")
          .forEach(
              p ->
                  assertEquals(
                      new AttachOutcome.TargetGone(link, reason),
                      table.program(p).attachment().orElseThrow()));
    }
  }

  @Test
  void aTargetWithAsManyProgramsAsLinuxAllowsIsNamedSo() {
    String programs =
        IntStream.range(0, 65)
            .mapToObj(
                i ->
                    "SEC(\"tracepoint/syscalls/sys_enter_vhangup\") int p"
                        + i
                        + "(void *c) { return 0; }")
            .collect(Collectors.joining("\n"));
    try (BpfObject many = Cell.load("many", programs).attachAll()) {
      assertEquals(64, many.links().size());
      assertEquals(
          new AttachOutcome.NotAttached(
              "attach 'p64' to tracepoint 'syscalls/sys_enter_vhangup': 64 programs are attached"
                  + " there, as many as Linux allows (E2BIG; 'bpftool perf show' shows them, close"
                  + " some)"),
          many.program("p64").attachment().orElseThrow());
    }
  }
}
