package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.BpfException;
import org.skep.bpf.attach.AttachPoint;

/** The hooks of networks by their effect, on devices that each test makes. */
@Tag("privileged")
class NetworkAttachIT {
  private static final String XDP =
      "SEC(\"xdp\") int p(struct xdp_md *c) { return hit(XDP_PASS); }";

  private TestNetwork network;

  @BeforeEach
  void makeNetwork() {
    network = TestNetwork.make();
  }

  @AfterEach
  void removeNetwork() {
    network.close();
  }

  @ParameterizedTest
  @EnumSource
  void xdp(AttachPoint.Xdp.Mode mode) throws Exception {
    Hits.counts(XDP, new AttachPoint.Xdp(network.device(), mode), network::sendFrame);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tc", "tcx/ingress"})
  void tcxIngress(String section) throws Exception {
    Hits.counts(
        "SEC(\"" + section + "\") int p(struct __sk_buff *c) { return hit(-1); }",
        new AttachPoint.Tcx(network.device(), true),
        network::sendFrame);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tc", "tcx/egress"})
  void tcxEgress(String section) throws Exception {
    Hits.counts(
        "SEC(\"" + section + "\") int p(struct __sk_buff *c) { return hit(-1); }",
        new AttachPoint.Tcx(network.device(), false),
        network::sendFrameOut);
  }

  @Test
  void clsact() throws Exception {
    String program = "SEC(\"tc\") int p(struct __sk_buff *c) { return hit(-1); }";
    Hits.counts(program, new AttachPoint.Tc(network.device(), true), network::sendFrame);
    Hits.counts(program, new AttachPoint.Tc(network.device(), false), network::sendFrameOut);
    String disciplines = Cell.succeed("tc", "qdisc", "show", "dev", network.device());
    assertFalse(disciplines.contains("clsact"), disciplines);
  }

  /** The queueing discipline that was made for a program stays while another uses it. */
  @Test
  void clsactIsLeftToWhoUsesIt() throws Exception {
    String show = "tc qdisc show dev " + network.device();
    try (BpfObject object =
        Hits.load("SEC(\"tc\") int p(struct __sk_buff *c) { return hit(-1); }")) {
      BpfLink first = object.program("p").attach(new AttachPoint.Tc(network.device(), true));
      BpfLink second = object.program("p").attach(new AttachPoint.Tc(network.device(), false));
      first.close();
      network.sendFrameOut();
      assertTrue(Hits.of(object) > 0);
      second.close();
      assertTrue(Cell.succeed("sh", "-c", show).contains("clsact"), "the second did not make it");
    }
  }

  /** What it drops does not arrive. */
  @Test
  void aPacketIsDroppedWhileTheProgramIsThere() throws Exception {
    try (BpfObject dropping =
            Cell.load("drop", "SEC(\"xdp\") int p(struct xdp_md *c) { return XDP_DROP; }");
        BpfObject seeing =
            Hits.load("SEC(\"tc\") int p(struct __sk_buff *c) { return hit(-1); }")) {
      seeing.program("p").attach(new AttachPoint.Tcx(network.device(), true));
      BpfLink link = dropping.program("p").attach(new AttachPoint.Xdp(network.device()));
      network.sendFrame();
      assertEquals(0, Hits.of(seeing));
      link.close();
      network.sendFrame();
      assertTrue(Hits.of(seeing) > 0);
    }
  }

  @Test
  void packetSocket() throws Exception {
    Hits.counts(
        "SEC(\"socket\") int p(struct __sk_buff *c) { return hit(0); }",
        new AttachPoint.PacketSocket(network.device()),
        network::sendFrame);
  }

  @Test
  void filterOfASocket() throws Exception {
    try (DatagramChannel receiver = bound();
        BpfObject object =
            Hits.load("SEC(\"socket\") int p(struct __sk_buff *c) { return hit(0); }")) {
      receiver.configureBlocking(false);
      BpfLink link = object.program("p").attach(AttachPoint.Socket.of(receiver));
      send(receiver);
      assertEquals(1, Hits.of(object));
      assertEquals(null, receiver.receive(ByteBuffer.allocate(8)), "the filter let it pass");
      link.close();
      send(receiver);
      assertEquals(1, Hits.of(object));
      assertEquals(
          receiver.getLocalAddress().getClass(),
          receiver.receive(ByteBuffer.allocate(8)).getClass());
    }
  }

  @Test
  void socketsThatShareAPort() throws Exception {
    try (DatagramChannel receiver = shared();
        BpfObject object =
            Hits.load(
                "SEC(\"sk_reuseport\") int p(struct sk_reuseport_md *c) { return hit(SK_PASS); }")) {
      object.attachAll();
      BpfProgram p = object.program("p");
      assertEquals(
          new AttachOutcome.NeedsTarget(
              "a socket that shares its port: tcp:PORT, udp:PORT", "udp:53"),
          p.attachment().orElseThrow());
      int port = ((InetSocketAddress) receiver.getLocalAddress()).getPort();
      try (BpfLink link = p.attach(p.pointAt("udp:" + port))) {
        send(receiver);
        assertEquals(1, Hits.of(object), link::describe);
      }
      send(receiver);
      assertEquals(1, Hits.of(object), "it runs after its link closed");
    }
  }

  /** Its socket is reached through the process that has it. */
  @Test
  void aSocketOfAnotherProcess() throws Exception {
    Process other =
        new ProcessBuilder(
                "python3",
                "-c",
                """
                import socket, sys
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                s.bind(('127.0.0.1', 0))
                print(s.getsockname()[1], flush=True)
                sys.stdin.read()
                """)
            .start();
    try (var reader = other.inputReader();
        BpfObject object =
            Hits.load(
                "SEC(\"sk_reuseport\") int p(struct sk_reuseport_md *c) { return hit(SK_PASS); }");
        DatagramChannel sender = DatagramChannel.open()) {
      int port = Integer.parseInt(reader.readLine());
      BpfProgram p = object.program("p");
      BpfLink link = p.attach(p.pointAt("udp:" + port));
      assertTrue(link.describe().endsWith("of process " + other.pid()), link::describe);
      var there = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      sender.send(ByteBuffer.wrap(new byte[1]), there);
      assertEquals(1, Hits.of(object));
      link.close();
      sender.send(ByteBuffer.wrap(new byte[1]), there);
      assertEquals(1, Hits.of(object));
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void aSocketThatSharesNoPortIsRefused() throws Exception {
    try (DatagramChannel receiver = bound();
        BpfObject object =
            Hits.load(
                "SEC(\"sk_reuseport\") int p(struct sk_reuseport_md *c) { return hit(SK_PASS); }")) {
      var why =
          assertThrows(
              BpfException.class,
              () -> object.program("p").attach(AttachPoint.Socket.of(receiver)));
      assertTrue(String.valueOf(why.getMessage()).contains("SO_REUSEPORT"), why::getMessage);
      why =
          assertThrows(
              BpfException.class,
              () -> object.program("p").attach(new AttachPoint.Socket(0, 9999)));
      assertTrue(String.valueOf(why.getMessage()).contains("no such socket"), why::getMessage);
    }
  }

  private static DatagramChannel bound() throws Exception {
    return DatagramChannel.open(StandardProtocolFamily.INET)
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static DatagramChannel shared() throws Exception {
    return DatagramChannel.open(StandardProtocolFamily.INET)
        .setOption(StandardSocketOptions.SO_REUSEPORT, true)
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static void send(DatagramChannel to) throws Exception {
    try (DatagramChannel sender = DatagramChannel.open()) {
      sender.send(ByteBuffer.wrap(new byte[] {1}), to.getLocalAddress());
    }
  }

  @Test
  void netfilter() throws Exception {
    Hits.counts(
        "SEC(\"netfilter\") int p(void *c) { return hit(1); }",
        new AttachPoint.Netfilter(false, AttachPoint.Netfilter.Hook.OUTPUT, -128),
        NetworkAttachIT::sendToLoopback);
  }

  private static void sendToLoopback() {
    Cell.succeed("python3", "-c", "import socket; socket.socket(2,2).sendto(b'x',('127.0.0.1',9))");
  }

  @Test
  void lookupsOfSocketsInANamespace() throws Exception {
    Hits.counts(
        "SEC(\"sk_lookup\") int p(struct bpf_sk_lookup *c) { return hit(SK_PASS); }",
        new AttachPoint.NetworkNamespace(network.namespace()),
        () ->
            network.pythonThere("import socket; socket.socket(2,2).sendto(b'x',('127.0.0.1',9))"));
  }

  /** The kernel dissects what a packet socket sends, to find where its headers end. */
  @Test
  void dissectionOfPacketsInANamespace() throws Exception {
    Hits.counts(
        "SEC(\"flow_dissector\") int p(struct __sk_buff *c) { return hit(BPF_OK); }",
        new AttachPoint.NetworkNamespace(network.namespace()),
        network::sendFrame);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lwt_out", "lwt_xmit"})
  void packetsThatLeaveByARoute(String section) throws Exception {
    address();
    Hits.counts(
        "SEC(\"" + section + "\") int p(struct __sk_buff *c) { return hit(BPF_OK); }",
        new AttachPoint.Route("192.0.2.0/28", network.device(), ""),
        () ->
            Cell.succeed(
                "python3", "-c", "import socket; socket.socket(2,2).sendto(b'x',('192.0.2.3',9))"));
    assertEquals("", Cell.succeed("ip", "route", "show", "192.0.2.0/28"));
  }

  /** The device forwards, so that a packet for elsewhere takes a route. */
  @Test
  void packetsThatComeInForARoute() throws Exception {
    address();
    Files.writeString(Path.of("/proc/sys/net/ipv4/conf", network.device(), "forwarding"), "1");
    Files.writeString(Path.of("/proc/sys/net/ipv4/conf", network.device(), "rp_filter"), "0");
    String mac = Files.readString(Path.of("/sys/class/net", network.device(), "address")).strip();
    String packet =
        """
        import socket, struct
        mac = bytes.fromhex('MAC'.replace(':', ''))
        head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 29, 1, 0, 64, 17, 0,
                           socket.inet_aton('198.51.100.2'), socket.inet_aton('192.0.2.3'))
        total = sum(struct.unpack('!10H', head))
        total = (total & 0xffff) + (total >> 16)
        head = head[:10] + struct.pack('!H', ~total & 0xffff) + head[12:]
        frame = mac + b'\\2\\0\\0\\0\\0\\1' + b'\\x08\\0' + head
        frame += struct.pack('!HHHH', 9, 9, 9, 0) + b'x'
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        s.bind(('PEER', 0))
        s.send(frame + bytes(60 - len(frame)))
        """
            .replace("MAC", mac)
            .replace("PEER", network.peer());
    Hits.counts(
        "SEC(\"lwt_in\") int p(struct __sk_buff *c) { return hit(BPF_DROP); }",
        new AttachPoint.Route("192.0.2.0/28", network.device(), "198.51.100.9"),
        () -> network.pythonThere(packet));
  }

  /** A packet with two segments, of which the first is the route's. */
  @Test
  void segmentsOfARoute() throws Exception {
    String mac = Files.readString(Path.of("/sys/class/net", network.device(), "address")).strip();
    String packet =
        """
        import socket, struct
        mac = bytes.fromhex('MAC'.replace(':', ''))
        here, last = (socket.inet_pton(socket.AF_INET6, a) for a in ('fd00:5e6::1', 'fd00:5e6::2'))
        source = socket.inet_pton(socket.AF_INET6, 'fd00:5e5::2')
        segments = struct.pack('!BBBBBBH', 59, 4, 4, 1, 1, 0, 0) + last + here
        head = struct.pack('!IHBB', 6 << 28, len(segments), 43, 64) + source + here
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        s.bind(('PEER', 0))
        s.send(mac + b'\\2\\0\\0\\0\\0\\1' + b'\\x86\\xdd' + head + segments)
        """
            .replace("MAC", mac)
            .replace("PEER", network.peer());
    Hits.counts(
        "SEC(\"lwt_seg6local\") int p(struct __sk_buff *c) { return hit(BPF_DROP); }",
        new AttachPoint.Route("fd00:5e6::1", network.device(), ""),
        () -> network.pythonThere(packet));
    assertEquals("", Cell.succeed("ip", "-6", "route", "show", "fd00:5e6::1"));
  }

  private void address() {
    Cell.succeed("ip", "address", "add", "198.51.100.1/24", "dev", network.device());
  }

  @Test
  void aRouteThatIsThereOrLeadsNowhereIsRefused() throws Exception {
    address();
    try (BpfObject object =
        Hits.load("SEC(\"lwt_out\") int p(struct __sk_buff *c) { return hit(BPF_OK); }")) {
      BpfProgram p = object.program("p");
      p.attach(p.pointAt("192.0.2.0/28,dev=" + network.device()));
      assertEquals(
          "attach 'p' to route to '192.0.2.0/28' on interface 'D': there is such a route already"
              + " (EEXIST; 'ip route show' lists it; take a narrower prefix, or remove it first)",
          refusal(p, "192.0.2.0/28,dev=" + network.device()));
      assertTrue(
          refusal(p, "192.0.2.128/28,dev=" + network.device() + ",via=203.0.113.1")
              .contains("invalid gateway"));
      assertTrue(refusal(p, "192.0.2.0/99,dev=lo").contains("a number from 0 to 32"));
      assertTrue(refusal(p, "example,dev=lo").contains("expected an address such as 10.0.0.1"));
      assertTrue(refusal(p, "192.0.2.0/24,dev=lp").contains("did you mean 'lo'?"));
    }
  }

  private String refusal(BpfProgram program, String place) {
    var why = assertThrows(RuntimeException.class, () -> program.attach(program.pointAt(place)));
    return String.valueOf(why.getMessage()).replace(network.device(), "D");
  }

  static Stream<String> parsersAndVerdicts() {
    return Stream.of(
        "SEC(\"sk_skb/stream_verdict\") int p(struct __sk_buff *c) { return hit(SK_PASS); }",
        "SEC(\"sk_skb\") int p(struct __sk_buff *c) { return hit(SK_PASS); }",
        "SEC(\"sk_skb/verdict\") int p(struct __sk_buff *c) { return hit(SK_PASS); }",
        """
        SEC("sk_skb/stream_parser") int p(struct __sk_buff *c) { return hit(c->len); }
        SEC("sk_skb/stream_verdict") int v(struct __sk_buff *c) { return SK_PASS; }
        """,
        "SEC(\"sk_msg\") int p(struct sk_msg_md *c) { return hit(SK_PASS); }");
  }

  /** What a socket of the map gets is parsed and judged, and what it sends is judged. */
  @ParameterizedTest
  @MethodSource("parsersAndVerdicts")
  void socketsOfAMap(String program) throws Exception {
    String map =
        """
        struct {
          __uint(type, BPF_MAP_TYPE_SOCKMAP); __uint(max_entries, 2);
          __type(key, u32); __type(value, u64);
        } sockets SEC(".maps");
        """;
    try (BpfObject object = Hits.load(map + program);
        ServerSocketChannel listening =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel here = SocketChannel.open(listening.getLocalAddress());
        SocketChannel there = listening.accept()) {
      BpfMap sockets = object.map("sockets");
      for (BpfProgram each : object.programs()) {
        each.attach(each.pointAt("sockets"));
      }
      sockets.put(0, here);
      there.write(ByteBuffer.wrap(new byte[] {1}));
      assertEquals(1, here.read(ByteBuffer.allocate(8)));
      here.write(ByteBuffer.wrap(new byte[] {1}));
      assertEquals(1, there.read(ByteBuffer.allocate(8)));
      long seen = Hits.of(object);
      assertTrue(seen > 0, program);
      object.links().forEach(BpfLink::close);
      assertEquals(0, object.links().size());
      // those that are in the map keep the program until they are put anew
      sockets.remove(0);
      sockets.put(0, here);
      here.write(ByteBuffer.wrap(new byte[] {1}));
      assertEquals(1, there.read(ByteBuffer.allocate(8)));
      assertEquals(seen, Hits.of(object), "it runs after its link closed");
    }
  }

  /** Where this Linux has no such action, that is said; where it has, packets are counted. */
  @Test
  void actionsOfTrafficControl() throws Exception {
    String program = "SEC(\"action\") int p(struct __sk_buff *c) { return hit(0); }";
    var point = new AttachPoint.TcAction(network.device(), true);
    try (BpfObject object = Hits.load(program)) {
      object.program("p").attach(point).close();
    } catch (BpfException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("module act_bpf"), e::getMessage);
      return;
    }
    Hits.counts(program, point, network::sendFrame);
  }

  @Test
  void absentInterfacesAreNamed() {
    try (BpfObject object = Hits.load(XDP)) {
      var why =
          assertThrows(
              BpfException.class, () -> object.program("p").attach(new AttachPoint.Xdp("lp")));
      assertEquals(
          "attach 'p' to interface 'lp': no such network interface (did you mean 'lo'?)",
          why.getMessage());
    }
  }
}
