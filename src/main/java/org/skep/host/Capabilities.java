package org.skep.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The rights that a process has now.
 *
 * @param bits a bit for each, as in {@code CapEff} of {@code /proc/PID/status}
 */
public record Capabilities(long bits) {
  /** The rights of this process. */
  public static Capabilities ofThisProcess() {
    try {
      return parse(ProcFile.lines(Path.of("/proc/self/status")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Capabilities parse(List<String> status) {
    for (String line : status) {
      if (line.startsWith("CapEff:")) {
        return new Capabilities(Long.parseUnsignedLong(line.substring(7).strip(), 16));
      }
    }
    return new Capabilities(0);
  }

  /** Whether the process has this right. */
  public boolean has(Capability capability) {
    return (bits >>> capability.bit() & 1) != 0;
  }

  /** Whether programs and maps of every type may be loaded, as far as capabilities go. */
  public boolean allowBpf() {
    return has(Capability.SYS_ADMIN) || (has(Capability.BPF) && has(Capability.PERFMON));
  }
}
