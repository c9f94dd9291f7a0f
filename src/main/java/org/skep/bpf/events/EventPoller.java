package org.skep.bpf.events;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.skep.SyscallException;
import org.skep.bpf.base.NativeObject;
import org.skep.internal.libbpf.Epoll;
import org.skep.internal.libbpf.Libc;

/**
 * Waits for events or for the end of the waiting.
 *
 * <p>Waking a reader for each event costs a hundred times what the event costs. So a reader waits
 * for events only while there are none; while they come it lets them gather, and wakes for nothing
 * but the end.
 */
public final class EventPoller implements AutoCloseable {
  private static final int ROOM = 8;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment room = Epoll.room(arena, ROOM);
  private final int end = Epoll.eventfd();
  private final int forEvents = Epoll.create();
  private final int forEnd = Epoll.create();
  private boolean closed;

  public EventPoller(List<Integer> descriptors) {
    boolean whole = false;
    try {
      check(end);
      check(forEvents);
      check(forEnd);
      check(Epoll.add(forEnd, end));
      check(Epoll.add(forEvents, end));
      for (int fd : descriptors) {
        check(Epoll.add(forEvents, fd));
      }
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  private static void check(int result) {
    if (result < 0) {
      throw new SyscallException(
          "wait for events", -result, NativeObject.words(-result, List.of()));
    }
  }

  /** Waits until there are events that wake, until the end, or for so many nanoseconds. */
  void forEvents(long most) {
    await(forEvents, most);
  }

  /** Waits until the end or for so many nanoseconds, whatever events come. */
  void forEnd(long most) {
    await(forEnd, most);
  }

  private void await(int epoll, long most) {
    long millis = (most + 999_999) / 1_000_000;
    if (millis > 0) {
      Epoll.await(epoll, room, (int) Math.min(Integer.MAX_VALUE, millis));
    }
  }

  /** Ends the wait that is under way and all later ones, at once. From any thread. */
  synchronized void end() {
    if (!closed) {
      Epoll.signal(end);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      release(forEvents);
      release(forEnd);
      release(end);
      arena.close();
    }
  }

  private static void release(int fd) {
    if (fd >= 0) {
      Libc.close(fd);
    }
  }
}
