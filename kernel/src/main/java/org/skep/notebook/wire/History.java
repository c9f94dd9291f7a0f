package org.skep.notebook.wire;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The inputs of this session and of those before it, kept in a file that outlives the process. The
 * file is written by a thread of its own, so that no cell waits for a disk. Where it cannot be
 * written, the history is that of this session alone.
 */
public final class History {
  private static final Duration WRITER_PATIENCE = Duration.ofSeconds(2);

  private final HistoryFile file;
  private final Log log;
  private final WorkThread writer;
  private final List<HistoryEntry> own = new ArrayList<>();
  private volatile int session = 1;
  private boolean broken; // of the writer's thread

  /** Begins a session whose inputs are added to {@code file}; the file need not exist. */
  public History(Path file, Log log) {
    this.file = new HistoryFile(file);
    this.log = log;
    writer = new WorkThread("skep-history", log);
    writer.submit(() -> attempt(() -> session = this.file.beginSession()));
    writer.start();
  }

  /** Returns where the history of the user is kept: below XDG_STATE_HOME or its default. */
  public static Path defaultFile(Map<String, String> environment, Path home) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base = state.startsWith("/") ? Path.of(state) : home.resolve(".local").resolve("state");
    return base.resolve("skep").resolve("history.jsonl");
  }

  private interface Write {
    void run() throws IOException;
  }

  private void attempt(Write write) {
    if (broken) {
      return;
    }
    try {
      write.run();
    } catch (IOException e) {
      broken = true;
      log.report(
          "write the history '"
              + file.path()
              + "': "
              + FileCause.of(e)
              + " (it is of this session alone; XDG_STATE_HOME names another folder for it)",
          null);
    }
  }

  /** Remembers an input. */
  void add(int line, String source) {
    writer.submit(
        () -> {
          var entry = new HistoryEntry(session, line, source);
          synchronized (own) {
            own.add(entry);
          }
          attempt(() -> file.append(entry));
        });
  }

  /** Returns the last {@code n} inputs, oldest first. */
  List<HistoryEntry> tail(int n) {
    return last(n, all());
  }

  /**
   * Returns the inputs of a session from line {@code start} up to but not including {@code stop}.
   *
   * @param session its number; 0 for this one, -1 for the one before it
   */
  List<HistoryEntry> range(int session, int start, int stop) {
    List<HistoryEntry> entries = all();
    int wanted = session > 0 ? session : this.session + session;
    return entries.stream()
        .filter(e -> e.session() == wanted && e.line() >= start && e.line() < stop)
        .toList();
  }

  /**
   * Returns the last {@code n} inputs that match as a whole.
   *
   * @param glob with {@code *}, {@code ?} and {@code [...]}
   * @param unique whether of equal inputs only the last is wanted
   */
  List<HistoryEntry> search(String glob, int n, boolean unique) {
    Predicate<String> matches = ShellPattern.pattern(glob).asMatchPredicate();
    List<HistoryEntry> found = all().stream().filter(e -> matches.test(e.source())).toList();
    if (unique) {
      Map<String, HistoryEntry> latest = new LinkedHashMap<>();
      for (HistoryEntry entry : found) {
        latest.remove(entry.source());
        latest.put(entry.source(), entry);
      }
      found = List.copyOf(latest.values());
    }
    return last(n, found);
  }

  private static <T> List<T> last(int n, List<T> list) {
    return list.subList(Math.max(0, list.size() - Math.max(0, n)), list.size());
  }

  private List<HistoryEntry> all() {
    settle();
    var entries = new ArrayList<HistoryEntry>();
    try {
      for (HistoryEntry entry : file.read()) {
        if (entry.session() != session && entry.line() > 0) {
          entries.add(entry);
        }
      }
    } catch (IOException e) {
      log.report("read the history '" + file.path() + "': " + FileCause.of(e), null);
    }
    synchronized (own) {
      entries.addAll(own);
    }
    return entries;
  }

  /** Waits until what was added before is written. */
  private void settle() {
    try {
      if (!writer.awaitIdle(WRITER_PATIENCE)) {
        log.report("wait for the history to be written: still busy", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
