package org.skep.bpf.base;

import java.util.function.IntFunction;

/** A map that this process holds, as what attaches to it or puts it into another map needs it. */
public interface MapHandle {
  /** Its name in the source. */
  String name();

  /**
   * Does something with its descriptor, which stays open meanwhile and no longer.
   *
   * @throws IllegalStateException if the map is closed
   */
  <T> T withDescriptor(IntFunction<T> work);
}
