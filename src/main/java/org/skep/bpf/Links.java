package org.skep.bpf;

import java.util.ArrayList;
import java.util.List;

/** The links of one object, in the order in which they were made. */
final class Links {
  private final List<BpfLink> links = new ArrayList<>();

  synchronized void add(BpfLink link) {
    links.removeIf(BpfLink::isClosed);
    links.add(link);
  }

  synchronized List<BpfLink> open() {
    return links.stream().filter(link -> !link.isClosed()).toList();
  }

  /** Closes all side by side, as each may wait for the kernel. */
  void closeAll() {
    SideBySide.run(open(), BpfLink::close);
  }
}
