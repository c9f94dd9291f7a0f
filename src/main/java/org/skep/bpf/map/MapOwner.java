package org.skep.bpf.map;

import java.util.List;

/** The object that a map is part of, as far as reading the map needs it. */
public interface MapOwner extends ObjectNames {
  /** The names of all its maps. */
  List<String> mapNames();

  /** Its global variables. */
  List<GlobalVariable> globals();

  /** The memory of a section of global variables. */
  GlobalVariable.Memory memory(String section);

  /** Whether a program sends to the perf buffer of one CPU, whichever it runs on. */
  boolean sendsToFixedCpu(String perfBuffer);
}
