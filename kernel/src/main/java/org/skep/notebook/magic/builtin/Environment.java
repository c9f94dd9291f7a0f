package org.skep.notebook.magic.builtin;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The environment variables of this process, with what cells have changed for the commands they
 * run.
 */
final class Environment {
  private final Map<String, String> changes = new ConcurrentHashMap<>();

  Optional<String> get(String name) {
    return Optional.ofNullable(changes.getOrDefault(name, System.getenv(name)));
  }

  void set(String name, String value) {
    changes.put(name, value);
  }

  /** All of them, by name. */
  Map<String, String> all() {
    Map<String, String> all = new TreeMap<>(System.getenv());
    all.putAll(changes);
    return all;
  }
}
