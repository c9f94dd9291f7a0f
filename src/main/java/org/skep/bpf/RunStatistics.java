package org.skep.bpf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.skep.bpf.base.ProgramInfo;
import org.skep.bpf.load.LoadOutcome;
import org.skep.bpf.run.EmptyProgram;
import org.skep.bpf.run.RunCounting;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;

/**
 * How often programs ran during an interval, and how long, as the kernel counted it. The kernel
 * counts only while it is asked to, for all programs of the machine; {@link #collect} asks for it
 * and withdraws.
 */
public final class RunStatistics {
  /**
   * One program's part.
   *
   * @param program its name
   * @param section where it is attached, by its section
   * @param runs how often it ran; runs of all CPUs together
   * @param nanos how long these took together
   * @param misses how often it was called while it ran already on the same CPU, and was passed over
   */
  public record Runs(
      String object, String program, String section, long runs, long nanos, long misses) {
    /** Nanoseconds of one run, on average; empty where it did not run. */
    public OptionalDouble nanosPerRun() {
      return runs == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) nanos / runs);
    }
  }

  private final List<Runs> programs;
  private final Duration over;
  private final OptionalDouble emptyNanos;

  private RunStatistics(List<Runs> programs, Duration over, OptionalDouble emptyNanos) {
    this.programs = List.copyOf(programs);
    this.over = over;
    this.emptyNanos = emptyNanos;
  }

  /**
   * Switches the counting on, waits, and switches it off.
   *
   * @param programs those that are not loaded are left out
   * @param time how long to wait
   * @throws InterruptedException if the thread is interrupted meanwhile; the counting is off then
   * @throws org.skep.BpfException if the kernel refuses to count
   */
  public static RunStatistics collect(List<BpfProgram> programs, Duration time)
      throws InterruptedException {
    List<BpfProgram> loaded =
        programs.stream().filter(p -> p.loaded() instanceof LoadOutcome.Loaded).toList();
    try (var _ = new RunCounting()) {
      List<ProgramInfo> before = loaded.stream().map(BpfProgram::info).toList();
      long start = System.nanoTime();
      Thread.sleep(time);
      List<ProgramInfo> after = loaded.stream().map(BpfProgram::info).toList();
      Duration over = Duration.ofNanos(System.nanoTime() - start);
      var runs = new ArrayList<Runs>();
      for (int i = 0; i < loaded.size(); i++) {
        BpfProgram program = loaded.get(i);
        runs.add(
            new Runs(
                program.owner().name(),
                program.name(),
                program.section(),
                after.get(i).runs() - before.get(i).runs(),
                after.get(i).runNanos() - before.get(i).runNanos(),
                after.get(i).misses() - before.get(i).misses()));
      }
      return new RunStatistics(runs, over, EmptyProgram.countedNanos());
    }
  }

  /** The programs, in the order in which they were given. */
  public List<Runs> programs() {
    return programs;
  }

  /** How long the counting lasted. */
  public Duration over() {
    return over;
  }

  /**
   * What the kernel counts here for a run of a program that does nothing, in nanoseconds: reading
   * the clock is in every figure. Empty where it could not be tried.
   */
  public OptionalDouble emptyNanos() {
    return emptyNanos;
  }

  /**
   * A row for each program, those that took the most time first: {@code program}, {@code hook},
   * {@code runs}, {@code runs_per_second}, {@code ns_per_run} (missing where it did not run),
   * {@code cpu_percent} (of one CPU) and {@code misses}.
   */
  public NotedTable table() {
    double seconds = over.toNanos() / 1e9;
    List<Runs> rows =
        programs.stream().sorted((a, b) -> Long.compare(b.nanos(), a.nanos())).toList();
    return Rows.of("runs", rows)
        .text("program", r -> r.object() + "." + r.program())
        .text("hook", Runs::section)
        .number("runs", Runs::runs)
        .measure("runs_per_second", r -> OptionalDouble.of(rounded(r.runs() / seconds)))
        .measure("ns_per_run", r -> r.nanosPerRun().stream().map(RunStatistics::rounded).findAny())
        .measure("cpu_percent", r -> OptionalDouble.of(r.nanos() / 1e7 / seconds))
        .number("misses", Runs::misses)
        .table(notes());
  }

  private static double rounded(double number) {
    return Math.round(number * 10) / 10.0;
  }

  private List<String> notes() {
    var notes = new ArrayList<String>();
    notes.add(
        String.format(
            Locale.ROOT,
            "Overhead note: statistics were enabled for %.2f s (slows all BPF programs).",
            over.toNanos() / 1e9));
    emptyNanos.ifPresent(
        empty ->
            notes.add(
                String.format(
                    Locale.ROOT,
                    "Empty program: %.0f ns (not subtracted): ns_per_run includes the clock that is read"
                        + " around each run.",
                    empty)));
    if (programs.stream().anyMatch(r -> r.misses() > 0)) {
      notes.add("Misses: the program was not run, because it was already running on the same CPU.");
    }
    return notes;
  }
}
