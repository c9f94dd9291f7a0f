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
  private final Log log;
  private final AtomicBoolean begun = new AtomicBoolean();

  ProcessEnd(KernelHandler handler, KernelServer server, Log log) {
    this.handler = handler;
    this.server = server;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(new Thread(this::fromOutside, "skep-end"));
  }

  /** Ends the process after the front end was answered. */
  void afterReply() {
    begun.set(true);
    limit(0);
    server.close();
    System.exit(0);
  }

  /** The JVM is ending, by a signal or by a cell that called {@link System#exit}. */
  private void fromOutside() {
    if (begun.compareAndSet(false, true)) {
      limit(143);
      handler.shutdown(false);
      server.close();
    }
  }

  private static void limit(int status) {
    if (isTrained()) {
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .name("skep-halt")
        .start(
            () -> {
              try {
                Thread.sleep(PATIENCE);
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

  /** Ends this process when the one of that id has ended. */
  void whenParentEnds(long processId) {
    ProcessHandle.of(processId)
        .ifPresent(
            parent ->
                Thread.ofPlatform()
                    .daemon()
                    .name("skep-parent")
                    .start(
                        () -> {
                          try {
                            while (parent.isAlive()) {
                              Thread.sleep(PARENT_CHECK_MILLIS);
                            }
                            log.report("the process that started the kernel is gone", null);
                            System.exit(0);
                          } catch (InterruptedException e) {
                            // nobody interrupts it, and without it the kernel runs on
                          }
                        }));
  }
}
