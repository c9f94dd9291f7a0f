package org.skep.notebook.ebpf.cell;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.skep.bpf.AttachListeners;
import org.skep.bpf.BpfLink;
import org.skep.notebook.display.CellOutput;
import org.skep.notebook.display.CurrentCell;

/**
 * Has every program watched that is attached to a network, by a magic or by Java: it is detached
 * again if it cuts the notebook off. This is static because a process has one notebook.
 */
public final class GuardedAttaching {
  /** What watches the programs that a magic attaches on this thread. */
  private static final ThreadLocal<@Nullable ConnectionGuard> GUARD = new ThreadLocal<>();

  static {
    AttachListeners.add(GuardedAttaching::attached);
  }

  private GuardedAttaching() {}

  /** Begins to watch what Java attaches; again, it does nothing. */
  public static void install() {
    // the static initializer has done it, once
  }

  /** Attaches under the eyes of a guard, which has said already what there is to say before. */
  public static void by(ConnectionGuard guard, Runnable attaching) {
    GUARD.set(guard);
    try {
      attaching.run();
    } finally {
      GUARD.remove();
    }
  }

  private static void attached(BpfLink link) {
    if (!ConnectionGuard.mayCut(link.point())) {
      return;
    }
    // of this cell, also when another one runs later
    Consumer<String> output =
        CurrentCell.output()
            .<Consumer<String>>map((CellOutput o) -> said -> o.stream(true, said + "\n"))
            .orElse(_ -> {});
    ConnectionGuard guard = GUARD.get();
    if (guard == null) {
      guard = new ConnectionGuard(NotebookConnections.now());
      guard.warning(link.point()).ifPresent(output);
    }
    guard.watch(List.of(link), output);
  }
}
