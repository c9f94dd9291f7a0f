package org.skep.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.skep.internal.libbpf.Libc;

/**
 * What the tries hold open. Detaching makes the kernel wait for its readers, some 50 ms each, so
 * that all are closed at the same time, on threads of their own.
 */
final class HeldDescriptors implements AutoCloseable {
  /** What a try came to: a negative error number where a step was refused. */
  record Result(int code, String step) {
    boolean works() {
      return code >= 0;
    }
  }

  private final List<Integer> open = new ArrayList<>();

  /** Takes in a descriptor; the result of the step that made it. */
  Result keep(int descriptor, String step) {
    if (descriptor >= 0) {
      open.add(descriptor);
    }
    return new Result(descriptor, step);
  }

  @Override
  public void close() {
    // Links and events before the programs that they hold.
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (int descriptor : open.reversed()) {
        var _ = threads.submit(() -> Libc.close(descriptor));
      }
    }
    open.clear();
  }
}
