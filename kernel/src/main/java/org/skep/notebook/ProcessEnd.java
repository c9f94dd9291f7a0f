package org.skep.notebook;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.skep.notebook.wire.KernelHandler;
import org.skep.notebook.wire.KernelServer;
import org.skep.notebook.wire.Log;

/**
 * Ends the process within a bounded time, whatever cells still do: on request of a front end, on
 * SIGTERM, and when the process that started it is gone.
 *
 * <p>The JVM's own shutdown hooks run, those of cells included; what has not ended in time is cut
 * off.
 */
final class ProcessEnd {
  /** From the beginning of the end to the process being gone, at most. */
  private static final Duration PATIENCE = Duration.ofMillis(400);

  /**
   * The option of a JVM that is to write its ahead-of-time cache when it ends, which takes long.
   */
  private static final String TRAINING = "-XX:AOTCacheOutput";

  private static final long PARENT_CHECK_MILLIS = 1000;

  private final KernelHandler handler;
  private final KernelServer server;
  private final Runnable last;
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * Prepares the end.
   *
   * @param last done when all else is
   */
  ProcessEnd(KernelHandler handler, KernelServer server, Runnable last) {
    this.handler = handler;
    this.server = server;
    this.last = last;
    Runtime.getRuntime().addShutdownHook(new Thread(this::fromOutside, "skep-end"));
  }

  /** Ends the process after the front end was answered. */
  void afterReply() {
    begun.set(true);
    limit(0);
    server.close();
    last.run();
    System.exit(0);
  }

  /** The JVM is ending, by a signal or by a cell that called {@link System#exit}. */
  private void fromOutside() {
    if (begun.compareAndSet(false, true)) {
      limit(143);
      handler.shutdown(false);
      server.close();
      last.run();
    }
  }

  private static void limit(int status) {
    limit(status, PATIENCE);
  }

  private static void limit(int status, Duration patience) {
    if (isTrained()) {
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .name("skep-halt")
        .start(
            () -> {
              try {
                Thread.sleep(patience);
              } catch (InterruptedException e) {
                // then it ends now
              }
              Runtime.getRuntime().halt(status);
            });
  }

  private static boolean isTrained() {
    return ProcessHandle.current()
        .info()
        .arguments()
        .map(arguments -> Arrays.stream(arguments).anyMatch(a -> a.startsWith(TRAINING)))
        .orElse(false);
  }

  /**
   * Ends this process when its parent has ended, whatever else it does and however far it is.
   *
   * @param log told of it
   */
  static void with(Parent.Running parent, Log log) {
    Thread.ofPlatform()
        .daemon()
        .name("skep-parent")
        .start(
            () -> {
              try {
                while (!parent.hasEnded()) {
                  Thread.sleep(PARENT_CHECK_MILLIS);
                }
              } catch (InterruptedException e) {
                return; // nobody interrupts it, and without it the kernel runs on
              }
              log.report("the process that started the kernel has ended", null);
              limit(0, PATIENCE.multipliedBy(5)); // should no hook of ours be there yet
              System.exit(0);
            });
  }
}
