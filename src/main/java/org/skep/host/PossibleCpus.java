package org.skep.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * The CPUs that this Linux may ever have. Per-CPU maps hold a value for each of them, whereas the
 * JVM counts those that it may run on.
 */
public final class PossibleCpus {
  private PossibleCpus() {}

  /** How many there are. They are numbered from 0, mostly without gaps. */
  public static int count() {
    return read("/sys/devices/system/cpu/possible").length();
  }

  /** Those that run now. */
  public static BitSet online() {
    return read("/sys/devices/system/cpu/online");
  }

  private static BitSet read(String file) {
    try {
      return parse(Files.readString(Path.of(file)).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads {@code 0-3,8}. */
  static BitSet parse(String list) {
    var cpus = new BitSet();
    for (String range : list.split(",")) {
      var ends = range.strip().split("-");
      if (!ends[0].isEmpty()) {
        int first = Integer.parseInt(ends[0]);
        cpus.set(first, ends.length == 1 ? first + 1 : Integer.parseInt(ends[1]) + 1);
      }
    }
    return cpus;
  }
}
