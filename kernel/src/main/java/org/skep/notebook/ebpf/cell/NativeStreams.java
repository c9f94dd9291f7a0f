package org.skep.notebook.ebpf.cell;

import java.io.PrintStream;
import org.skep.host.trace.NativeOutput;
import org.skep.notebook.display.StandardStreams;

/** Shows in cells what native code and child processes write to descriptors 1 and 2. */
public final class NativeStreams {
  private final NativeOutput output;

  private NativeStreams(NativeOutput output) {
    this.output = output;
  }

  /**
   * Leads both descriptors to the latest cell, for the life of the process.
   *
   * @throws RuntimeException when the running Linux, or the JVM, does not allow it
   */
  public static NativeStreams capture() {
    PrintStream[] before = new PrintStream[2];
    synchronized (before) {
      NativeOutput output =
          NativeOutput.capture(
              (error, bytes) -> {
                synchronized (before) {
                  StandardStreams.show(error, bytes, before[error ? 1 : 0]);
                }
              });
      before[0] = output.before(false);
      before[1] = output.before(true);
      return new NativeStreams(output);
    }
  }

  /** Shows all that was written before the call. */
  public void drain() {
    output.drain();
  }

  /** Where the standard error led before. */
  public PrintStream terminal() {
    return output.before(true);
  }
}
