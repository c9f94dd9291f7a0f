package org.skep.notebook.shell;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What javac itself prints: where it crashes it writes its stack to {@code System.err} and goes on
 * as if nothing had been, and JShell takes the declaration for made. This keeps such words from the
 * cell's output, and tells of the crash.
 */
final class CompilerErrors extends PrintStream {
  private static final Pattern CRASH =
      Pattern.compile("(?m)^([a-z]\\w*(?:\\.[\\w$]+)+(?::.*)?)\\R(?:.*\\R)*?\\tat jdk\\.compiler/");

  /** Where what a thread writes goes while it compiles. */
  private static final ThreadLocal<@Nullable ByteArrayOutputStream> HEARD = new ThreadLocal<>();

  /**
   * What came of compiling.
   *
   * @param crash what javac crashed with, where it did
   */
  record Heard<T>(T value, Optional<String> crash) {}

  private CompilerErrors(PrintStream before) {
    super(new Switch(before), true, before.charset());
  }

  /** Writes for a thread that compiles into its own buffer, and for others where it went before. */
  private static final class Switch extends OutputStream {
    private final PrintStream before;

    Switch(PrintStream before) {
      this.before = before;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      ByteArrayOutputStream heard = HEARD.get();
      if (heard == null) {
        before.write(bytes, offset, length);
        before.flush();
      } else {
        heard.write(bytes, offset, length);
      }
    }
  }

  /** The stream is the process's: nobody closes it. */
  @Override
  public void close() {
    flush();
  }

  /** Compiles on this thread; what javac prints and is no crash is printed afterwards. */
  static <T> Heard<T> hear(Supplier<T> compiling) {
    listen();
    ByteArrayOutputStream outer = HEARD.get();
    var own = new ByteArrayOutputStream();
    HEARD.set(own);
    T value;
    String printed;
    try {
      value = compiling.get();
    } finally {
      printed = own.toString(System.err.charset());
      resume(outer);
      if (crash(printed).isEmpty()) {
        System.err.print(printed);
      }
    }
    return new Heard<>(value, crash(printed));
  }

  /** The exception that javac's words are about. */
  static Optional<String> crash(String printed) {
    Matcher crash = CRASH.matcher(printed);
    return crash.find() ? Optional.of(crash.group(1)) : Optional.empty();
  }

  /** Lets what this thread writes through while the code of a cell runs, until {@link #resume}. */
  static @Nullable ByteArrayOutputStream pause() {
    ByteArrayOutputStream heard = HEARD.get();
    HEARD.remove();
    return heard;
  }

  /** Goes on as before {@link #pause}. */
  static void resume(@Nullable ByteArrayOutputStream heard) {
    if (heard == null) {
      HEARD.remove();
    } else {
      HEARD.set(heard);
    }
  }

  /** Makes {@code System.err} such a stream, if it is none; before javac is first asked. */
  static synchronized void listen() {
    if (!(System.err instanceof CompilerErrors)) {
      System.setErr(new CompilerErrors(System.err));
    }
  }
}
