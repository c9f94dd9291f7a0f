package org.skep.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.OpenBpfObject;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.run.TestRun;
import org.skep.host.Mounts;

/** What programs change where not every Linux lets them, for as long as they are attached. */
@Tag("vm")
class EffectsIT {
  private static BpfObject object;

  @BeforeAll
  static void load() throws IOException, InterruptedException {
    object = Guest.open("effects").load();
  }

  @AfterAll
  static void close() {
    object.close();
  }

  private static long number(String global) {
    return ((Number) object.global(global).get()).longValue();
  }

  /** How often the programs ran that count in a place, while the event happened. */
  private static long hits(AttachPoint point, String program, Event event) throws Exception {
    object.global("hits").set(0);
    try (BpfLink link = object.program(program).attach(point)) {
      assertTrue(link.describe().length() > 0);
      event.happen();
    }
    long hits = number("hits");
    event.happen();
    assertEquals(hits, number("hits"), "it runs after its link was closed");
    return hits;
  }

  private interface Event {
    void happen() throws Exception;
  }

  @Test
  void aResultIsModifiedAndSeen() {
    assertTrue(Guest.mayAskForGroup());
    try (BpfLink seeing = object.program("leave").attach();
        BpfLink modifying = object.program("modify").attach()) {
      assertFalse(Guest.mayAskForGroup(), modifying::describe);
      assertEquals(-1, number("returned"), seeing::describe);
    }
    assertTrue(Guest.mayAskForGroup());
  }

  @Test
  void elementsOfAMapAreRead() throws InterruptedException {
    object.map("numbers").put(0, 7);
    object.map("numbers").put(1, 9);
    BpfProgram elements = object.program("elements");
    try (BpfLink link = elements.attach(elements.pointAt("numbers"))) {
      ByteBuffer read = ByteBuffer.wrap(link.read()).order(ByteOrder.nativeOrder());
      assertEquals(7, read.getLong());
      assertEquals(9, read.getLong());
      assertFalse(read.hasRemaining());
    }
  }

  @Test
  void aSecurityHookRefuses() {
    try (BpfLink link = object.program("refuse").attach()) {
      assertFalse(Guest.mayAskForGroup(), link::describe);
    }
    assertTrue(Guest.mayAskForGroup());
  }

  @Test
  void aSecurityHookRefusesInOneCgroup() throws IOException {
    Path root = Mounts.cgroup2().orElseThrow();
    Path cgroup = Files.createDirectory(root.resolve("skep-effects"));
    String pid = Long.toString(ProcessHandle.current().pid());
    BpfProgram program = object.program("refuse_in_cgroup");
    try (BpfLink link = program.attach(program.pointAt(cgroup.toString()))) {
      DatagramChannel.open().close();
      Files.writeString(cgroup.resolve("cgroup.procs"), pid);
      assertThrows(IOException.class, () -> DatagramChannel.open().close(), link::describe);
    } finally {
      Files.writeString(root.resolve("cgroup.procs"), pid);
      Files.delete(cgroup);
    }
    DatagramChannel.open().close();
  }

  @Test
  void aSessionMayLeaveOutTheReturn() throws Exception {
    AttachPoint both = object.program("entry_alone").declaredPoint().orElseThrow();
    assertEquals(1, hits(both, "entry_alone", Guest::sleepAndOpenAFile));
  }

  @Test
  void aFunctionIsReplaced() throws Exception {
    try (BpfObject replaced = Guest.open("replaced").load();
        OpenBpfObject open = Guest.open("replacement")) {
      BpfProgram judge = replaced.program("judge");
      assertEquals(2, judge.run(TestRun.of(new byte[64])).returned());
      open.program("other_verdict").target(judge, "verdict");
      try (BpfObject replacement = open.load()) {
        replacement.program("other_verdict").attach(new AttachPoint.Replacement(judge, "verdict"));
        assertEquals(3, judge.run(TestRun.of(new byte[64])).returned());
      }
      assertEquals(2, judge.run(TestRun.of(new byte[64])).returned());
    }
  }

  /** On the loopback device, where everything that leaves comes in. */
  @Test
  void anActionOfTrafficControl() throws Exception {
    Guest.run("ip", "link", "set", "lo", "up");
    assertTrue(hits(new AttachPoint.TcAction("lo", true), "act", EffectsIT::sendToLoopback) > 0);
    assertTrue(hits(new AttachPoint.TcAction("lo", false), "act", EffectsIT::sendToLoopback) > 0);
  }

  private static void sendToLoopback() throws IOException {
    send(InetAddress.ofLiteral("127.0.0.1"));
  }

  private static void send(InetAddress to) throws IOException {
    try (DatagramChannel sender = DatagramChannel.open()) {
      sender.send(ByteBuffer.wrap(new byte[] {1}), new InetSocketAddress(to, 9));
    }
  }

  @Test
  void bothEndsOfANetkit() throws Exception {
    Guest.run("ip", "link", "add", "skepnk", "type", "netkit"); // its peer is called nk0
    try {
      Guest.run("ip", "link", "set", "skepnk", "up");
      Guest.run("ip", "link", "set", "nk0", "up");
      Guest.run("ip", "addr", "add", "198.51.100.1/24", "dev", "skepnk");
      Guest.run("ip", "addr", "add", "203.0.113.1/24", "dev", "nk0");
      BpfProgram primary = object.program("out_of_netkit");
      assertTrue(
          hits(
                  primary.pointAt("skepnk"),
                  "out_of_netkit",
                  () -> send(InetAddress.ofLiteral("198.51.100.2")))
              > 0);
      assertTrue(
          hits(
                  object.program("out_of_peer").pointAt("skepnk"),
                  "out_of_peer",
                  () -> send(InetAddress.ofLiteral("203.0.113.2")))
              > 0);
    } finally {
      Guest.run("ip", "link", "del", "skepnk");
    }
  }
}
