package org.skep.notebook.ebpf;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What one notebook holds in the kernel: the loaded objects by the names of their cells.
 *
 * <p>Safe for use by many threads.
 */
final class Experiments {
  private final Map<String, Experiment> byName = new ConcurrentSkipListMap<>();

  /** Takes in what a cell made; what an earlier cell of this name made is closed. */
  void replace(Experiment experiment) {
    Experiment before = byName.put(experiment.object().name(), experiment);
    if (before != null) {
      before.object().closeInBackground();
    }
  }

  /** Closes an object; empty where there is none of this name. */
  Optional<Experiment> close(String name) {
    Optional<Experiment> experiment = Optional.ofNullable(byName.remove(name));
    experiment.ifPresent(e -> e.object().close());
    return experiment;
  }

  /** The object of a name that is loaded and not closed. */
  Optional<Experiment> find(String name) {
    Experiment experiment = byName.get(name);
    if (experiment != null && experiment.object().isClosed()) {
      byName.remove(name, experiment);
      return Optional.empty();
    }
    return Optional.ofNullable(experiment);
  }

  /** All that are loaded, by name. */
  List<Experiment> all() {
    byName.values().removeIf(e -> e.object().isClosed());
    return List.copyOf(byName.values());
  }

  /** The names of {@link #all()}. */
  Collection<String> names() {
    return all().stream().map(e -> e.object().name()).toList();
  }
}
