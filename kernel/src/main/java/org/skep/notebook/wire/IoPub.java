package org.skep.notebook.wire;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/**
 * What all clients see: output, results, status. Any thread may publish; one thread writes.
 *
 * <p>The socket drops nothing while its clients read. When a client has stopped reading, the queue
 * fills and those who print wait, for at most {@link #STALL}; then that client is left behind until
 * it has caught up, and the others go on.
 */
final class IoPub {
  /** How long one client that does not read may hold up the cell. */
  private static final Duration STALL = Duration.ofSeconds(30);

  /**
   * Messages that ZeroMQ keeps for a slow client; with {@link OutputQueue} this bounds the memory.
   */
  static final int HIGH_WATER_MARK = 256;

  private static final long RETRY_MILLIS = 50;

  private final MessageFormat format;
  private final Log log;
  private final OutputQueue queue;
  private final SocketThread thread;

  /** Takes over a bound XPUB socket. */
  IoPub(ZMQ.Socket socket, MessageFormat format, Log log) {
    this.format = format;
    this.log = log;
    socket.setXpubVerbose(true); // every subscription is welcomed, not only the first of its kind
    socket.setXpubNoDrop(true);
    thread = new SocketThread("skep-iopub", socket, new Writer(), log);
    queue = new OutputQueue(format, thread::wake);
  }

  void start() {
    thread.start();
  }

  /** Publishes what must not wait for room, such as a status. */
  void publish(String type, JsonObject parent, JsonObject content) {
    queue.add(format.publication(type, parent, content));
  }

  /** Publishes what a cell made; waits while the clients are far behind. */
  void publishOutput(String type, JsonObject parent, JsonObject content) {
    queue.addWhenRoom(format.publication(type, parent, content), weight(content));
  }

  /** Publishes a message of a comm; waits while the clients are far behind. */
  void publishComm(
      String type,
      JsonObject parent,
      JsonObject metadata,
      JsonObject content,
      List<byte[]> buffers) {
    long size = weight(content) + buffers.stream().mapToLong(b -> b.length).sum();
    queue.addWhenRoom(format.publication(type, parent, metadata, content, buffers), size);
  }

  /** Publishes text of a stream, joined with what follows shortly. */
  void stream(JsonObject parent, String name, String text) {
    if (!text.isEmpty()) {
      queue.append(parent, name, text, System.nanoTime());
    }
  }

  void status(JsonObject parent, String state) {
    publish("status", parent, Json.object("execution_state", state));
  }

  /** Sends what is queued and closes the socket. */
  void close(Duration patience) throws InterruptedException {
    queue.close();
    thread.close(patience);
  }

  private static long weight(JsonElement json) {
    return switch (json) {
      case JsonObject object ->
          object.entrySet().stream().mapToLong(e -> weight(e.getValue())).sum();
      case JsonPrimitive p when p.isString() -> p.getAsString().length();
      default -> 16;
    };
  }

  private final class Writer implements SocketThread.Duties {
    private @Nullable List<byte[]> unsent;
    private long stalledSince;

    @Override
    public void receive(List<byte[]> frames) {
      byte[] subscription = frames.isEmpty() ? new byte[0] : frames.getFirst();
      if (subscription.length == 0 || subscription[0] != 1) {
        return; // not a subscription but its end
      }
      byte[] topic = Arrays.copyOfRange(subscription, 1, subscription.length);
      JsonObject content = Json.object("subscription", new String(topic, StandardCharsets.UTF_8));
      queue.add(
          new Message(
              List.of(topic),
              format.header("iopub_welcome"),
              new JsonObject(),
              new JsonObject(),
              content,
              List.of()));
    }

    @Override
    public long send(ZMQ.Socket socket) {
      while (true) {
        if (unsent == null) {
          long now = System.nanoTime();
          Message next = queue.poll(now);
          if (next == null) {
            long due = queue.nanosUntilDue(now);
            return due == Long.MAX_VALUE ? NOTHING_PENDING : TimeUnit.NANOSECONDS.toMillis(due) + 1;
          }
          unsent = format.encode(next);
          stalledSince = now;
        }
        if (!write(socket, unsent)) {
          if (System.nanoTime() - stalledSince < STALL.toNanos()) {
            return RETRY_MILLIS;
          }
          log.report("a client does not read its output and is left behind", null);
          // A message that may be dropped is dropped for those only who have no room for it, and
          // takes them off the list until they have.
          socket.setXpubNoDrop(false);
          write(socket, unsent);
          socket.setXpubNoDrop(true);
        }
        unsent = null;
      }
    }

    private static boolean write(ZMQ.Socket socket, List<byte[]> frames) {
      for (int i = 0; i < frames.size(); i++) {
        int more = i < frames.size() - 1 ? ZMQ.SNDMORE : 0;
        if (!socket.send(frames.get(i), ZMQ.DONTWAIT | more)) {
          return false; // of the first frame only: room is reckoned in whole messages
        }
      }
      return true;
    }
  }
}
