package org.skep.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.skep.bpf.base.Parallel;

/** The links of one object, in the order in which they were made. */
final class Links {
  private final List<BpfLink> links = new ArrayList<>();
  private final ReentrantLock usdt = new ReentrantLock();

  /** Held while something of USDT is attached to the object or detached from it. */
  ReentrantLock usdt() {
    return usdt;
  }

  synchronized void add(BpfLink link) {
    links.removeIf(BpfLink::isReleased);
    links.add(link);
  }

  synchronized List<BpfLink> open() {
    return links.stream().filter(link -> !link.isClosed()).toList();
  }

  private synchronized List<BpfLink> all() {
    return List.copyOf(links);
  }

  /**
   * Closes all side by side, as each may wait for the kernel. Waits for those too that other
   * threads are closing: they use what their object frees next.
   */
  void closeAll() {
    Parallel.run(all(), BpfLink::close);
  }
}
