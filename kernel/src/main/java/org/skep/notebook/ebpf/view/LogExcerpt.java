package org.skep.notebook.ebpf.view;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.skep.text.Count;

/**
 * The head and the tail of a verifier's log, which may have hundreds of megabytes: a notebook that
 * held them could not be opened again.
 */
final class LogExcerpt {
  static final int LINES_EACH = 250;

  /** Lines are bounded too: a state of many registers is long. */
  private static final int LINE_CHARS = 1_000;

  private static @Nullable Path folder;

  private LogExcerpt() {}

  /** Whether a log is shown whole. */
  static boolean isWhole(String log) {
    return log.length() <= 2 * LINES_EACH * LINE_CHARS
        && log.lines().skip(2L * LINES_EACH).findAny().isEmpty();
  }

  /**
   * What is shown of a log.
   *
   * @param rest where the whole log is, such as {@code opens.program("count").log()}
   */
  static String of(String log, String rest) {
    if (isWhole(log)) {
      return log;
    }
    int headEnd = lineStarts(log, LINES_EACH);
    int tailStart = Math.max(headEnd, tailStart(log));
    long left = log.substring(headEnd, tailStart).lines().count();
    return bounded(log.substring(0, headEnd))
        + "... "
        + Count.of(left, "line")
        + " left out; the whole log: "
        + rest
        + "\n"
        + bounded(log.substring(tailStart));
  }

  private static String bounded(String lines) {
    var text = new StringBuilder();
    lines
        .lines()
        .forEach(
            line ->
                text.append(
                        line.length() <= LINE_CHARS ? line : line.substring(0, LINE_CHARS) + " ...")
                    .append('\n'));
    return text.toString();
  }

  /** Where so many lines end. */
  private static int lineStarts(String log, int lines) {
    int at = 0;
    for (int i = 0; i < lines; i++) {
      int next = log.indexOf('\n', at);
      if (next < 0) {
        return log.length();
      }
      at = next + 1;
    }
    return at;
  }

  private static int tailStart(String log) {
    int at = log.endsWith("\n") ? log.length() - 1 : log.length();
    for (int i = 0; i < LINES_EACH && at >= 0; i++) {
      at = log.lastIndexOf('\n', at - 1);
    }
    return at + 1;
  }

  /**
   * Keeps a log in a file for as long as the notebook kernel runs, where no object has it, and
   * gives the words that say where.
   */
  static synchronized String keep(String object, String program, String log) {
    try {
      Path here = folder;
      if (here == null) {
        here = Files.createTempDirectory("skep-logs");
        here.toFile().deleteOnExit();
        folder = here;
      }
      Path file = here.resolve(object + "." + program + ".log");
      Files.writeString(file, log);
      file.toFile().deleteOnExit();
      return "the file " + file + ", until the notebook's kernel ends";
    } catch (IOException e) {
      return "nowhere, as it could not be written: " + e.getMessage();
    }
  }
}
