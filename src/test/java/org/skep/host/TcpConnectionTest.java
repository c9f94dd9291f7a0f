package org.skep.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TcpConnectionTest {
  /** As Linux on a little-endian CPU shows it: 3 bytes sent in vain 4 times. */
  @Test
  void aLineOfProcIsReadByValue() throws Exception {
    String line =
        "   7: 016433C6:22B8 026433C6:B87E 01 00000003:00000000 01:00000A2B 00000004     0        0"
            + " 4711 2 0000000000000000 20 4 30 10 -1";
    if (java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN) {
      assertEquals(
          Optional.of(
              new TcpConnection(
                  4711,
                  new InetSocketAddress(InetAddress.getByName("198.51.100.1"), 8888),
                  new InetSocketAddress(InetAddress.getByName("198.51.100.2"), 47230),
                  3,
                  4)),
          TcpConnection.parse(line));
    }
    assertEquals(Optional.empty(), TcpConnection.parse(line.replace(" 01 0000", " 0A 0000")));
    assertEquals(Optional.empty(), TcpConnection.parse("sl local_address"));
  }

  @Test
  void whatAProcessAcceptsIsToldFromWhatItOpens() throws Exception {
    long own = ProcessHandle.current().pid();
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var opened = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket accepted = server.accept()) {
      int port = server.getLocalPort();
      List<TcpConnection> both =
          TcpConnection.of(own).stream()
              .filter(c -> c.local().getPort() == port || c.remote().getPort() == port)
              .toList();
      assertEquals(2, both.size());
      assertTrue(both.getFirst().isOtherEndOf(both.getLast()));
      assertTrue(TcpConnection.listeningPorts(own).contains(port));
      assertTrue(TcpConnection.has(own, Set.of(both.getFirst().inode())));
      assertFalse(TcpConnection.has(own, Set.of(-1L)));
      List<Integer> ends =
          TcpConnection.acceptedBy(own).stream()
              .filter(c -> c.local().getPort() == port || c.remote().getPort() == port)
              .map(c -> c.remote().getPort())
              .toList();
      assertEquals(List.of(accepted.getPort()), ends);
      assertEquals(opened.getLocalPort(), accepted.getPort());
    }
  }
}
