package org.skep.bpf;

import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.skep.table.NotedTable;

/**
 * Events of a map while they are read, by a thread of its own. {@link EventSource#open} begins it;
 * it ends with its time, its count, its object, or {@link #close()}, and has its events still.
 *
 * <p>Safe for many threads.
 */
public final class EventStream implements AutoCloseable {
  private final BpfMap map;
  private final EventState state;
  private final EventBuffer buffer;
  private final RecordKinds kinds;
  private final EventFiles files;
  private final LossCount loss;
  private final long lossBefore;
  private final EventWait wait;
  private final long limit;
  private final long start = System.nanoTime();
  private final @Nullable Long deadline;
  private final Pace pace = new Pace();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopping;

  // What follows changes with each look, under the lock of this object.
  private long before = -1;
  private long lossNow;
  private long bytes;
  private double highestFill;
  private long neededBytes;
  private long endTime;
  private @Nullable Throwable failure;

  EventStream(
      BpfMap map,
      EventState state,
      long lossBefore,
      EventBuffer buffer,
      RecordKinds kinds,
      EventFiles files,
      LossCount loss,
      @Nullable Duration time,
      long limit) {
    this.map = map;
    this.state = state;
    this.buffer = buffer;
    this.kinds = kinds;
    this.files = files;
    this.loss = loss;
    this.lossBefore = lossBefore;
    this.lossNow = lossBefore;
    this.limit = limit;
    this.neededBytes = buffer.byteSize();
    this.deadline = time == null ? null : start + time.toNanos();
    this.wait = new EventWait(buffer.descriptors());
  }

  /** Lets the reading begin. */
  EventStream start() {
    Thread.ofPlatform().daemon().name("skep-events-" + map.name()).start(this::run);
    return this;
  }

  private void run() {
    try {
      boolean goesOn = true;
      while (goesOn) {
        goesOn = turn();
      }
    } catch (UncheckedIOException e) {
      synchronized (this) {
        files.failed(e);
      }
    } catch (Throwable e) {
      synchronized (this) {
        failure = e;
      }
    } finally {
      synchronized (this) {
        endTime = System.nanoTime();
        files.end(status());
        wait.close();
        buffer.close();
        state.end(lossNow);
      }
      ended.countDown();
    }
  }

  /** Looks once and waits for the next look; whether there is to be one. */
  private boolean turn() {
    long left = deadline == null ? Long.MAX_VALUE : deadline - System.nanoTime();
    boolean last = stopping || left <= 0 || map.home().lifetime().isClosed();
    long got = look(last);
    if (last || kinds.received() >= limit) {
      return false;
    }
    if (got == 0) {
      wait.forEvents(Math.min(Pace.IDLE, left));
    } else {
      wait.forEnd(Math.min(pace.after(buffer.fill()), left));
    }
    return true;
  }

  private synchronized long look(boolean last) {
    long got = buffer.drain(this::take, limit - kinds.received(), last);
    if (before < 0) {
      before = got;
    }
    double fill = buffer.fill();
    highestFill = Math.max(highestFill, fill);
    long lost = countLoss();
    if (lost > lossNow) {
      double each = kinds.received() == 0 ? 64 : (double) bytes / kinds.received();
      long needed = (long) (Math.max(fill, 1) * buffer.byteSize() + (lost - lossNow) * each);
      neededBytes = Math.max(neededBytes, Long.highestOneBit(2 * needed - 1));
      highestFill = Math.max(highestFill, 1);
      lossNow = lost;
    }
    files.look();
    return got;
  }

  private void take(MemorySegment memory, long offset, long stride, int length, int count) {
    bytes += (length + 15L & -8L) * count;
    files.take(memory, offset, stride, length, count);
  }

  private long countLoss() {
    long told = buffer.lost();
    if (told >= 0) {
      return told;
    }
    try {
      return loss.now();
    } catch (IllegalStateException e) {
      return lossNow; // the object closes just now
    }
  }

  /** Whether it has ended. */
  public boolean isEnded() {
    return ended.getCount() == 0;
  }

  /**
   * Waits until it has ended.
   *
   * @return the events
   * @throws InterruptedException if the thread is interrupted; the stream goes on
   */
  public Events await() throws InterruptedException {
    ended.await();
    return events();
  }

  /**
   * Waits until it has ended, but not longer than this.
   *
   * @return whether it has ended
   * @throws InterruptedException if the thread is interrupted; the stream goes on
   */
  public boolean await(Duration most) throws InterruptedException {
    return ended.await(most.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The events so far. */
  public synchronized Events events() {
    rethrow();
    EventStatus status = status();
    Map<String, NotedTable> tables = kinds.tables();
    NotedTable table = kinds.table(tables);
    for (String note : status.notes()) {
      table = table.withNote(note);
    }
    for (String note : files.notes()) {
      table = table.withNote(note);
    }
    return new Events(table, tables, status);
  }

  /** The events so far as a table; see {@link Events#table()}. */
  public NotedTable table() {
    return (NotedTable) events().table();
  }

  /** The latest few events of each type, by the name of the type: a glance that costs little. */
  public synchronized Map<String, NotedTable> latest() {
    return kinds.latest();
  }

  /** What is known of the reading so far. */
  public synchronized EventStatus status() {
    boolean counted = buffer.lost() >= 0 || loss.isKnown();
    return new EventStatus(
        map.name(),
        map.type() == BpfMapType.PERF_EVENT_ARRAY,
        kinds.received(),
        Math.max(0, before),
        counted ? OptionalLong.of(lossNow - lossBefore) : OptionalLong.empty(),
        counted && buffer.lost() < 0 && !loss.isWhole(),
        highestFill,
        buffer.byteSize(),
        neededBytes,
        buffer.disordered(),
        Duration.ofNanos((isEnded() ? endTime : System.nanoTime()) - start));
  }

  /**
   * Why a file that was to have the events could not be written, which ended the reading; the table
   * has what was read till then.
   */
  public synchronized Optional<UncheckedIOException> fileFailure() {
    return Optional.ofNullable(files.failure());
  }

  private void rethrow() {
    Throwable why = failure;
    if (why != null) {
      throw new IllegalStateException(
          "read events of '" + map.name() + "': " + why.getMessage(), why);
    }
  }

  /**
   * Ends it at once, after a last look at what is there. What was read stays at hand. Closing again
   * does nothing.
   */
  @Override
  public void close() {
    stopping = true;
    wait.end();
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return map + ": " + status();
  }
}
