package org.skep.host.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.skep.SyscallException;
import org.skep.host.Mounts;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.Libc;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;

/**
 * What programs print by {@code bpf_printk}, from now on: the lines of all programs of the machine,
 * because a line does not say which program it is of.
 *
 * <p>They are read through a pipe of this process's own, so that they are not taken away from who
 * else reads the trace pipe of the machine. For one thread.
 */
public final class TraceLog implements AutoCloseable {
  /**
   * A printed line.
   *
   * @param at seconds since boot
   * @param cpu where the program ran
   * @param task the name of the thread in which it ran
   * @param pid the number of that thread
   * @param text what was printed, which may have several lines; a line end behind it is left out
   */
  public record Line(double at, int cpu, String task, int pid, String text) {
    @Override
    public String toString() {
      return String.format(java.util.Locale.ROOT, "%.6f  %s-%d  %s", at, task, pid, text);
    }
  }

  private static final String EVENT = "events/bpf_trace/bpf_trace_printk/enable";
  private static final String PREFIX = "skep-";
  private static final long PAUSE_MILLIS = 20;
  private static final int ROOM = 64 << 10;

  /** How long one look at the pipe lasts at most: reading it may itself make programs print. */
  private static final long LOOK_NANOS = 100_000_000;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment room = arena.allocate(ROOM);
  private final Path instance;
  private final int fd;
  private final TraceParser parser = new TraceParser();
  private boolean unread;
  private boolean closed;

  private TraceLog(Path instance) {
    this.instance = instance;
    this.fd = Libc.open(instance.resolve("trace_pipe").toString(), 0);
  }

  /**
   * Begins to listen.
   *
   * @throws org.skep.UnsupportedFeatureException if tracefs is not mounted and cannot be
   * @throws SyscallException if this process may not
   */
  public static TraceLog open() {
    Path instances = Mounts.tracefs().resolve("instances");
    Path own = instances.resolve(PREFIX + ProcessHandle.current().pid() + "-" + System.nanoTime());
    TraceLog log = null;
    try {
      removeLeftOvers(instances);
      Files.createDirectory(own);
      Files.writeString(own.resolve(EVENT), "1");
      log = new TraceLog(own);
      if (log.fd < 0) {
        throw refused(-log.fd, Errno.wordsOf(-log.fd));
      }
      return log;
    } catch (IOException e) {
      throw refused(Errno.EACCES.number(), String.valueOf(e.getMessage()));
    } finally {
      if (log == null) {
        remove(own);
      } else if (log.fd < 0) {
        log.close();
      }
    }
  }

  private static SyscallException refused(int errno, String why) {
    return new SyscallException(
        "listen to bpf_printk", errno, why + " (needs root, and tracefs that may be written)");
  }

  /** Those of processes that died without taking theirs away. */
  private static void removeLeftOvers(Path instances) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(instances, PREFIX + "*")) {
      for (Path each : all) {
        String[] words = String.valueOf(each.getFileName()).split("-");
        if (words.length == 3
            && words[1].matches("\\d{1,9}")
            && ProcessHandle.of(Long.parseLong(words[1])).isEmpty()) {
          remove(each);
        }
      }
    }
  }

  private static void remove(Path instance) {
    try {
      Files.deleteIfExists(instance);
    } catch (IOException e) {
      // It is in use, or was never made: the next one to listen tries again.
    }
  }

  /**
   * Reads for a time. It ends then, also where programs print faster than can be read.
   *
   * @param sink takes each line as it comes
   * @throws InterruptedException if the thread is interrupted
   */
  public void read(Duration time, Consumer<Line> sink) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (true) {
      readNow(sink);
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      Thread.sleep(unread ? 0 : Math.min(PAUSE_MILLIS, left));
    }
    readNow(sink);
  }

  /** Reads for a time into a table. */
  public static NotedTable read(Duration time) throws InterruptedException {
    List<Line> lines = new ArrayList<>();
    try (TraceLog log = open()) {
      log.read(time, lines::add);
      return log.table(lines);
    }
  }

  /**
   * Lines as a table: {@code at} (seconds since boot), {@code cpu}, {@code task}, {@code pid},
   * {@code text}.
   */
  public NotedTable table(List<Line> lines) {
    List<String> notes = new ArrayList<>();
    notes.add(
        lines.size()
            + (lines.size() == 1 ? " line" : " lines")
            + " of all programs of the machine that print, "
            + completeness());
    return Rows.of("bpf_printk", lines)
        .measure("at", l -> java.util.OptionalDouble.of(l.at()))
        .integer("cpu", Line::cpu)
        .text("task", Line::task)
        .integer("pid", Line::pid)
        .text("text", Line::text)
        .table(notes);
  }

  /**
   * Takes the lines that are there now; does not wait. It stops after a tenth of a second, or when
   * the thread is interrupted: a program that prints whenever somebody reads would never let it
   * end.
   */
  public void readNow(Consumer<Line> sink) {
    long end = System.nanoTime() + LOOK_NANOS;
    unread = true;
    while (!closed && !Thread.currentThread().isInterrupted() && System.nanoTime() < end) {
      int read = Libc.read(fd, room);
      if (read <= 0) {
        unread = false;
        parser.end(sink);
        return;
      }
      parser.add(room.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE), sink);
    }
  }

  /** How many lines were overwritten before they were read, as far as the kernel says. */
  public long lost() {
    return parser.lost();
  }

  /** How complete the lines are that were read, in words: {@code none lost}. */
  public String completeness() {
    return parser.completeness() + (unread ? ", more were being printed when reading ended" : "");
  }

  /** Ends it. Closing again does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (fd >= 0) {
      Libc.close(fd);
    }
    arena.close();
    try {
      Files.writeString(instance.resolve(EVENT), "0");
    } catch (IOException | UncheckedIOException e) {
      // It goes with the instance.
    }
    remove(instance);
  }
}
