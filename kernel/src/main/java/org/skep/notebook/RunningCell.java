package org.skep.notebook;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.CurrentCell;
import org.skep.notebook.shell.Evaluation;
import org.skep.notebook.shell.JavaShell;
import org.skep.notebook.wire.CellChannel;

/** The cell that runs, and what was tried to stop it. */
final class RunningCell {
  /** After how long the user is told what does not stop. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final CellChannel channel;
  private final Thread thread = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private int inShell;
  private long firstAsked;
  private boolean told;
  private volatile boolean interrupted;

  /** Something of the cell that the shell runs. */
  interface Work {
    Evaluation evaluate();
  }

  /** Makes the record of a cell that runs on the calling thread. */
  RunningCell(CellChannel channel) {
    this.channel = channel;
  }

  boolean wasInterrupted() {
    return interrupted;
  }

  /**
   * Asks the cell to stop: its Java, its waits, and those waits in native code that registered a
   * hook. To be called again until it has stopped.
   *
   * @param shell null while it is still being made
   */
  void interrupt(@Nullable JavaShell shell) {
    long now = System.nanoTime();
    synchronized (this) {
      if (!interrupted) {
        firstAsked = now;
        interrupted = true;
      }
    }
    CurrentCell.interrupt(); // before the stop checks are armed, which would end the hooks too
    synchronized (this) {
      if (inShell == 0) {
        thread.interrupt();
      } else if (shell != null) {
        shell.interrupt();
      }
    }
    if (!told && now - firstAsked > PATIENCE.toNanos()) {
      told = true;
      tell(shell == null ? List.of() : shell.stillRunning());
    }
  }

  /**
   * Lets the shell run something on the cell's thread. Meanwhile the thread is interrupted by the
   * shell alone, which knows when it compiles: an interrupt would close the files that it reads.
   */
  Evaluation inShell(Work work) {
    synchronized (this) {
      if (interrupted) {
        return new Evaluation.Interrupted(List.of());
      }
      inShell++;
    }
    try {
      return work.evaluate();
    } finally {
      synchronized (this) {
        inShell--;
      }
    }
  }

  /** As {@link #inShell} for a task of the kernel's that calls code of cells. */
  <T extends @Nullable Object> T call(Callable<T> task) throws Exception {
    synchronized (this) {
      if (interrupted) {
        throw new InterruptedException("the cell was interrupted");
      }
      inShell++;
    }
    try {
      return task.call();
    } finally {
      synchronized (this) {
        inShell--;
      }
    }
  }

  void ended() {
    ended.countDown();
  }

  void awaitEnd(Duration patience) {
    try {
      ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where the cell's thread is, when it is in no code of the cell but in a magic. */
  private String ownFrame() {
    StackTraceElement[] stack = thread.getStackTrace();
    return "thread '" + thread.getName() + "'" + (stack.length == 0 ? "" : " in " + stack[0]);
  }

  private void tell(List<String> stillRunning) {
    var text = new StringBuilder("The cell does not stop yet. What still runs:\n");
    List<String> lines = stillRunning.isEmpty() ? List.of(ownFrame()) : stillRunning;
    lines.forEach(line -> text.append("  ").append(line).append('\n'));
    text.append(
        "Interrupt once more to leave it behind and go on, or restart the kernel to end it.\n");
    channel.stream(CellChannel.Stream.STDERR, text.toString());
  }
}
