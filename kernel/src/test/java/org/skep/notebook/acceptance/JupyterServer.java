package org.skep.notebook.acceptance;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/**
 * A Jupyter server on 127.0.0.1 for one folder, with the classic page. Ends with its kernels when
 * closed.
 *
 * @param process the server
 * @param port where it listens
 * @param token what its addresses carry
 */
record JupyterServer(Process process, int port, String token) implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  static JupyterServer start(Installation installation, Path folder)
      throws IOException, InterruptedException {
    String python = installation.python("notebook", "jupyter_client");
    String token = Long.toHexString(new SecureRandom().nextLong());
    int port = freePort();
    var environment = new TreeMap<>(installation.environment());
    environment.put("JUPYTER_TOKEN", token);
    Path log = installation.results("pages").resolve("jupyter.log");
    Process process =
        Tool.start(
            environment,
            folder,
            List.of(
                python,
                "-m",
                "notebook",
                "--ip=127.0.0.1",
                "--port=" + port,
                "--no-browser",
                "--allow-root"),
            log,
            log.resolveSibling("jupyter-complaints.log"));
    var server = new JupyterServer(process, port, token);
    if (!server.answersInTime()) {
      server.close();
      throw new AssertionError(
          "start Jupyter on port %d: no answer within %s (see %s)".formatted(port, LIMIT, log));
    }
    return server;
  }

  /** The address of a notebook of the folder. */
  String page(String notebook) {
    return "http://127.0.0.1:%d/notebooks/%s?token=%s".formatted(port, notebook, token);
  }

  private boolean answersInTime() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline && process.isAlive()) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return true;
      } catch (ConnectException notYet) {
        Thread.sleep(100);
      }
    }
    return false;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    Tool.end(process);
  }
}
