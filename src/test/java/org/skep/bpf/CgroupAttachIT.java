package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.BpfException;
import org.skep.bpf.attach.AttachPoint;
import org.skep.host.Mounts;

/** The hooks of cgroups by their effect on a process in a cgroup that each test makes. */
@Tag("privileged")
class CgroupAttachIT {
  /** Sockets of IPv4 and IPv6 that pass every hook on their way. */
  private static final String SOCKETS =
      """
      import socket
      for family, here in (socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1'):
          server = socket.socket(family, socket.SOCK_STREAM)
          server.bind((here, 0))
          server.listen()
          client = socket.socket(family, socket.SOCK_STREAM)
          client.connect(server.getsockname())
          client.getpeername()
          accepted, _ = server.accept()
          client.send(b'x')
          accepted.recv(1)
          for s in accepted, client, server:
              s.close()
          receiver = socket.socket(family, socket.SOCK_DGRAM)
          receiver.bind((here, 0))
          sender = socket.socket(family, socket.SOCK_DGRAM)
          sender.sendto(b'x', receiver.getsockname())
          receiver.recvfrom(1)
          for s in sender, receiver:
              s.close()
      """;

  private static final String UNIX =
      """
      import os, socket, tempfile
      with tempfile.TemporaryDirectory() as folder:
          def named(name, kind):
              s = socket.socket(socket.AF_UNIX, kind)
              s.bind(os.path.join(folder, name))
              return s
          server = named('server', socket.SOCK_STREAM)
          server.listen()
          client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
          client.connect(server.getsockname())
          client.getpeername()
          receiver = named('receiver', socket.SOCK_DGRAM)
          sender = named('sender', socket.SOCK_DGRAM)
          sender.sendto(b'x', receiver.getsockname())
          receiver.recvfrom(1)
      """;

  record Kind(String section, String context, String event) {
    @Override
    public String toString() {
      return section;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
            Stream.of("connect", "bind", "sendmsg", "recvmsg", "getpeername", "getsockname")
                .flatMap(
                    name ->
                        Stream.of("4", "6")
                            .map(f -> new Kind("cgroup/" + name + f, "bpf_sock_addr", SOCKETS))),
            Stream.of("connect", "sendmsg", "recvmsg", "getpeername", "getsockname")
                .map(name -> new Kind("cgroup/" + name + "_unix", "bpf_sock_addr", UNIX)),
            Stream.of("sock_create", "sock", "sock_release", "post_bind4", "post_bind6")
                .map(name -> new Kind("cgroup/" + name, "bpf_sock", SOCKETS)),
            Stream.of("cgroup_skb/ingress", "cgroup_skb/egress")
                .map(section -> new Kind(section, "__sk_buff", SOCKETS)),
            Stream.of(
                new Kind("sockops", "bpf_sock_ops", SOCKETS),
                new Kind("cgroup/dev", "bpf_cgroup_dev_ctx", "open('/dev/zero').close()"),
                new Kind("cgroup/sysctl", "bpf_sysctl", "open('/proc/sys/kernel/ostype').read()"),
                new Kind(
                    "cgroup/getsockopt",
                    "bpf_sockopt",
                    "import socket; socket.socket().getsockopt(1, 2)"),
                new Kind(
                    "cgroup/setsockopt",
                    "bpf_sockopt",
                    "import socket; socket.socket().setsockopt(1, 2, 1)")))
        .flatMap(kinds -> kinds);
  }

  private final Path cgroup =
      Mounts.cgroup2().orElseThrow().resolve("skep-test-" + ProcessHandle.current().pid());

  @BeforeEach
  void makeCgroup() throws IOException {
    Files.createDirectory(cgroup);
  }

  @AfterEach
  void removeCgroup() throws IOException {
    Files.delete(cgroup);
  }

  /** What Python prints in the cgroup, its errors too. */
  private String python(String code) {
    return Cell.command(
        "sh", "-c", "echo $$ > " + cgroup + "/cgroup.procs; exec python3 -c \"$1\"", "sh", code);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void eachKindCountsItsEvent(Kind kind) throws Exception {
    Hits.counts(
        "SEC(\"%s\") int p(struct %s *c) { return hit(1); }"
            .formatted(kind.section(), kind.context()),
        new AttachPoint.Cgroup(cgroup),
        () -> assertEquals("", python(kind.event())));
  }

  private String whileAttached(String program, String event) {
    try (BpfObject object = Cell.load("effect", program)) {
      object.program("p").attach(new AttachPoint.Cgroup(cgroup));
      return python(event);
    }
  }

  @Test
  void aSocketAPacketADeviceASysctlAndAnOptionAreRefused() {
    String makes = "import socket; socket.socket(); print('made')";
    assertTrue(
        whileAttached("SEC(\"cgroup/sock_create\") int p(struct bpf_sock *c) { return 0; }", makes)
            .contains("Operation not permitted"));
    assertEquals("made\n", python(makes));
    String sends = "import socket; print(socket.socket(2,2).sendto(b'x',('127.0.0.1',9)))";
    assertTrue(
        whileAttached("SEC(\"cgroup_skb/egress\") int p(struct __sk_buff *c) { return 0; }", sends)
            .contains("Operation not permitted"));
    assertEquals("1\n", python(sends));
    String reads = "print(len(open('/dev/zero', 'rb', 0).read(4)))";
    assertTrue(
        whileAttached(
                "SEC(\"cgroup/dev\") int p(struct bpf_cgroup_dev_ctx *c)"
                    + " { return !(c->major == 1 && c->minor == 5); }",
                reads)
            .contains("Operation not permitted"));
    assertEquals("4\n", python(reads));
    String asks = "print(open('/proc/sys/kernel/ostype').read().strip())";
    assertTrue(
        whileAttached(
                "SEC(\"cgroup/sysctl\") int p(struct bpf_sysctl *c) { return c->write ? 1 : 0; }",
                asks)
            .contains("Operation not permitted"));
    assertEquals("Linux\n", python(asks));
    String sets = "import socket; s=socket.socket(); s.setsockopt(1,2,1); print(s.getsockopt(1,2))";
    assertTrue(
        whileAttached(
                "SEC(\"cgroup/setsockopt\") int p(struct bpf_sockopt *c)"
                    + " { return c->optname != 2; }",
                sets)
            .contains("Operation not permitted"));
    assertEquals("1\n", python(sets));
  }

  @Test
  void anOptionIsAnsweredByTheProgram() {
    assertEquals(
        "4711\n",
        whileAttached(
            """
            SEC("cgroup/getsockopt") int p(struct bpf_sockopt *c) {
              int *value = c->optval;
              if (c->level == 1 && c->optname == 2 && (void *)(value + 1) <= c->optval_end) {
                *value = 4711;
                c->retval = 0;
              }
              return 1;
            }
            """,
            "import socket; print(socket.socket().getsockopt(1, 2))"));
  }

  /** A connection to a port where nobody listens reaches another. */
  @Test
  void aConnectionGoesElsewhere() throws IOException {
    String program =
        """
        volatile u32 port;
        SEC("cgroup/connect4") int p(struct bpf_sock_addr *c) {
          if (c->user_port == __builtin_bswap16(1)) c->user_port = port;
          return 1;
        }
        """;
    try (BpfObject object = Cell.load("elsewhere", program)) {
      object.program("p").attach(new AttachPoint.Cgroup(cgroup));
      String connect =
          "import socket; print(socket.create_connection(('127.0.0.1', 1)).getpeername()[1])";
      assertTrue(python(connect).contains("refused"));
      try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
        int port = server.getLocalPort();
        object.global("port").set(Short.toUnsignedInt(Short.reverseBytes((short) port)));
        assertEquals(port + "\n", python(connect));
      }
    }
  }

  /** What a program at the connection asks for, it is told of later. */
  @Test
  void aConnectionIsFollowedThroughItsStates() throws Exception {
    String program =
        """
        SEC("sockops") int p(struct bpf_sock_ops *c) {
          if (c->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB)
            bpf_sock_ops_cb_flags_set(c, BPF_SOCK_OPS_STATE_CB_FLAG);
          if (c->op == BPF_SOCK_OPS_STATE_CB && c->args[1] == BPF_TCP_CLOSE_WAIT) hit(0);
          return 1;
        }
        """;
    Hits.counts(program, new AttachPoint.Cgroup(cgroup), () -> assertEquals("", python(SOCKETS)));
  }

  @Test
  void whatIsNoCgroupIsNamed() {
    try (BpfObject object =
        Hits.load("SEC(\"cgroup/sock_create\") int p(struct bpf_sock *c) { return hit(1); }")) {
      var why =
          assertThrows(
              BpfException.class,
              () -> object.program("p").attach(new AttachPoint.Cgroup(Path.of("/tmp"))));
      assertTrue(
          String.valueOf(why.getMessage()).contains("not a cgroup v2 directory"), why::getMessage);
    }
  }
}
