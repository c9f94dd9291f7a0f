package org.skep.notebook.display;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Objects;

/** {@code System.out}, {@code System.err} and {@code System.in} as those of the current cell. */
public final class StandardStreams {
  private StandardStreams() {}

  /**
   * Replaces the process's standard streams by ones that go to {@link CurrentCell}; before the
   * first cell, output goes where it went before. Text is passed on at once and in order.
   */
  public static void install() {
    System.setOut(print(false, System.out));
    System.setErr(print(true, System.err));
    System.setIn(new Input());
  }

  /**
   * Shows what was written past {@code System.out} and {@code System.err} below the latest cell.
   *
   * @param before where it goes before the first cell
   */
  public static void show(boolean error, byte[] bytes, PrintStream before) {
    new Output(error, before).write(bytes, 0, bytes.length);
  }

  static PrintStream print(boolean error, PrintStream before) {
    return new Unclosable(new Output(error, before));
  }

  /** A cell that closes it, as by try-with-resources, does not do so for the cells after it. */
  private static final class Unclosable extends PrintStream {
    Unclosable(OutputStream to) {
      super(to, false, UTF_8);
    }

    @Override
    public void close() {
      flush();
    }
  }

  private static final class Output extends OutputStream {
    private final boolean error;
    private final PrintStream before;

    Output(boolean error, PrintStream before) {
      this.error = error;
      this.before = before;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      Cell cell = CurrentCell.cell();
      if (cell == null) {
        before.write(bytes, offset, length);
        before.flush();
      } else {
        cell.write(error, bytes, offset, length);
      }
    }
  }

  /** Asks for a line when there is nothing left of the last one. */
  static final class Input extends InputStream {
    private byte[] line = {};
    private int next;

    @Override
    public synchronized int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      if (length == 0) {
        return 0;
      }
      if (next == line.length) {
        line = ask();
        next = 0;
      }
      int count = Math.min(length, line.length - next);
      System.arraycopy(line, next, bytes, offset, count);
      next += count;
      return count;
    }

    @Override
    public synchronized int available() {
      return line.length - next;
    }

    private static byte[] ask() throws IOException {
      CellOutput output =
          CurrentCell.output()
              .orElseThrow(() -> new IOException("read a line: no cell is running"));
      try {
        return (output.input("", false) + "\n").getBytes(UTF_8);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("read a line: interrupted").initCause(e);
      } catch (IllegalStateException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }
}
