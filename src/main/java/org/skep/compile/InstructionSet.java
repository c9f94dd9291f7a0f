package org.skep.compile;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The version of BPF's instruction set that an object is compiled for. From {@code v3} on bounds of
 * 32-bit numbers survive a comparison, and atomic operations give the earlier value.
 *
 * @param cpu as clang's {@code -mcpu} names it, such as {@code v3}
 * @param reason why it is not {@code v3}; empty where it is, or where the text's flags name it
 */
public record InstructionSet(String cpu, String reason) {
  private static final String FLAG = "-mcpu=";
  private static final Pattern LINUX = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);

  /** The last version whose instructions {@code v3} adds: atomics that fetch. */
  private static final int V3_MAJOR = 5;

  private static final int V3_MINOR = 12;

  /** The set for the running Linux. */
  static InstructionSet ofRunningLinux() {
    return of(System.getProperty("os.version", ""));
  }

  /** {@code v3} from Linux 5.12 on, {@code v2} before, which is in 4.14 and later. */
  static InstructionSet of(String linux) {
    var version = LINUX.matcher(linux);
    if (!version.matches()) {
      return new InstructionSet("v2", "the version of Linux '" + linux + "' cannot be read");
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    return major > V3_MAJOR || (major == V3_MAJOR && minor >= V3_MINOR)
        ? new InstructionSet("v3", "")
        : new InstructionSet(
            "v2", "Linux " + major + "." + minor + " lacks instructions of v3, which 5.12 has");
  }

  /** This set, or the one that flags of a text name. */
  InstructionSet orOf(List<String> flags) {
    return named(flags).map(cpu -> new InstructionSet(cpu, "")).orElse(this);
  }

  private static Optional<String> named(List<String> flags) {
    return flags.stream()
        .filter(f -> f.startsWith(FLAG))
        .map(f -> f.substring(FLAG.length()))
        .reduce((_, last) -> last);
  }

  /** Whether it has fewer instructions than another one, such as {@code v3}. */
  public boolean isOlderThan(String other) {
    return cpu.startsWith("v") && cpu.compareTo(other) < 0;
  }

  /** The flag for clang, {@code -mcpu=v3}. */
  public String flag() {
    return FLAG + cpu;
  }

  /** In words, with the flag by which a text chooses another one. */
  public String describe() {
    return "compiled with "
        + flag()
        + (reason.isEmpty() ? "" : ", as " + reason)
        + " (--cflag -mcpu=v1 and the like choose another instruction set)";
  }
}
