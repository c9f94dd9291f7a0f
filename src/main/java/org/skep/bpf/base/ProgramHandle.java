package org.skep.bpf.base;

import java.util.function.IntFunction;

/** A program that this process holds, as what runs it or puts it into a map needs it. */
public interface ProgramHandle {
  /** The name of its function. */
  String name();

  /** Its type as libbpf names it, such as {@code tracepoint} or {@code xdp}. */
  String type();

  /**
   * Does something with its descriptor, which stays open meanwhile and no longer.
   *
   * @throws IllegalStateException if the program is not loaded, or its object is closed
   */
  <T> T withDescriptor(IntFunction<T> work);
}
