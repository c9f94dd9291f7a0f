package org.skep.notebook.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.bpf.BpfLink;
import org.skep.bpf.BpfObject;
import org.skep.bpf.OpenBpfObject;
import org.skep.bpf.attach.AttachPoint;
import org.skep.compile.BpfCompiler;
import org.skep.compile.BpfSource;
import org.skep.host.TcpConnection;
import org.skep.notebook.display.CurrentCell;
import org.skep.notebook.display.RecordingOutput;
import org.skep.notebook.ebpf.cell.ConnectionGuard;
import org.skep.notebook.ebpf.cell.GuardedAttaching;

/** A connection of TCP between two network namespaces, as that of a notebook and its page. */
@Tag("privileged")
class ConnectionGuardIT {
  private static final String DEVICE = "skepg" + ProcessHandle.current().pid() % 100_000;
  private static final String PROGRAMS =
      """
      SEC("xdp") int drop(struct xdp_md *c) { return XDP_DROP; }
      SEC("xdp") int pass(struct xdp_md *c) { return XDP_PASS; }
      SEC("tc") int shoot(struct __sk_buff *c) { return 2 /* TC_ACT_SHOT */; }
      """;

  private static BpfObject object;

  @BeforeAll
  static void makeNetwork() throws Exception {
    run("ip", "netns", "add", DEVICE);
    run("ip", "link", "add", DEVICE, "type", "veth", "peer", "name", "p", "netns", DEVICE);
    run("ip", "address", "add", "198.51.100.1/24", "dev", DEVICE);
    run("ip", "link", "set", DEVICE, "up");
    run("ip", "-n", DEVICE, "address", "add", "198.51.100.2/24", "dev", "p");
    run("ip", "-n", DEVICE, "link", "set", "p", "up");
    var source = BpfSource.of("guarded", PROGRAMS);
    object =
        OpenBpfObject.open("guarded", BpfCompiler.ofThisMachine().compile(source).elf()).load();
  }

  @AfterAll
  static void removeNetwork() throws Exception {
    run("ip", "link", "del", DEVICE);
    run("ip", "netns", "del", DEVICE);
    object.close();
  }

  private static void run(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  /** The page: sends back what it gets. */
  private static Process page(int port) throws Exception {
    return new ProcessBuilder(
            "ip",
            "netns",
            "exec",
            DEVICE,
            "python3",
            "-c",
            """
            import socket, sys
            s = socket.create_connection(('198.51.100.1', int(sys.argv[1])))
            while data := s.recv(100):
                s.sendall(data)
            """,
            Integer.toString(port))
        .start();
  }

  private static Map<Long, TcpConnection> ofThisProcess() {
    return TcpConnection.acceptedBy(ProcessHandle.current().pid()).stream()
        .collect(Collectors.toMap(TcpConnection::inode, c -> c));
  }

  private static BpfLink unwatched(String program, AttachPoint point) {
    var made = new ArrayList<BpfLink>();
    GuardedAttaching.by(
        new ConnectionGuard(Map.of()), () -> made.add(object.program(program).attach(point)));
    return made.getFirst();
  }

  private static void echo(Socket connection) throws Exception {
    connection.getOutputStream().write(7);
    assertEquals(7, connection.getInputStream().read());
  }

  /** It is cut for good without the guard: nothing that is sent would come back. */
  @ParameterizedTest
  @ValueSource(strings = {"drop", "shoot"})
  void aProgramThatCutsTheConnectionIsDetached(String program) throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getByName("198.51.100.1"))) {
      Process page = page(server.getLocalPort());
      try (Socket connection = server.accept()) {
        echo(connection);
        var guard = new ConnectionGuard(ofThisProcess());
        AttachPoint point =
            program.equals("drop")
                ? new AttachPoint.Xdp(DEVICE)
                : new AttachPoint.Tcx(DEVICE, false);
        String page2 = "198.51.100.2:" + connection.getPort();
        assertEquals(
            Optional.of(
                point.describe()
                    + " carries this notebook (to "
                    + page2
                    + "): its connections are watched for 30 s, and the program is detached if it"
                    + " cuts them (--keep leaves it)"),
            guard.warning(point));
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        BpfLink link = unwatched(program, point);
        guard.watch(List.of(link), said::add);
        echo(connection); // returns once the program is gone, and TCP has sent it once more
        assertTrue(link.isClosed());
        assertEquals(
            "detached '"
                + program
                + "' from "
                + point.describe()
                + ": the notebook's connection to "
                + page2
                + " was no longer acknowledged (--keep leaves it attached; let the program pass the"
                + " notebook's own packets)",
            said.poll(10, TimeUnit.SECONDS));
      } finally {
        page.destroyForcibly().waitFor();
      }
    }
  }

  /** What a cell of Java attaches is watched as well, without any magic. */
  @Test
  void aProgramThatJavaAttachesIsDetachedToo() throws Exception {
    GuardedAttaching.install();
    GuardedAttaching.install();
    try (var server = new ServerSocket(0, 1, InetAddress.getByName("198.51.100.1"))) {
      Process page = page(server.getLocalPort());
      try (Socket connection = server.accept()) {
        echo(connection);
        var output = new RecordingOutput();
        AttachPoint point = new AttachPoint.Xdp(DEVICE);
        BpfLink link = CurrentCell.with(output, () -> object.program("drop").attach(point));
        echo(connection);
        assertTrue(link.isClosed());
        for (int i = 0; i < 100 && !output.err().contains("detached"); i++) {
          Thread.sleep(50);
        }
        String said = output.err();
        assertEquals(2, said.lines().count(), said);
        assertTrue(said.startsWith(point.describe() + " carries this notebook (to "), said);
        assertTrue(said.contains("\ndetached 'drop' from " + point.describe()), said);
      } finally {
        page.destroyForcibly().waitFor();
      }
    }
  }

  /** {@code --keep} is meant so, and the next program is watched again. */
  @Test
  void aProgramToKeepIsNotWatched() throws Exception {
    GuardedAttaching.install();
    try (var server = new ServerSocket(0, 1, InetAddress.getByName("198.51.100.1"))) {
      Process page = page(server.getLocalPort());
      try (Socket connection = server.accept()) {
        echo(connection);
        AttachPoint point = new AttachPoint.Xdp(DEVICE);
        BpfLink link = unwatched("drop", point);
        connection.getOutputStream().write(7);
        Thread.sleep(4_000); // a program that is watched is gone after some two seconds
        assertFalse(link.isClosed());
        link.close();
      } finally {
        page.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void aProgramThatLetsTheConnectionPassStays() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getByName("198.51.100.1"))) {
      Process page = page(server.getLocalPort());
      try (Socket connection = server.accept();
          BpfLink link = object.program("pass").attach(new AttachPoint.Xdp(DEVICE))) {
        var guard = new ConnectionGuard(ofThisProcess());
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        guard.watch(List.of(link), said::add);
        for (int i = 0; i < 20; i++) {
          echo(connection);
        }
        assertEquals(null, said.poll(2, TimeUnit.SECONDS));
        assertFalse(link.isClosed());
      } finally {
        page.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void whatCarriesNoConnectionIsNotWarnedOf() throws Exception {
    var guard = new ConnectionGuard(Map.of());
    assertEquals(Optional.empty(), guard.warning(new AttachPoint.Xdp(DEVICE)));
    assertFalse(ConnectionGuard.mayCut(new AttachPoint.Tracepoint("sched", "sched_switch")));
    assertTrue(ConnectionGuard.mayCut(new AttachPoint.Cgroup(Path.of("/sys/fs/cgroup"))));
  }
}
