package org.skep.bpf.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.bpf.BpfMap;
import org.skep.bpf.attach.AttachPoint.Kprobe;
import org.skep.bpf.attach.AttachPoint.Moment;
import org.skep.bpf.attach.AttachPoint.Netfilter;
import org.skep.bpf.attach.AttachPoint.PerfEvent;
import org.skep.bpf.attach.AttachPoint.Uprobe;
import org.skep.internal.libbpf.Uapi;

/** Places as they are typed. */
class AttachTargetParserTest {
  record Case(int type, String section, String text, AttachPoint point) {}

  private static AttachPoint parse(int type, String section, String text) {
    return new AttachTargetParser("p", type, 0, section, AttachTargetParserTest::noMap).parse(text);
  }

  private static BpfMap noMap(String name) {
    throw new IllegalArgumentException("no map '" + name + "'");
  }

  private static String refused(int type, String section, String text) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> parse(type, section, text))
            .getMessage());
  }

  static Stream<Case> cases() {
    int probe = Uapi.BPF_PROG_TYPE_KPROBE;
    int tracepoint = Uapi.BPF_PROG_TYPE_TRACEPOINT;
    int event = Uapi.BPF_PROG_TYPE_PERF_EVENT;
    var sched = new AttachPoint.Tracepoint("sched", "sched_switch");
    return Stream.of(
        new Case(tracepoint, "tp", "sched:sched_switch", sched),
        new Case(tracepoint, "tp", "sched/sched_switch", sched),
        new Case(tracepoint, "tp", "tracepoint:sched:sched_switch", sched),
        new Case(
            Uapi.BPF_PROG_TYPE_RAW_TRACEPOINT,
            "raw_tp",
            "sys_enter",
            new AttachPoint.RawTracepoint("sys_enter")),
        new Case(probe, "kprobe", "tcp_connect", new Kprobe("tcp_connect")),
        new Case(probe, "kprobe/x", "tcp_connect+0x10", new Kprobe("tcp_connect", 16, false)),
        new Case(probe, "kretprobe", "tcp_connect", new Kprobe("tcp_connect", 0, true)),
        new Case(probe, "other", "kretprobe/tcp_connect", new Kprobe("tcp_connect", 0, true)),
        new Case(
            probe, "kprobe.multi", "tcp_*", new AttachPoint.KprobeMulti("tcp_*", Moment.ENTRY)),
        new Case(
            probe, "kretprobe.multi", "tcp_*", new AttachPoint.KprobeMulti("tcp_*", Moment.RETURN)),
        new Case(
            probe, "kprobe.session", "tcp_*", new AttachPoint.KprobeMulti("tcp_*", Moment.BOTH)),
        new Case(
            probe,
            "kprobe",
            "tcp_connect,cookie=0x2a",
            new AttachPoint.WithCookie(new Kprobe("tcp_connect"), 42)),
        new Case(
            tracepoint, "tp", "sched:sched_switch,cookie=7", new AttachPoint.WithCookie(sched, 7)),
        new Case(probe, "ksyscall", "openat", new AttachPoint.Ksyscall("openat", false)),
        new Case(probe, "uprobe", "libc.so.6:malloc", new Uprobe("libc.so.6", "malloc")),
        new Case(probe, "kprobe", "/bin/x:main", new Uprobe("/bin/x", "main")),
        new Case(
            probe,
            "uretprobe",
            "libc.so.6:malloc,pid=42",
            new Uprobe("libc.so.6", "malloc", 0, 42, true)),
        new Case(probe, "uprobe", "/bin/x:0x1234", new Uprobe("/bin/x", "", 0x1234, -1, false)),
        new Case(probe, "uprobe", "/bin/x:f+8", new Uprobe("/bin/x", "f", 8, -1, false)),
        new Case(
            probe,
            "uprobe.multi",
            "/bin/x:f*",
            new AttachPoint.UprobeMulti("/bin/x", "f*", -1, Moment.ENTRY)),
        new Case(
            probe,
            "uretprobe.multi.s",
            "/bin/x:f*,pid=7",
            new AttachPoint.UprobeMulti("/bin/x", "f*", 7, Moment.RETURN)),
        new Case(
            probe,
            "usdt",
            "libc.so.6:libc:setjmp,pid=self",
            new AttachPoint.Usdt("libc.so.6", "libc", "setjmp", 0)),
        new Case(event, "perf_event", "99hz", new PerfEvent(99)),
        new Case(event, "perf_event", "cpu-clock", new PerfEvent(99)),
        new Case(
            event,
            "perf_event",
            "page-faults:1_000,pid=7",
            new PerfEvent(PerfCounter.PAGE_FAULTS, 1000, 0, 7, -1)),
        new Case(
            event,
            "perf_event",
            "r01c2:1000,cpu=1",
            new PerfEvent(PerfCounter.raw(0x1c2), 1000, 0, -1, 1)),
        new Case(
            event,
            "perf_event",
            "cycles:5000hz",
            new PerfEvent(PerfCounter.CPU_CYCLES, 0, 5000, -1, -1)),
        new Case(
            Uapi.BPF_PROG_TYPE_SCHED_ACT,
            "action",
            "eth0:egress",
            new AttachPoint.TcAction("eth0", false)),
        new Case(
            Uapi.BPF_PROG_TYPE_LWT_XMIT,
            "lwt_xmit",
            "10.1.0.0/16,via=10.0.0.1,dev=eth0",
            new AttachPoint.Route("10.1.0.0/16", "eth0", "10.0.0.1")),
        new Case(
            Uapi.BPF_PROG_TYPE_LWT_SEG6LOCAL,
            "lwt_seg6local",
            "fd00::1,dev=eth0",
            new AttachPoint.Route("fd00::1", "eth0", "")),
        new Case(
            Uapi.BPF_PROG_TYPE_SK_REUSEPORT,
            "sk_reuseport",
            "4711:5",
            new AttachPoint.Socket(4711, 5)),
        new Case(
            Uapi.BPF_PROG_TYPE_SOCKET_FILTER, "socket", "self:9", new AttachPoint.Socket(0, 9)),
        new Case(
            Uapi.BPF_PROG_TYPE_LIRC_MODE2,
            "lirc_mode2",
            "/dev/lirc0",
            new AttachPoint.Infrared(Path.of("/dev/lirc0"))),
        new Case(
            Uapi.BPF_PROG_TYPE_LSM,
            "lsm_cgroup/socket_bind",
            "/sys/fs/cgroup/x",
            new AttachPoint.Cgroup(Path.of("/sys/fs/cgroup/x"))),
        new Case(Uapi.BPF_PROG_TYPE_XDP, "xdp", "eth0", new AttachPoint.Xdp("eth0")),
        new Case(
            Uapi.BPF_PROG_TYPE_XDP,
            "xdp",
            "eth0:generic",
            new AttachPoint.Xdp("eth0", AttachPoint.Xdp.Mode.GENERIC)),
        new Case(
            Uapi.BPF_PROG_TYPE_NETFILTER,
            "netfilter",
            "ipv6:input:10",
            new Netfilter(true, Netfilter.Hook.INPUT, 10)),
        new Case(
            Uapi.BPF_PROG_TYPE_CGROUP_SKB,
            "cgroup/skb",
            "/sys/fs/cgroup/x",
            new AttachPoint.Cgroup(Path.of("/sys/fs/cgroup/x"))),
        new Case(
            Uapi.BPF_PROG_TYPE_SK_LOOKUP,
            "sk_lookup",
            "self",
            new AttachPoint.NetworkNamespace(Path.of("/proc/self/ns/net"))),
        new Case(
            Uapi.BPF_PROG_TYPE_SOCKET_FILTER, "socket", "lo", new AttachPoint.PacketSocket("lo")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void textsArePlacesForTheirType(Case each) {
    assertEquals(each.point(), parse(each.type(), each.section(), each.text()));
  }

  @Test
  void theDirectionOfTrafficIsTypedOrInTheSection() {
    int type = Uapi.BPF_PROG_TYPE_SCHED_CLS;
    assertTrue(parse(type, "tc", "lo").describe().contains("ingress of interface 'lo'"));
    assertTrue(parse(type, "tc", "lo:egress").describe().contains("egress of interface 'lo'"));
    assertTrue(parse(type, "tc/egress", "lo").describe().contains("egress"));
    assertTrue(parse(type, "tc/egress", "lo:ingress").describe().contains("ingress"));
  }

  @Test
  void whatIsNoPlaceIsAnsweredWithOne() {
    assertEquals(
        "attach 'p' to 'switch': expected CATEGORY:NAME, such as sched:sched_switch",
        refused(Uapi.BPF_PROG_TYPE_TRACEPOINT, "tp", "switch"));
    assertEquals(
        "attach 'p' to 'malloc': expected BINARY:FUNCTION, such as libc.so.6:malloc",
        refused(Uapi.BPF_PROG_TYPE_KPROBE, "uprobe", "malloc"));
    assertEquals(
        "attach 'p' to 'cpu-clok:9hz': no such perf event (did you mean 'cpu-clock'?)",
        refused(Uapi.BPF_PROG_TYPE_PERF_EVENT, "perf_event", "cpu-clok:9hz"));
    assertEquals(
        "attach 'p' to 'ipv4:imput': no such hook (did you mean 'input'?)",
        refused(Uapi.BPF_PROG_TYPE_NETFILTER, "netfilter", "ipv4:imput"));
    assertEquals(
        "attach 'p' to 'lo:fast': expected INTERFACE, INTERFACE:native or INTERFACE:generic",
        refused(Uapi.BPF_PROG_TYPE_XDP, "xdp", "lo:fast"));
    assertEquals(
        "attach 'p' to 'lo:out': expected INTERFACE, INTERFACE:ingress or INTERFACE:egress",
        refused(Uapi.BPF_PROG_TYPE_SCHED_CLS, "tc", "lo:out"));
    assertEquals(
        "attach 'p' to 'lo:1': expected INTERFACE, tcp:PORT or udp:PORT",
        refused(Uapi.BPF_PROG_TYPE_SOCKET_FILTER, "socket", "lo:1"));
    assertEquals(
        "attach 'p' to 'eth0': expected an address or prefix and an interface, such as"
            + " 10.1.0.0/16,dev=eth0",
        refused(Uapi.BPF_PROG_TYPE_LWT_IN, "lwt_in", "eth0"));
    assertEquals(
        "attach 'p' to '80': expected tcp:PORT, udp:PORT, or PID:DESCRIPTOR of a socket",
        refused(Uapi.BPF_PROG_TYPE_SK_REUSEPORT, "sk_reuseport", "80"));
    assertEquals(
        "attach 'p' to 'udp:0': no socket of this network namespace waits there, or it may not be"
            + " looked at",
        refused(Uapi.BPF_PROG_TYPE_SK_REUSEPORT, "sk_reuseport", "udp:0"));
    assertEquals(
        "attach 'p' to 'udp:65536': expected a number from 0 to 65535 but was '65536'",
        refused(Uapi.BPF_PROG_TYPE_SK_REUSEPORT, "sk_reuseport", "udp:65536"));
    assertEquals(
        "attach 'p' to '99999999999:5': expected a number from 0 to 2147483647 but was '99999999999'",
        refused(Uapi.BPF_PROG_TYPE_SK_REUSEPORT, "sk_reuseport", "99999999999:5"));
    assertEquals(
        "attach 'p' to 'tcp_connect+010': expected a number from 0 to 9223372036854775807 but was"
            + " '010' (a leading zero makes it octal in C: write 10 or 0x8)",
        refused(Uapi.BPF_PROG_TYPE_KPROBE, "kprobe", "tcp_connect+010"));
    assertEquals(
        "attach 'p' to 'ipv4:input:99999999999': expected a number from -2147483648 to 2147483647"
            + " but was '99999999999'",
        refused(Uapi.BPF_PROG_TYPE_NETFILTER, "netfilter", "ipv4:input:99999999999"));
    assertEquals(
        "attach 'p' to '': expected the path of a cgroup, such as web (/ is the root of them all)",
        refused(Uapi.BPF_PROG_TYPE_CGROUP_SKB, "cgroup/skb", " "));
    assertEquals(
        "attach 'p' to 'sched:sched_switch,cookie=many': 'cookie=many' expected a number from 0 to"
            + " 18446744073709551615",
        refused(Uapi.BPF_PROG_TYPE_TRACEPOINT, "tp", "sched:sched_switch,cookie=many"));
  }

  /** A detail that was passed over would trace every process in place of the one that was meant. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "5  ~ tp         ~ sched:sched_switch,pid=7 ~ 'pid=7' has no meaning there (compare bpf_get_current_pid_tgid() in the program)",
        "5  ~ tp         ~ sched:sched_switch,cpu=1,cookie=3 ~ 'cpu=1' has no meaning there (compare bpf_get_smp_processor_id() in the program)",
        "2  ~ kprobe     ~ tcp_connect,pid=7 ~ 'pid=7' has no meaning there (compare bpf_get_current_pid_tgid() in the program)",
        "2  ~ uprobe     ~ /bin/x:f,cpu=1 ~ 'cpu=1' has no meaning there (compare bpf_get_smp_processor_id() in the program)",
        "2  ~ uprobe     ~ /bin/x:f,pid=1,pid=2 ~ 'pid=' stands there twice",
        "6  ~ xdp        ~ lo,dev=lo ~ 'dev=lo' has no meaning there (leave it out)",
        "26 ~ fentry     ~ tcp_connect,pid=7 ~ 'pid=7' has no meaning there (compare bpf_get_current_pid_tgid() in the program)",
        "8  ~ cgroup/skb ~ web,pid=self ~ 'pid=self' has no meaning there (compare bpf_get_current_pid_tgid() in the program)",
        "7  ~ perf_event ~ page-faults:0 ~ expected an event and how often, such as cpu-clock:99hz or page-faults:100, with ,pid=N only for a process, with ,cpu=N only on that CPU",
        "7  ~ perf_event ~ cycles:0hz ~ expected an event and how often, such as cpu-clock:99hz or page-faults:100, with ,pid=N only for a process, with ,cpu=N only on that CPU",
        "7  ~ perf_event ~ 99 ~ expected an event and how often, such as cpu-clock:99hz or page-faults:100, with ,pid=N only for a process, with ,cpu=N only on that CPU"
      })
  void whatWouldBePassedOverIsRefused(int type, String section, String text, String why) {
    assertEquals("attach 'p' to '" + text + "': " + why, refused(type, section, text));
  }
}
