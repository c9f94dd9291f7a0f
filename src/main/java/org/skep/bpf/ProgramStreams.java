package org.skep.bpf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.skep.SyscallException;
import org.skep.UnsupportedFeatureException;
import org.skep.bpf.load.LoadOutcome;
import org.skep.internal.ffi.Errno;
import org.skep.internal.libbpf.BpfSyscall;

/**
 * What programs print into their own two streams: by {@code bpf_stream_printk}, and by the kernel,
 * which says in the second what went wrong at run time (a loop that took too long, a fault in an
 * arena, a lock that was not had). Linux 6.17 or later.
 *
 * <p>Unlike the lines of {@code bpf_printk}, each is known to be of one program, and is there until
 * somebody reads it, or until the stream is full: the kernel keeps 100,000 bytes and refuses what
 * comes then. For one thread.
 */
public final class ProgramStreams implements AutoCloseable {
  /** The streams of a program. */
  public enum Stream {
    /** {@code BPF_STDOUT}. */
    STDOUT(1),
    /** {@code BPF_STDERR}, where the kernel writes too. */
    STDERR(2);

    private final int number;

    Stream(int number) {
      this.number = number;
    }
  }

  /**
   * A printed line.
   *
   * @param program which printed it, {@code OBJECT.PROGRAM}
   * @param stream where to
   * @param text without its end
   */
  public record Line(String program, Stream stream, String text) {
    @Override
    public String toString() {
      return program + " " + stream.name().toLowerCase(Locale.ROOT) + "  " + text;
    }
  }

  /** A stream of a program, and the line whose end is not there yet. */
  private record Source(BpfProgram program, Stream stream, ByteArrayOutputStream rest) {}

  private static final int ROOM = 16 << 10;

  /** More than the kernel keeps of a stream: one that is written meanwhile has an end too. */
  private static final int MOST_LOOKS = 16;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment room = arena.allocate(ROOM);
  private final List<Source> sources = new ArrayList<>();
  private boolean closed;

  private ProgramStreams() {}

  /**
   * Begins to listen to programs; what they printed since somebody last read is there too.
   *
   * @param programs those that are not loaded are left out
   * @throws UnsupportedFeatureException if the running Linux has no streams
   * @throws SyscallException if this process may not
   */
  public static ProgramStreams open(Collection<BpfProgram> programs) {
    var streams = new ProgramStreams();
    boolean whole = false;
    try {
      for (BpfProgram program : programs) {
        if (program.loaded() instanceof LoadOutcome.Loaded) {
          for (Stream stream : Stream.values()) {
            streams.sources.add(new Source(program, stream, new ByteArrayOutputStream()));
          }
        }
      }
      streams.probe();
      whole = true;
      return streams;
    } finally {
      if (!whole) {
        streams.close();
      }
    }
  }

  /** Asks for nothing, which only a Linux with streams answers. */
  private void probe() {
    if (sources.isEmpty()) {
      return;
    }
    BpfProgram program = sources.getFirst().program;
    int result =
        program.withDescriptor(
            fd -> BpfSyscall.readStream(fd, Stream.STDOUT.number, room.asSlice(0, 0)));
    if (result == -Errno.EINVAL.number()) {
      throw new UnsupportedFeatureException(
          "read what '" + program.name() + "' prints",
          "this Linux has no streams of programs",
          "they are in 6.17 and later; bpf_printk works everywhere");
    }
    if (result < 0) {
      throw refused(program, result);
    }
  }

  private static SyscallException refused(BpfProgram program, int result) {
    return new SyscallException(
        "read what '" + program.name() + "' prints", -result, Errno.wordsOf(-result));
  }

  /**
   * Takes the lines that are there now; does not wait.
   *
   * @throws SyscallException if the kernel does not give them
   */
  public void read(Consumer<Line> sink) {
    for (Source source : sources) {
      read(source, sink);
    }
  }

  private void read(Source source, Consumer<Line> sink) {
    int got = ROOM;
    for (int looks = 0; !closed && got == ROOM && looks < MOST_LOOKS; looks++) {
      try {
        got =
            source.program.withDescriptor(
                fd -> BpfSyscall.readStream(fd, source.stream.number, room));
      } catch (IllegalStateException e) {
        return; // it was closed meanwhile
      }
      if (got < 0) {
        throw refused(source.program, got);
      }
      for (byte each : room.asSlice(0, got).toArray(ValueLayout.JAVA_BYTE)) {
        if (each == '\n') {
          give(source, sink);
        } else {
          source.rest.write(each);
        }
      }
    }
  }

  private static void give(Source source, Consumer<Line> sink) {
    BpfProgram program = source.program;
    String text = source.rest.toString(StandardCharsets.UTF_8);
    source.rest.reset();
    sink.accept(new Line(program.owner().name() + "." + program.name(), source.stream, text));
  }

  /** Gives what was printed without the end of a line. */
  public void readRest(Consumer<Line> sink) {
    for (Source source : sources) {
      if (source.rest.size() > 0) {
        give(source, sink);
      }
    }
  }

  /** Ends it. Closing again does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      arena.close();
    }
  }
}
