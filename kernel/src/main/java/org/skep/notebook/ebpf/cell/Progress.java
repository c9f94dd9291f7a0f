package org.skep.notebook.ebpf.cell;

import java.time.Duration;
import java.util.UUID;
import org.skep.notebook.display.CellOutput;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.ebpf.state.HumanText;

/** A line that tells how long something has been going on; nothing where it is over at once. */
final class Progress implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final CellOutput output;
  private final String what;
  private final String id = UUID.randomUUID().toString();
  private final long start = System.nanoTime();
  private final Thread ticker;
  private boolean shown;

  private Progress(CellOutput output, String what) {
    this.output = output;
    this.what = what;
    this.ticker = Thread.ofVirtual().unstarted(this::tick);
  }

  /**
   * Begins to watch.
   *
   * @param what the thing that goes on: {@code loading 'opens'}
   */
  static Progress of(CellOutput output, String what) {
    var progress = new Progress(output, what);
    progress.ticker.start();
    return progress;
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(PATIENCE);
        show(what + " ... " + passed() + " so far (press Stop to end)");
      }
    } catch (InterruptedException e) {
      // it is over
    }
  }

  private synchronized void show(String line) {
    if (Thread.currentThread().isInterrupted()) {
      return;
    }
    if (shown) {
      output.updateDisplay(MimeBundle.text(line), id);
    } else {
      output.display(MimeBundle.text(line), id);
      shown = true;
    }
  }

  private String passed() {
    return HumanText.time(Duration.ofNanos(System.nanoTime() - start));
  }

  /** Says how long it took, where anything was said before. */
  @Override
  public synchronized void close() {
    ticker.interrupt();
    if (shown) {
      output.updateDisplay(MimeBundle.text(what + " took " + passed()), id);
    }
  }
}
