package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.bpf.BpfObject;
import org.skep.bpf.attach.AttachPoint;
import org.skep.host.Mounts;
import org.skep.notebook.ebpf.state.Experiment;
import org.skep.notebook.ebpf.view.SummaryView;
import org.skep.notebook.magic.ArgumentCompletions;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;

/**
 * Where the first line of a cell of C says that programs are attached, and of what type they are.
 */
@Tag("privileged")
class CellPlacesIT {
  private static final String PING =
      """
      u64 seen;
      SEC("tracepoint")
      int tick(void *ctx)
      {
          __sync_fetch_and_add(&seen, 1);
          return 0;
      }
      """;

  private static final String JUMPING =
      """
      u64 seen;
      struct {
          __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
          __uint(max_entries, 4);
          __type(key, u32);
          __type(value, u32);
      } jumps SEC(".maps");

      SEC("tracepoint/syscalls/sys_enter_getpriority")
      int start(void *ctx)
      {
          bpf_tail_call(ctx, &jumps, 2);
          return 0;
      }

      SEC("tracepoint")
      int landing(void *ctx)
      {
          __sync_fetch_and_add(&seen, 1);
          return 0;
      }
      """;

  private final FakeNotebook notebook = new FakeNotebook();

  @AfterEach
  void letGo() {
    notebook.variables().forEach(v -> ((BpfObject) Objects.requireNonNull(v.value())).close());
  }

  private BpfObject object(String name) {
    return (BpfObject) notebook.variable(name).orElseThrow();
  }

  private long seen(String name) {
    return ((Number) object(name).global("seen").get()).longValue();
  }

  private String refused(String cell) {
    return String.valueOf(
        assertThrows(MagicException.class, () -> notebook.run(cell)).getMessage());
  }

  private static void command(String... words) throws Exception {
    assertEquals(0, new ProcessBuilder(words).start().waitFor(), String.join(" ", words));
  }

  private static void getPriority() throws Exception {
    command("python3", "-c", "import os; os.getpriority(os.PRIO_PROCESS, 0)");
  }

  private static void getPgid() throws Exception {
    command("python3", "-c", "import os; os.getpgid(0)");
  }

  private String summary(String cell) throws Exception {
    return SummaryView.text((Experiment) Objects.requireNonNull(notebook.run(cell)));
  }

  @Test
  void aProgramIsAttachedWhereTheFirstLineSays() throws Exception {
    var summary = summary("%%bpf ticks --on tick=syscalls:sys_enter_getpgid\n" + PING);
    getPgid();
    assertTrue(seen("ticks") > 0);
    assertTrue(
        summary.contains("tracepoint \u2192 tracepoint 'syscalls/sys_enter_getpgid'"), summary);
  }

  @Test
  void aProgramIsAttachedToSeveralPlaces() throws Exception {
    notebook.run(
        "%%bpf ticks --on tick=syscalls:sys_enter_getpgid --on tick=syscalls:sys_exit_getpgid\n"
            + PING);
    assertEquals(2, object("ticks").links().size());
  }

  @Test
  void thePlaceReplacesThatOfTheSection() throws Exception {
    notebook.run(
        "%%bpf ticks --on tick=syscalls:sys_enter_getpgid\n"
            + PING.replace("\"tracepoint\"", "\"tracepoint/syscalls/sys_enter_getsid\""));
    assertEquals(
        List.of(new AttachPoint.Tracepoint("syscalls", "sys_enter_getpgid")),
        object("ticks").links().stream().map(l -> l.point()).toList());
  }

  @Test
  void aTypedTracepointIsKnownWhenItIsLoaded() throws Exception {
    notebook.run(
        "%%bpf ticks --on tick=sys_enter\n" + PING.replace("\"tracepoint\"", "\"tp_btf\""));
    getPgid();
    assertTrue(seen("ticks") > 0);
  }

  @Test
  void aUprobeIsForOneProcess() throws Exception {
    String cell = "%%bpf ticks --on tick=libc.so.6:getpgid,pid=1\n";
    notebook.run(cell + PING.replace("\"tracepoint\"", "\"uprobe\""));
    getPgid();
    assertEquals(0, seen("ticks"));
    notebook.run(cell.replace(",pid=1", "") + PING.replace("\"tracepoint\"", "\"uprobe\""));
    getPgid();
    assertTrue(seen("ticks") > 0);
  }

  @Test
  void packetsAndCgroups() throws Exception {
    Path group =
        Files.createDirectory(
            Mounts.cgroup2().orElseThrow().resolve("skep-places-" + ProcessHandle.current().pid()));
    try {
      notebook.run(
          "%%bpf net --on in=lo --on out=lo:egress --on made="
              + group
              + "\nSEC(\"tc\") int in(struct __sk_buff *s) { return TCX_NEXT; }\n"
              + "SEC(\"tc\") int out(struct __sk_buff *s) { return TCX_NEXT; }\n"
              + "SEC(\"cgroup/sock_create\") int made(struct bpf_sock *s) { return 1; }\n");
      assertEquals(3, object("net").links().size());
    } finally {
      object("net").close();
      Files.delete(group);
    }
  }

  /** A socket that shares its port, and a route, which libbpf has no way to attach to. */
  @Test
  void socketsAndRoutes() throws Exception {
    var loopback = InetAddress.getLoopbackAddress();
    try (var socket = DatagramChannel.open(StandardProtocolFamily.INET)) {
      socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      socket.bind(new InetSocketAddress(loopback, 0));
      int port = socket.socket().getLocalPort();
      var summary =
          summary(
              "%%bpf net --on choose=udp:"
                  + port
                  + " --on leave=192.0.2.77,dev=lo\n"
                  + """
                  u64 chosen, left;
                  SEC("sk_reuseport") int choose(struct sk_reuseport_md *c)
                  { chosen++; return SK_PASS; }
                  SEC("lwt_xmit") int leave(struct __sk_buff *c) { left++; return BPF_OK; }
                  """);
      assertTrue(summary.contains("route to '192.0.2.77' on interface 'lo'"), summary);
      assertTrue(
          completed("%%bpf t --on tick=|\n", "SEC(\"sk_reuseport\") int tick(int *c);")
              .contains("tick=udp:" + port));
      String send = "import socket; socket.socket(2,2).sendto(b'x',('%s',%d))";
      command("python3", "-c", send.formatted("127.0.0.1", port));
      command("python3", "-c", send.formatted("192.0.2.77", 9));
      assertEquals(1L, ((Number) object("net").global("chosen").get()).longValue());
      assertEquals(1L, ((Number) object("net").global("left").get()).longValue());
    }
    object("net").close();
    command("sh", "-c", "! ip route get 192.0.2.77 | grep -q 'dev lo'");
  }

  @Test
  void aProgramIsAttachedAndDetachedLater() throws Exception {
    notebook.run("%%bpf ticks --no-attach\n" + PING);
    assertTrue(refused("%bpf attach ticks.tick").contains("does not say where"));
    notebook.run("%bpf attach ticks.tick --on tick=syscalls:sys_enter_getpgid,cookie=7");
    getPgid();
    assertTrue(seen("ticks") > 0);
    assertTrue(refused("%bpf attach ticks.tick").contains("attached already"));
    notebook.run("%bpf attach ticks");
    assertEquals(1, object("ticks").links().size());
    notebook.run("%bpf detach ticks");
    assertEquals(0, object("ticks").links().size());
    notebook.run("%bpf attach ticks --on tick=syscalls:sys_enter_getpgid");
    notebook.run("%bpf close ticks");
    assertTrue(object("ticks").isClosed());
  }

  @Test
  void aTypeIsGivenToAProgramWhoseSectionSaysNone() throws Exception {
    notebook.run(
        "%%bpf ticks --type tick=tracepoint --on tick=syscalls:sys_enter_getpgid\n"
            + PING.replace("\"tracepoint\"", "\"mine\""));
    assertEquals("tracepoint", object("ticks").program("tick").type());
    getPgid();
    assertTrue(seen("ticks") > 0);
  }

  @Test
  void anArrayOfProgramsIsFilled() throws Exception {
    var summary = summary("%%bpf jumper --tail jumps[2]=landing\n" + JUMPING);
    getPriority();
    assertTrue(seen("jumper") > 0);
    assertTrue(summary.contains("tracepoint \u2190 jumps[2]"), summary);
    assertEquals(1, object("jumper").links().size());
  }

  @Test
  void anArrayOfProgramsIsFilledFromJava() throws Exception {
    notebook.run("%%bpf jumper\n" + JUMPING);
    object("jumper").map("jumps").put(2, object("jumper").program("landing"));
    getPriority();
    assertTrue(seen("jumper") > 0);
    object("jumper").map("jumps").remove(2);
    long before = seen("jumper");
    getPriority();
    assertEquals(before, seen("jumper"));
  }

  @Test
  void mistakesAreNamed() throws Exception {
    String on = "%%bpf t --on ";
    assertTrue(refused(on + "tik=a:b\n" + PING).contains("did you mean 'tick'?"));
    assertTrue(refused(on + "tick\n" + PING).contains("PROGRAM=TARGET"));
    assertTrue(refused(on + "tick=nowhere\n" + PING).contains("CATEGORY:NAME"));
    assertTrue(refused("%%bpf t --type tick=trcepoint\n" + PING).contains("'tracepoint'"));
    assertTrue(refused("%%bpf t --tail jumps=landing\n" + JUMPING).contains("jumps[0]="));
    assertTrue(
        refused("%%bpf t --tail jumps[010]=landing\n" + JUMPING).contains("write 10 or 0x8"));
    assertTrue(refused("%%bpf t --tail jump[0]=landing\n" + JUMPING).contains("'jumps'"));
    assertTrue(refused("%%bpf t --tail jumps[0]=landig\n" + JUMPING).contains("'landing'"));
    assertTrue(refused("%%bpf t --tail jumps[9]=landing\n" + JUMPING).contains("no such index"));
    assertTrue(notebook.variables().isEmpty());
    String typed = PING.replace("\"tracepoint\"", "\"tp_btf\"");
    assertTrue(refused(on + "tick=sys_entr\n" + typed).contains("'sys_enter'"));
    var summary = summary(on + "tick=syscalls:sys_enter_getpgd\n" + PING);
    assertTrue(summary.contains("did you mean 'sys_enter_getpgid'"), summary);
  }

  @Test
  void placesAreCompleted() throws Exception {
    assertTrue(completed("%%bpf t --on other=l|\n").contains("other=lo"));
    assertTrue(
        completed("%%bpf t --on tick=sched:sched_sw|\n").contains("tick=sched:sched_switch"));
    assertTrue(
        completed("%%bpf t --on tick=/bin/sh:main,pid=|\n")
            .contains("tick=/bin/sh:main,pid=" + ProcessHandle.current().pid()));
    assertTrue(
        completed("%%bpf t --on other=/sys/fs/|\n").stream().anyMatch(i -> i.contains("cgroup")));
    assertEquals(List.of("tick="), completed("%%bpf ticks --on ti|\n"));
    assertEquals(List.of("tick=xdp"), completed("%%bpf ticks --type tick=x|\n"));
    notebook.run("%%bpf ticks\n" + PING);
    int cursor = "%bpf load x.c --on ti".length();
    assertEquals(
        List.of("tick="),
        notebook
            .magics()
            .complete("%bpf load x.c --on ti", cursor, notebook)
            .orElseThrow()
            .items()
            .stream()
            .map(ArgumentCompletions.Item::text)
            .toList());
  }

  @Test
  void onlyWhatIsAptForTheSectionIsCompleted() throws Exception {
    String cell =
        """
        struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); } jumps SEC(".maps");
        SEC("xdp") int in(struct xdp_md *ctx) { return XDP_PASS; }
        SEC("fentry") int BPF_PROG(enter, int a) { return 0; }
        char LICENSE[] SEC("license") = "GPL";
        """;
    assertEquals(List.of("in=", "enter="), completed("%%bpf t --on |\n", cell));
    assertTrue(completed("%%bpf t --on in=|\n", cell).contains("in=lo"));
    assertTrue(completed("%%bpf t --on in=s|\n", cell).stream().noneMatch(i -> i.contains(":")));
    assertTrue(completed("%%bpf t --on enter=ksys_rea|\n", cell).contains("enter=ksys_read"));
    assertEquals(List.of("jumps[0]="), completed("%%bpf t --tail |\n", cell));
    assertEquals(List.of("jumps[0]=in"), completed("%%bpf t --tail jumps[0]=i|\n", cell));
    assertEquals(List.of("jumps="), completed("%%bpf t --size j|\n", cell));
  }

  @Test
  void everyKindOfPlaceIsCompleted() throws Exception {
    assertTrue(completedFor("lwt_out", "10.0.0.0/8,").contains("tick=10.0.0.0/8,dev=lo"));
    assertTrue(completedFor("lsm", "file_op").contains("tick=file_open"));
    assertTrue(completedFor("iter", "tas").contains("tick=task"));
    assertTrue(completedFor("netfilter", "ipv4:").contains("tick=ipv4:input:0"));
    assertTrue(completedFor("ksyscall", "opena").contains("tick=openat"));
    assertTrue(completedFor("action", "l").contains("tick=lo"));
    assertTrue(
        completedFor("lsm_cgroup/socket_bind", "").stream().anyMatch(i -> i.contains("cgroup")));
    notebook.run("%%bpf other\nSEC(\"xdp\") int in(struct xdp_md *c) { return XDP_PASS; }\n");
    assertTrue(completedFor("freplace", "oth").contains("tick=other.in:in"));
  }

  private List<String> completedFor(String section, String typed) throws Exception {
    return completed(
        "%%bpf t --on tick=" + typed + "|\n", "SEC(\"" + section + "\") int tick(int *c);");
  }

  private List<String> completed(String line) throws Exception {
    return completed(line, PING);
  }

  private List<String> completed(String line, String body) throws Exception {
    int cursor = line.indexOf('|');
    return notebook
        .magics()
        .complete(line.replace("|", "") + body, cursor, notebook)
        .orElseThrow()
        .items()
        .stream()
        .map(ArgumentCompletions.Item::text)
        .toList();
  }
}
