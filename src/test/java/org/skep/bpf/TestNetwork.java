package org.skep.bpf;

import java.nio.file.Path;

/**
 * A pair of devices, of which one end lies in a network namespace of its own: what is sent there
 * comes in here. Closing it takes both away.
 */
final class TestNetwork implements AutoCloseable {
  private static int count;

  private final String name =
      "skep" + ProcessHandle.current().pid() % 100_000 + (char) ('a' + count++ % 26);

  private TestNetwork() {}

  /** Makes the devices and brings them up. */
  static TestNetwork make() {
    var network = new TestNetwork();
    Cell.succeed("ip", "netns", "add", network.name);
    Cell.succeed(
        "ip",
        "link",
        "add",
        network.name,
        "type",
        "veth",
        "peer",
        "name",
        network.peer(),
        "netns",
        network.name);
    Cell.succeed("ip", "link", "set", network.name, "up");
    Cell.succeed("ip", "-n", network.name, "link", "set", network.peer(), "up");
    Cell.succeed("ip", "-n", network.name, "link", "set", "lo", "up");
    return network;
  }

  /** The device of this namespace. */
  String device() {
    return name;
  }

  /** The device of the other namespace. */
  String peer() {
    return name + "p";
  }

  /** The other namespace. */
  Path namespace() {
    return Path.of("/run/netns", name);
  }

  /** Runs Python in the other namespace. */
  String pythonThere(String code) {
    return Cell.succeed("ip", "netns", "exec", name, "python3", "-c", code);
  }

  /** Sends a frame from the other namespace, which comes in at {@link #device}. */
  void sendFrame() {
    pythonThere(
        "import socket; s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW); s.bind(('"
            + peer()
            + "',0)); s.send(b'\\xff'*12+b'\\x88\\xb5'+b'x'*60)");
  }

  /** Sends a frame from here, which goes out at {@link #device}. */
  void sendFrameOut() {
    Cell.succeed(
        "python3",
        "-c",
        "import socket; s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW); s.bind(('"
            + device()
            + "',0)); s.send(b'\\xff'*12+b'\\x88\\xb5'+b'x'*60)");
  }

  @Override
  public void close() {
    Cell.command("ip", "link", "del", name);
    Cell.command("ip", "netns", "del", name);
  }
}
