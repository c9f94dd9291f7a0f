package org.skep.host.trace;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.skep.SyscallException;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.Libc;
import org.skep.internal.libbpf.StdioCalls;

/**
 * What reaches the standard output and error of this process past {@link System#out} and {@link
 * System#err}: written by native code, such as libbpf, or by child processes that inherit them.
 *
 * <p>Captured once, for the life of the process. Safe for several threads.
 */
public final class NativeOutput {
  /** A pipe's room: the JVM itself must never have to wait, as when it lists its threads. */
  private static final int ROOM = 1 << 20;

  private static final int CHUNK = 1 << 16;

  private final Receiver receiver;
  private final MemorySegment buffer = Arena.ofAuto().allocate(CHUNK);
  private final Redirection out;
  private final Redirection err;

  /** Takes what was written. */
  @FunctionalInterface
  public interface Receiver {
    /**
     * Called for one piece at a time, by the thread that reads or by {@link #drain}.
     *
     * @param error whether it was written to the standard error
     */
    void take(boolean error, byte[] bytes);
  }

  /**
   * One of the two descriptors.
   *
   * @param before where it led, under a number of its own
   * @param from what is read in its place
   */
  private record Redirection(boolean error, int before, int from) {}

  private NativeOutput(Receiver receiver) {
    this.receiver = receiver;
    out = redirect(1);
    err = redirect(2);
  }

  /**
   * Leads both descriptors of this process to a receiver, from now on.
   *
   * @throws SyscallException when the process may have no more descriptors
   */
  public static NativeOutput capture(Receiver receiver) {
    var output = new NativeOutput(receiver);
    StdioCalls.bufferStdoutByLine();
    output.drain(); // so that all it needs is there when the first cell ends
    Thread.ofPlatform().daemon().name("native-output").start(output::read);
    return output;
  }

  private static Redirection redirect(int fd) {
    int before = required(Libc.duplicate(fd));
    StdioCalls.Pipe pipe = StdioCalls.pipe(ROOM);
    if (pipe == null) {
      throw refused(Errno.EMFILE.number());
    }
    required(StdioCalls.redirect(fd, pipe.to()));
    Libc.close(pipe.to());
    return new Redirection(fd == 2, before, pipe.from());
  }

  private static int required(int result) {
    if (result < 0) {
      throw refused(-result);
    }
    return result;
  }

  private static SyscallException refused(int errno) {
    return new SyscallException(
        "capture the standard output",
        errno,
        Errno.wordsOf(errno) + " (" + Errno.nameOf(errno) + ")");
  }

  private void read() {
    while (true) {
      StdioCalls.awaitReadable(out.from(), err.from());
      drain();
    }
  }

  /**
   * Hands over all that was written before the call, and not much more: a child process may write
   * without end.
   */
  public synchronized void drain() {
    drain(out);
    drain(err);
  }

  private void drain(Redirection redirection) {
    for (int count, all = 0;
        all < ROOM && (count = Libc.read(redirection.from(), buffer)) > 0;
        all += count) {
      byte[] bytes = new byte[count];
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
      receiver.take(redirection.error(), bytes);
    }
  }

  /** The standard output, or error, as it was before: for a log, say. */
  public PrintStream before(boolean error) {
    int fd = (error ? err : out).before();
    return new PrintStream(new Descriptor(fd), true, StandardCharsets.UTF_8);
  }

  /** Writes to a descriptor; what cannot be written is dropped. */
  private static final class Descriptor extends OutputStream {
    private final int fd;

    Descriptor(int fd) {
      this.fd = fd;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment text = arena.allocate(Math.max(1, length));
        MemorySegment.copy(bytes, offset, text, ValueLayout.JAVA_BYTE, 0, length);
        for (int done = 0; done < length; ) {
          int count = StdioCalls.write(fd, text.asSlice(done, length - done));
          if (count <= 0) {
            throw new IOException("write to descriptor " + fd);
          }
          done += count;
        }
      }
    }
  }
}
