package org.skep.notebook.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZMQ;

/**
 * A socket and the one thread that touches it. The thread sleeps in a selector until the socket has
 * news or {@link #wake} is called: {@link Selector#wakeup} is the only thing that two threads share
 * here, and unlike the write end of a pipe it does not break when a thread that prints is
 * interrupted.
 */
final class SocketThread {

  /** What the thread does for its socket. */
  interface Duties {
    /** The answer of {@link #send} when there is nothing to come back for. */
    long NOTHING_PENDING = 0;

    /** Takes one message that arrived. */
    void receive(List<byte[]> frames);

    /**
     * Sends what is due.
     *
     * @return after how many milliseconds to ask again, or {@link #NOTHING_PENDING}
     */
    long send(ZMQ.Socket socket);
  }

  private final ZMQ.Socket socket;
  private final Duties duties;
  private final Log log;
  private final Selector selector;
  private final Thread thread;
  private volatile boolean closing;

  SocketThread(String name, ZMQ.Socket socket, Duties duties, Log log) {
    this.socket = socket;
    this.duties = duties;
    this.log = log;
    try {
      selector = Selector.open();
      socket.getFD().register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      throw new UncheckedIOException("wait for socket '" + name + "'", e);
    }
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Makes the thread ask its duties for what to send. */
  void wake() {
    selector.wakeup();
  }

  /** Sends what is due, closes the socket on its own thread, and waits for that. */
  void close(Duration patience) throws InterruptedException {
    closing = true;
    wake();
    thread.join(patience);
  }

  private void run() {
    while (!closing) {
      try {
        turn();
      } catch (Throwable t) { // whatever one message did, the socket must go on
        log.report("socket '" + thread.getName() + "'", t);
      }
    }
    try {
      duties.send(socket);
    } finally {
      socket.close();
    }
  }

  private void turn() throws IOException {
    long patience = duties.send(socket);
    // Asking for events is the last thing before waiting: the descriptor tells of each change once.
    if ((socket.getEvents() & ZMQ.Poller.POLLIN) != 0) {
      duties.receive(receive());
    } else if (!closing) {
      selector.select(patience);
      selector.selectedKeys().clear();
    }
  }

  private List<byte[]> receive() {
    var frames = new ArrayList<byte[]>();
    do {
      byte[] frame = socket.recv(ZMQ.DONTWAIT);
      if (frame == null) {
        break;
      }
      frames.add(frame);
    } while (socket.hasReceiveMore());
    return frames;
  }
}
