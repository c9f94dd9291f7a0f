package org.skep.notebook.wire;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.zeromq.ZMQ;

/** Shell, control and stdin: signed messages from and to single clients. */
final class RouterChannel {
  /** How many messages that are none are told of: anybody can send them. */
  private static final int REPORTED = 100;

  private final Queue<Message> outbox = new ConcurrentLinkedQueue<>();
  private final MessageFormat format;
  private final Log log;
  private final Consumer<Message> receiver;
  private final SocketThread thread;
  private final String name;

  /**
   * Takes over a bound ROUTER socket.
   *
   * @param receiver is called on the socket's thread and must return at once
   */
  RouterChannel(
      String name, ZMQ.Socket socket, MessageFormat format, Log log, Consumer<Message> receiver) {
    this.name = name;
    this.format = format;
    this.log = log;
    this.receiver = receiver;
    thread = new SocketThread("skep-" + name, socket, new Mail(), log);
  }

  void start() {
    thread.start();
  }

  /** Hands over a message; any thread may call it. */
  void send(Message message) {
    outbox.add(message);
    thread.wake();
  }

  void close(Duration patience) throws InterruptedException {
    thread.close(patience);
  }

  private final class Mail implements SocketThread.Duties {
    private long dropped;

    @Override
    public void receive(List<byte[]> frames) {
      try {
        receiver.accept(format.decode(frames));
      } catch (MalformedMessageException e) {
        if (++dropped <= REPORTED) {
          String rest = dropped == REPORTED ? " (further ones are not reported)" : "";
          log.report("dropped a message on " + name + ": " + e.getMessage() + rest, null);
        }
      }
    }

    @Override
    public long send(ZMQ.Socket socket) {
      for (Message m = outbox.poll(); m != null; m = outbox.poll()) {
        List<byte[]> frames = format.encode(m);
        for (byte[] frame : frames.subList(0, frames.size() - 1)) {
          socket.sendMore(frame);
        }
        socket.send(frames.getLast());
      }
      return NOTHING_PENDING;
    }
  }
}
