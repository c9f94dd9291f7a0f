package org.skep.bpf.events;

import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.skep.BpfException;
import org.skep.bpf.EventSource;
import org.skep.bpf.base.ResourceStack;
import org.skep.bpf.decode.EventStatus;
import org.skep.bpf.decode.Events;
import org.skep.bpf.decode.TaggedEvents;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.read.KernelMap;
import org.skep.bpf.read.LossCount;
import org.skep.bpf.recording.EventFiles;
import org.skep.table.NotedTable;
import org.skep.table.build.Naming;

/**
 * Events of a map while they are read, by a thread of its own. {@link EventSource#open} begins it;
 * it ends with its time, its count, its object, or {@link #close()}, and has its events still.
 *
 * <p>Safe for many threads.
 */
public final class EventStream implements AutoCloseable {
  private final KernelMap map;
  private final EventBuffer buffer;
  private final TaggedEvents kinds;
  private final EventFiles files;
  private final LossCount loss;
  private final long lossBefore;
  private final boolean lossKnown;
  private final EventPoller wait;
  private final EventState state;
  private final long limit;
  private final long start;
  private final @Nullable Long deadline;
  private final PollInterval pace = new PollInterval();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopping;

  // What follows changes with each look, under the lock of this object.
  private long lossNow;
  private long bytes;
  private double highestFill;
  private long neededBytes;
  private long endTime;
  private boolean over;

  /**
   * What a reading is made of, which it takes over.
   *
   * @param lossBefore what the programs counted before it
   */
  public record Parts(
      EventState state,
      EventBuffer buffer,
      EventPoller waiter,
      TaggedEvents kinds,
      EventFiles files,
      LossCount loss,
      long lossBefore) {}

  /**
   * @param start when the reading began
   * @param time how long it lasts; null for no end
   */
  public EventStream(KernelMap map, Parts parts, long start, @Nullable Duration time, long limit) {
    this.map = map;
    this.state = parts.state;
    this.buffer = parts.buffer;
    this.wait = parts.waiter;
    this.kinds = parts.kinds;
    this.files = parts.files;
    this.loss = parts.loss;
    this.lossBefore = parts.lossBefore;
    this.lossNow = lossBefore;
    this.lossKnown = buffer.lost() >= 0 ? !loss.hasFixedCpu() : loss.isKnown();
    this.limit = limit;
    this.neededBytes = buffer.byteSize();
    this.start = start;
    this.endTime = start;
    this.deadline = time == null ? null : start + time.toNanos();
  }

  /** Lets the reading begin. */
  public EventStream start() {
    Thread.ofPlatform().daemon().name("skep-events-" + map.name()).start(this::run);
    return this;
  }

  private void run() {
    try {
      boolean goesOn = true;
      while (goesOn) {
        goesOn = turn();
      }
    } catch (Throwable e) {
      fail(e);
    } finally {
      try {
        release();
      } catch (Throwable e) {
        fail(e);
      } finally {
        ended.countDown();
      }
    }
  }

  private synchronized void fail(Throwable why) {
    files.failed(
        why instanceof BpfException
                || why instanceof IllegalStateException
                || why instanceof UncheckedIOException
            ? (RuntimeException) why
            : new IllegalStateException("read events of '" + map.name() + "': " + why, why));
  }

  private synchronized void release() {
    over = true;
    try (var all = new ResourceStack()) {
      all.add(() -> state.end(lossNow));
      all.add(buffer::close);
      all.add(wait::close);
      all.add(() -> files.end(status()));
    }
  }

  /** Looks once and waits for the next look; whether there is to be one. */
  private boolean turn() {
    long left = deadline == null ? Long.MAX_VALUE : deadline - System.nanoTime();
    boolean last = stopping || left <= 0 || map.context().lifetime().isClosed();
    long got = look(last);
    if (last || isDone()) {
      return false;
    }
    if (got == 0) {
      wait.forEvents(Math.min(PollInterval.IDLE, left));
    } else {
      wait.forEnd(Math.min(pace.after(buffer.fill()), left));
    }
    return true;
  }

  private synchronized boolean isDone() {
    return kinds.received() >= limit || files.failure() != null;
  }

  /** The reading's time is that up to its last look: what came later is not among its events. */
  private synchronized long look(boolean last) {
    endTime = System.nanoTime();
    long got = buffer.drain(this::take, limit - kinds.received(), last);
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
    files.flushIfDue();
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
  public Events events() {
    name();
    return made();
  }

  /** Names what the tables show by name: the reading goes on meanwhile. */
  private void name() {
    List<Naming> unnamed;
    synchronized (this) {
      unnamed = kinds.unnamed();
    }
    unnamed.forEach(Naming::resolve);
    synchronized (this) {
      unnamed.forEach(Naming::store);
    }
  }

  private synchronized Events made() {
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
  public Map<String, NotedTable> latest() {
    Map<String, Supplier<NotedTable>> copies;
    synchronized (this) {
      copies = kinds.latest();
    }
    Map<String, NotedTable> tables = new LinkedHashMap<>();
    copies.forEach((type, copy) -> tables.put(type, copy.get()));
    return tables;
  }

  /** What is known of the reading so far. */
  public synchronized EventStatus status() {
    boolean perf = buffer.lost() >= 0;
    return new EventStatus(
        map.name(),
        map.type() == BpfMapType.PERF_EVENT_ARRAY,
        kinds.received(),
        buffer.before(),
        buffer.skipped(),
        lossKnown ? OptionalLong.of(lossNow - lossBefore) : OptionalLong.empty(),
        lossKnown && !perf && !loss.isWhole(),
        highestFill,
        buffer.byteSize(),
        neededBytes,
        buffer.disordered(),
        Duration.ofNanos((over ? endTime : System.nanoTime()) - start));
  }

  /**
   * Why the reading ended early, such as a file that was to have the events and could not be
   * written; the table has what was read till then.
   */
  public synchronized Optional<RuntimeException> failure() {
    return Optional.ofNullable(files.failure());
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
    return "events of " + map.name() + ": " + status();
  }
}
