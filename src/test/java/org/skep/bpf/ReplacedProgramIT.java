package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.attach.LinkState;

/** Targets that have one program, the latest, and programs of which one target is gone. */
@Tag("privileged")
class ReplacedProgramIT {
  private static final String PROGRAMS =
      """
      SEC("socket") int pass(struct __sk_buff *c) { return c->len; }
      SEC("socket") int drop(struct __sk_buff *c) { return 0; }
      SEC("sk_reuseport") int take(struct sk_reuseport_md *c) { return SK_PASS; }
      SEC("sk_reuseport") int refuse(struct sk_reuseport_md *c) { return SK_DROP; }
      SEC("sk_msg") int first(struct sk_msg_md *c) { return SK_PASS; }
      SEC("sk_msg") int second(struct sk_msg_md *c) { return SK_PASS; }
      SEC("xdp") int on_xdp(struct xdp_md *c) { return XDP_PASS; }
      struct { __uint(type, BPF_MAP_TYPE_SOCKMAP); __uint(max_entries, 1); __type(key, u32);
        __type(value, u64); } sockets SEC(".maps");
      """;

  private static BpfObject object;

  @BeforeAll
  static void load() {
    object = Cell.load("replaced", PROGRAMS);
  }

  @AfterAll
  static void close() {
    object.close();
  }

  /** What arrives of one datagram: dropped by the program, or not. */
  private static @Nullable ByteBuffer sent(DatagramChannel to) throws IOException {
    ByteBuffer got = ByteBuffer.allocate(8);
    try (DatagramChannel from = DatagramChannel.open()) {
      try {
        from.connect(to.getLocalAddress());
        from.write(ByteBuffer.wrap(new byte[4]));
      } catch (java.net.PortUnreachableException e) {
        return null;
      }
    }
    // Over the loopback it has arrived when the sending returns.
    return to.receive(got) == null ? null : got;
  }

  private static DatagramChannel receiver() throws IOException {
    DatagramChannel receiver = DatagramChannel.open();
    receiver.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    receiver.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    receiver.configureBlocking(false);
    return receiver;
  }

  private static void assertReplacing(String passing, String dropping) throws IOException {
    try (DatagramChannel receiver = receiver()) {
      AttachPoint socket = AttachPoint.Socket.of(receiver);
      assertNotNull(sent(receiver));
      BpfLink earlier = object.program(passing).attach(socket);
      assertNotNull(sent(receiver));
      BpfLink later = object.program(dropping).attach(socket);
      assertEquals(
          new LinkState.Gone(
              "another program was attached to the socket, or the socket was closed"),
          earlier.state());
      assertEquals(new LinkState.Attached(""), later.state());
      assertNull(sent(receiver));
      earlier.close();
      assertNull(sent(receiver), "closing the earlier link took the later program away");
      assertEquals(new LinkState.Attached(""), later.state());
      later.close();
      assertNotNull(sent(receiver));
    }
  }

  /** A cell that is run again is attached before the object of its earlier run is closed. */
  @Test
  void aLaterFilterOfASocketStaysWhenTheEarlierIsClosed() throws IOException {
    assertReplacing("pass", "drop");
  }

  @Test
  void aLaterProgramOfAGroupOfSocketsStaysWhenTheEarlierIsClosed() throws IOException {
    assertReplacing("take", "refuse");
  }

  @Test
  void aFilterAndAProgramOfTheGroupAreApart() throws IOException {
    try (DatagramChannel receiver = receiver()) {
      AttachPoint socket = AttachPoint.Socket.of(receiver);
      BpfLink filter = object.program("pass").attach(socket);
      BpfLink group = object.program("take").attach(socket);
      assertEquals(new LinkState.Attached(""), filter.state());
      assertEquals(new LinkState.Attached(""), group.state());
      filter.close();
      group.close();
    }
  }

  @Test
  void theEarlierProgramOfAMapOfSocketsIsGone() {
    AttachPoint map = new AttachPoint.SocketMap(object.map("sockets"));
    BpfLink earlier = object.program("first").attach(map);
    assertEquals(new LinkState.Attached(""), earlier.state());
    BpfLink later = object.program("second").attach(map);
    assertEquals(
        new LinkState.Gone(
            "another program was attached to the map, or another process detached this one;"
                + " sockets that are put into the map from now on do not have it (attach it"
                + " again)"),
        earlier.state());
    earlier.close();
    assertEquals(new LinkState.Attached(""), later.state());
    later.close();
  }

  @Test
  void aProgramOfWhichOneTargetIsGoneIsPartlyAttached() {
    BpfProgram program = object.program("on_xdp");
    try (TestNetwork kept = TestNetwork.make()) {
      BpfLink held;
      BpfLink lost;
      String device;
      try (TestNetwork removed = TestNetwork.make()) {
        device = removed.device();
        held = program.attach(new AttachPoint.Xdp(kept.device()));
        lost = program.attach(new AttachPoint.Xdp(device));
        assertEquals(new AttachOutcome.Attached(lost), program.attachment().orElseThrow());
      }
      assertEquals(
          new AttachOutcome.PartlyAttached(
              held,
              "'on_xdp' on interface '" + device + "': interface '" + device + "' was deleted"),
          program.attachment().orElseThrow());
      lost.close();
      assertEquals(new AttachOutcome.Attached(held), program.attachment().orElseThrow());
      held.close();
      assertEquals(List.of(), object.links());
    }
  }
}
