package org.skep.notebook.magic.maven;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferCancelledException;
import org.eclipse.aether.transfer.TransferEvent;
import org.eclipse.aether.transfer.TransferListener;
import org.skep.notebook.display.CellOutput;
import org.skep.notebook.magic.Durations;
import org.skep.text.Count;

/** Says what is being fetched and what became of it, and stops it when the cell is interrupted. */
final class MavenProgress implements AutoCloseable {
  private final CellOutput output;
  private final boolean verbose;
  private final long start = System.nanoTime();
  private final AtomicLong bytes = new AtomicLong();
  private final List<String> left = new ArrayList<>();
  private volatile boolean cancelled;

  MavenProgress(CellOutput output, boolean verbose) {
    this.output = output;
    this.verbose = verbose;
  }

  void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  TransferListener listener() {
    return new AbstractTransferListener() {
      @Override
      public void transferInitiated(TransferEvent event) throws TransferCancelledException {
        check();
      }

      @Override
      public void transferProgressed(TransferEvent event) throws TransferCancelledException {
        check();
      }

      @Override
      public void transferSucceeded(TransferEvent event) {
        String name = event.getResource().getResourceName();
        bytes.addAndGet(event.getTransferredBytes());
        if (name.endsWith(".jar") || verbose) {
          say(
              "fetched "
                  + name.substring(name.lastIndexOf('/') + 1)
                  + ", "
                  + size(event.getTransferredBytes()));
        }
      }
    };
  }

  void added(Artifact artifact) {
    if (verbose) {
      say("added " + artifact);
    }
  }

  void left(Artifact artifact, String version) {
    left.add(artifact.getArtifactId() + " " + version);
  }

  void note(String line) {
    output.stream(true, line + "\n");
  }

  void done(int added) {
    String fetched = bytes.get() == 0 ? "" : ", " + size(bytes.get()) + " fetched";
    say(
        (added == 0 ? "nothing new" : "added " + Count.of(added, "library"))
            + fetched
            + " in "
            + Durations.show((double) (System.nanoTime() - start)));
    if (!left.isEmpty()) {
      say("as the kernel has them: " + String.join(", ", left));
    }
  }

  private void check() throws TransferCancelledException {
    if (cancelled) {
      throw new TransferCancelledException("interrupted");
    }
  }

  private void say(String line) {
    output.stream(false, line + "\n");
  }

  private static String size(long bytes) {
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%,d kB", (bytes + 999) / 1000)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  @Override
  public void close() {
    cancelled = false;
  }
}
