package org.skep.notebook.ebpf.cell;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.ebpf.state.Toolchain;

/** What a recording says of the object that it is of. */
public final class RecordingOrigin {
  private RecordingOrigin() {}

  /**
   * The compiler and the source, where they are known.
   *
   * @param path {@code NAME.MAP}
   */
  public static Map<String, String> of(String path, Experiments experiments, Toolchain toolchain)
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
