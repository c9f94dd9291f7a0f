package org.skep.notebook;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.ebpf.NativeStreams;
import org.skep.notebook.wire.Log;

/**
 * Leads what is written past {@code System.out} to the cells, and the kernel's own reports to the
 * terminal that it was started from.
 */
final class OutputCapture implements Log {
  private final PrintStream terminal;
  private final CountDownLatch begun = new CountDownLatch(1);
  private volatile @Nullable NativeStreams streams;

  /** Makes one that does nothing before {@link #begin}. */
  OutputCapture(PrintStream terminal) {
    this.terminal = terminal;
  }

  /** Begins, unless the machine refuses: cells run without it. */
  void begin() {
    try {
      streams = NativeStreams.capture();
    } catch (RuntimeException | LinkageError e) {
      report("capture what native code prints", e);
    } finally {
      begun.countDown();
    }
  }

  void awaitBegin() throws InterruptedException {
    begun.await();
  }

  /** Shows all that was written before the call. */
  void drain() {
    NativeStreams now = streams;
    if (now != null) {
      now.drain();
    }
  }

  @Override
  public synchronized void report(String what, @Nullable Throwable why) {
    NativeStreams now = streams;
    PrintStream to = now == null ? terminal : now.terminal();
    to.println("skep: " + what);
    if (why != null) {
      why.printStackTrace(to);
    }
    to.flush();
  }
}
