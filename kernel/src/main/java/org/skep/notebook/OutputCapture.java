package org.skep.notebook;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.ebpf.cell.NativeStreams;
import org.skep.notebook.wire.Log;

/**
 * Leads what is written past {@code System.out} to the cells, and the kernel's own reports to the
 * terminal that it was started from.
 */
final class OutputCapture implements Log {
  private final PrintStream terminal;
  private final Reports reports = new Reports();
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

  /**
   * Hands the report to a thread of its own: who started the kernel may not read what it prints,
   * and then writing never returns.
   */
  @Override
  public void report(String what, @Nullable Throwable why) {
    NativeStreams now = streams;
    reports.add("skep: " + what, why, now == null ? terminal : now.terminal());
  }

  /** Waits until what was reported is written, or nobody reads it. */
  void flushReports() {
    reports.flush();
  }
}
