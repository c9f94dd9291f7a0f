package org.skep.bpf;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who is told of each program that this process attaches, whatever attaches it. */
public final class AttachListeners {
  private static final List<Consumer<BpfLink>> LISTENERS = new CopyOnWriteArrayList<>();

  private AttachListeners() {}

  /**
   * Adds one for good.
   *
   * @param listener gets each link on the thread that has attached the program, before the call
   *     that attaches returns; what it throws goes to the caller, and the program stays attached
   */
  public static void add(Consumer<BpfLink> listener) {
    LISTENERS.add(listener);
  }

  static void tell(BpfLink link) {
    LISTENERS.forEach(listener -> listener.accept(link));
  }
}
