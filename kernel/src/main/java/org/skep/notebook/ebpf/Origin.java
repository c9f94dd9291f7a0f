package org.skep.notebook.ebpf;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a recording says of the object that it is of. */
final class Origin {
  private Origin() {}

  /**
   * The compiler and the source, where they are known.
   *
   * @param path {@code NAME.MAP}
   */
  static Map<String, String> of(String path, Experiments experiments, Toolchain toolchain)
      throws InterruptedException {
    Map<String, String> about = new LinkedHashMap<>();
    Optional<String> text =
        experiments
            .find(path.substring(0, path.indexOf('.')))
            .map(e -> e.source().text())
            .filter(t -> !t.isEmpty());
    if (text.isPresent()) {
      about.put("clang", toolchain.compiler().clang().version());
      about.put("source", text.get());
    }
    return about;
  }
}
