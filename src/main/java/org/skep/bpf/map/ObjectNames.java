package org.skep.bpf.map;

import java.util.List;
import java.util.Optional;

/** The names that an object has for its own programs, maps and stacks. */
public interface ObjectNames {
  /** The name of its program of this ID. */
  Optional<String> programName(long id);

  /** The name of its map of this ID. */
  Optional<String> mapName(long id);

  /** The stack of an ID, innermost frame first, if it has one map of stack traces. */
  Optional<List<?>> stack(int id);
}
