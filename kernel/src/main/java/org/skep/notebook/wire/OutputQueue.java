package org.skep.notebook.wire;

import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be published, in order. Text that follows text of the same stream and cell joins
 * it; text is due when it is long, when something else follows it, or after a while. So a cell that
 * prints a hundred thousand lines costs a few dozen messages, and a status never overtakes output.
 *
 * <p>Those who print wait while more than {@link #ROOM} characters are queued.
 */
final class OutputQueue {
  /** How long text waits for more to come. */
  static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Text of this many characters is sent without waiting for more. */
  static final int BATCH_CHARS = 64 * 1024;

  /** Characters that may be queued before those who print have to wait. */
  static final long ROOM = 4L << 20;

  /** Beyond this not even an interrupt lets a thread print on. */
  private static final long HARD_ROOM = 4 * ROOM;

  private sealed interface Item {
    /** Returns about how many characters it occupies. */
    long weight();
  }

  private record Ready(Message message, long weight) implements Item {}

  private static final class Text implements Item {
    final JsonObject parent;
    final String stream;
    final long since;
    final StringBuilder text = new StringBuilder();

    Text(JsonObject parent, String stream, long since) {
      this.parent = parent;
      this.stream = stream;
      this.since = since;
    }

    @Override
    public long weight() {
      return text.length();
    }

    boolean continues(JsonObject otherParent, String otherStream) {
      return parent.equals(otherParent)
          && stream.equals(otherStream)
          && text.length() < BATCH_CHARS;
    }
  }

  private final MessageFormat format;
  private final Runnable wake;
  private final Deque<Item> items = new ArrayDeque<>();
  private long weight;
  private boolean closed;

  /**
   * Makes an empty queue.
   *
   * @param wake called when the time of the next due item has changed
   */
  OutputQueue(MessageFormat format, Runnable wake) {
    this.format = format;
    this.wake = wake;
  }

  /** Adds a message that must not wait, such as a status. */
  void add(Message message) {
    synchronized (this) {
      push(new Ready(message, message.content().size()));
    }
    wake.run();
  }

  /** Adds a message of a cell, of about {@code size} characters; waits while there is no room. */
  void addWhenRoom(Message message, long size) {
    synchronized (this) {
      awaitRoom();
      push(new Ready(message, size));
    }
    wake.run();
  }

  /** Adds output of a cell; waits while there is no room. */
  void append(JsonObject parent, String stream, String text, long now) {
    boolean news;
    synchronized (this) {
      awaitRoom();
      if (items.peekLast() instanceof Text last && last.continues(parent, stream)) {
        last.text.append(text);
        weight += text.length();
        news = last.text.length() >= BATCH_CHARS;
      } else {
        var fresh = new Text(parent, stream, now);
        fresh.text.append(text);
        push(fresh);
        news = true;
      }
    }
    if (news) {
      wake.run();
    }
  }

  /** Takes the first item if it is due. */
  synchronized @Nullable Message poll(long now) {
    if (items.isEmpty() || nanosUntilDue(now) > 0) {
      return null;
    }
    Item first = items.removeFirst();
    weight -= first.weight();
    notifyAll();
    return switch (first) {
      case Ready ready -> ready.message();
      case Text text ->
          format.publication(
              "stream",
              text.parent,
              Json.object("name", text.stream, "text", text.text.toString()));
    };
  }

  /** Returns how long until {@link #poll} gives something, {@link Long#MAX_VALUE} if empty. */
  synchronized long nanosUntilDue(long now) {
    return switch (items.peekFirst()) {
      case null -> Long.MAX_VALUE;
      case Ready _ -> 0;
      case Text text when closed || items.size() > 1 || text.text.length() >= BATCH_CHARS -> 0;
      case Text text -> Math.max(0, text.since + BATCH_NANOS - now);
    };
  }

  /** Makes everything due and lets nobody wait any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  private void push(Item item) {
    items.addLast(item);
    weight += item.weight();
  }

  private void awaitRoom() {
    boolean interrupted = false;
    while (!closed && weight > (interrupted ? HARD_ROOM : ROOM)) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
