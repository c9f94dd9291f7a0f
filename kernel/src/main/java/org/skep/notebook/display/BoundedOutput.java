package org.skep.notebook.display;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The output of a cell, kept to a size with which its notebook can be opened again.
 *
 * <p>Of text the first 500,000 lines are shown as they come, and at most 8 Mi characters. Of what
 * follows the last 500 lines are shown when the cell ends, and at most 64 Ki characters, with how
 * many lines are left out between; the whole text is in a file, up to 64 Mi characters, until the
 * notebook kernel ends. Of displays the first 1,000 are shown and the others counted. What clears
 * the output begins again.
 *
 * <p>Safe for use by many threads.
 */
public final class BoundedOutput implements CellOutput {
  /** Characters that are shown as they come. */
  private static final int HEAD = 8 << 20;

  /** Lines that are shown as they come. */
  private static final int HEAD_LINES = 500_000;

  /** Lines of the end of longer text. */
  static final int TAIL_LINES = 500;

  /** Characters of the end of longer text. */
  static final int TAIL = 64 * 1024;

  /** Characters of the file. */
  static final long FILE = 64L << 20;

  static final int DISPLAYS = 1_000;

  private final CellOutput output;
  private final int headChars;
  private final int headLines;
  private StringBuilder head = new StringBuilder();
  private int shown;
  private int shownLines;
  private @Nullable Rest rest;
  private int displays;
  private boolean ended;

  /** What is not shown as it comes. */
  private static final class Rest {
    final StringBuilder tail = new StringBuilder();
    String whole = "not kept";
    @Nullable Writer file;
    boolean error;
    boolean told;
    long written;
    long leftOut;
    long leftOutLines;
    int tailLines;

    void open(CharSequence head) {
      try {
        Path path = Files.createTempFile("skep-output-", ".txt");
        path.toFile().deleteOnExit();
        file = Files.newBufferedWriter(path, UTF_8);
        whole = path.toString();
        write(head);
      } catch (IOException e) {
        whole = "not kept, as " + e.getMessage();
      }
    }

    void write(CharSequence text) {
      if (file == null) {
        return;
      }
      try {
        file.append(text);
        written += text.length();
        if (written > FILE) {
          whole += " (the beginning of it)";
          close();
        }
      } catch (IOException e) {
        whole = "not kept, as " + e.getMessage();
        close();
      }
    }

    void flush() {
      if (file != null) {
        try {
          file.flush();
        } catch (IOException e) {
          whole = "not kept, as " + e.getMessage();
        }
      }
    }

    String leftOut() {
      boolean lines = leftOutLines > 0;
      return LongText.leftOut(lines ? leftOutLines : leftOut, lines ? "line" : "character", whole)
          + "\n";
    }

    void close() {
      if (file != null) {
        try {
          file.close();
        } catch (IOException e) {
          whole = "not kept, as " + e.getMessage();
        }
        file = null;
      }
    }

    /** Keeps the last characters, from the beginning of a line where there is one. */
    void keep(String text) {
      write(text);
      tail.append(text);
      tailLines += lines(text);
      if (tail.length() > 2 * TAIL || tailLines > 2 * TAIL_LINES) {
        cut();
      }
    }

    private void cut() {
      int from = Math.max(0, tail.length() - TAIL);
      int lines = 0;
      for (int i = tail.length() - 1; i >= from; i--) {
        if (tail.charAt(i) == '\n' && ++lines > TAIL_LINES) {
          from = i + 1;
        }
      }
      if (from == 0) {
        return;
      }
      int start = tail.indexOf("\n", Math.max(0, from - 1)) + 1;
      if (start == 0 || start == tail.length()) {
        start = from;
      }
      leftOut += start;
      leftOutLines += lines(tail.substring(0, start));
      tail.delete(0, start);
      tailLines = lines(tail);
    }
  }

  public BoundedOutput(CellOutput output) {
    this(output, HEAD, HEAD_LINES);
  }

  /**
   * @param headChars the characters, and {@code headLines} the lines, that are shown as they come
   */
  BoundedOutput(CellOutput output, int headChars, int headLines) {
    this.output = output;
    this.headChars = headChars;
    this.headLines = headLines;
  }

  @Override
  public synchronized void stream(boolean error, String text) {
    int room = room(text);
    if (rest == null && text.length() <= room) {
      show(error, text);
      return;
    }
    String left = text;
    if (rest == null) {
      int end = text.lastIndexOf('\n', Math.max(0, room - 1)) + 1;
      String first = text.substring(0, end);
      if (!first.isEmpty()) {
        show(error, first);
      }
      rest = new Rest();
      rest.open(head);
      head = new StringBuilder();
      left = text.substring(end);
    }
    rest.error = error;
    rest.keep(left);
    if (rest.leftOut > 0 && !rest.told) {
      rest.told = true;
      output.stream(
          true, "… output goes on in " + rest.whole + ", its end is shown when the cell ends …\n");
    }
    if (ended) {
      rest.flush();
    }
  }

  /** How many characters of a text belong to the beginning. */
  private int room(String text) {
    if (shownLines >= headLines) {
      return 0;
    }
    int lines = shownLines;
    int most = Math.min(text.length(), headChars - shown);
    for (int i = 0; i < most; i++) {
      if (text.charAt(i) == '\n' && ++lines >= headLines) {
        return i + 1;
      }
    }
    return headChars - shown;
  }

  private static int lines(CharSequence text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }

  private void show(boolean error, String text) {
    shown += text.length();
    shownLines += lines(text);
    if (!ended) {
      head.append(text);
    }
    output.stream(error, text);
  }

  /** Shows the end of what is longer; what comes later goes to the file. */
  public synchronized void end() {
    ended = true;
    head = new StringBuilder();
    Rest now = rest;
    if (now != null) {
      now.flush();
      if (now.leftOut > 0) {
        now.cut();
      }
      if (now.leftOut > 0) {
        output.stream(true, now.leftOut());
      }
      output.stream(now.error, now.tail.toString());
      now.tail.setLength(0);
      now.tailLines = 0;
      now.leftOut = 0;
      now.leftOutLines = 0;
    }
    if (displays > DISPLAYS) {
      output.stream(
          true,
          String.format(
              Locale.ROOT,
              "… %,d displays left out (of more than %,d in a cell, the first are shown)%n",
              displays - DISPLAYS,
              DISPLAYS));
    }
  }

  @Override
  public synchronized void display(MimeBundle bundle, @Nullable String displayId) {
    displays++;
    if (displays <= DISPLAYS) {
      output.display(bundle, displayId);
    }
  }

  @Override
  public void updateDisplay(MimeBundle bundle, String displayId) {
    output.updateDisplay(bundle, displayId);
  }

  @Override
  public synchronized void clear(boolean wait) {
    if (rest != null) {
      rest.close();
      rest = null;
    }
    head = new StringBuilder();
    shown = 0;
    shownLines = 0;
    displays = 0;
    output.clear(wait);
  }

  @Override
  public String input(String prompt, boolean password) throws InterruptedException {
    return output.input(prompt, password);
  }
}
