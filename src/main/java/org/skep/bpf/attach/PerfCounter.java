package org.skep.bpf.attach;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a perf event counts.
 *
 * @param name as {@code perf} has it: {@code cpu-clock}, {@code page-faults}, {@code r01c2}
 * @param type {@code perf_event_attr.type}
 * @param config {@code perf_event_attr.config}
 */
public record PerfCounter(String name, int type, long config) {
  private static final int HARDWARE = 0;
  private static final int SOFTWARE = 1;
  private static final int RAW = 4;

  public static final PerfCounter CPU_CLOCK = new PerfCounter("cpu-clock", SOFTWARE, 0);
  public static final PerfCounter TASK_CLOCK = new PerfCounter("task-clock", SOFTWARE, 1);
  public static final PerfCounter PAGE_FAULTS = new PerfCounter("page-faults", SOFTWARE, 2);
  public static final PerfCounter CONTEXT_SWITCHES =
      new PerfCounter("context-switches", SOFTWARE, 3);
  public static final PerfCounter CPU_MIGRATIONS = new PerfCounter("cpu-migrations", SOFTWARE, 4);
  public static final PerfCounter MINOR_FAULTS = new PerfCounter("minor-faults", SOFTWARE, 5);
  public static final PerfCounter MAJOR_FAULTS = new PerfCounter("major-faults", SOFTWARE, 6);
  public static final PerfCounter CPU_CYCLES = new PerfCounter("cycles", HARDWARE, 0);
  public static final PerfCounter INSTRUCTIONS = new PerfCounter("instructions", HARDWARE, 1);
  public static final PerfCounter CACHE_REFERENCES =
      new PerfCounter("cache-references", HARDWARE, 2);
  public static final PerfCounter CACHE_MISSES = new PerfCounter("cache-misses", HARDWARE, 3);
  public static final PerfCounter BRANCH_INSTRUCTIONS =
      new PerfCounter("branch-instructions", HARDWARE, 4);
  public static final PerfCounter BRANCH_MISSES = new PerfCounter("branch-misses", HARDWARE, 5);

  /** Those that have a name on every CPU. */
  public static final List<PerfCounter> NAMED =
      List.of(
          CPU_CLOCK,
          TASK_CLOCK,
          PAGE_FAULTS,
          MINOR_FAULTS,
          MAJOR_FAULTS,
          CONTEXT_SWITCHES,
          CPU_MIGRATIONS,
          CPU_CYCLES,
          INSTRUCTIONS,
          CACHE_REFERENCES,
          CACHE_MISSES,
          BRANCH_INSTRUCTIONS,
          BRANCH_MISSES);

  /** The counter of a CPU by the number that its manual gives it, {@code 0x01c2}. */
  public static PerfCounter raw(long config) {
    return new PerfCounter("r" + Long.toHexString(config), RAW, config);
  }

  /** By its name, or {@code r} and the hexadecimal number of a raw counter. */
  static Optional<PerfCounter> of(String name) {
    String dashed = name.toLowerCase(Locale.ROOT).replace('_', '-');
    String wanted = dashed.equals("cpu-cycles") ? "cycles" : dashed;
    return NAMED.stream()
        .filter(c -> c.name.equals(wanted))
        .findFirst()
        .or(
            () ->
                wanted.matches("r[0-9a-f]{1,16}")
                    ? Optional.of(raw(Long.parseUnsignedLong(wanted.substring(1), 16)))
                    : Optional.empty());
  }

  /** Whether it is the CPU's, which not every machine shows. */
  boolean isHardware() {
    return type != SOFTWARE;
  }

  @Override
  public String toString() {
    return name;
  }
}
