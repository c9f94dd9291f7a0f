package org.skep.bpf.run;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.skep.table.NotedTable;
import org.skep.table.build.Rows;

/** What a test run gave: the outcome of its first run, and the times of the others. */
public final class TestRunResult {
  /**
   * Runs that were timed together.
   *
   * @param nanosPerRun as the kernel measured it
   * @param outsideNanosPerRun as the clock of this process measured it, with the system calls
   */
  public record Batch(long runs, double nanosPerRun, double outsideNanosPerRun) {}

  private final String program;
  private final String type;
  private final int returned;
  private final byte[] input;
  private final byte[] output;
  private final byte[] context;
  private final List<Batch> batches;
  private final OptionalDouble emptyNanos;
  private final List<String> notes;

  TestRunResult(
      String program,
      String type,
      Outcome first,
      byte[] input,
      List<Batch> batches,
      OptionalDouble emptyNanos,
      List<String> notes) {
    this.program = program;
    this.type = type;
    this.returned = first.returned();
    this.input = input;
    this.output = first.data();
    this.context = first.context();
    this.batches = List.copyOf(batches);
    this.emptyNanos = emptyNanos;
    this.notes = List.copyOf(notes);
  }

  /** What one run left behind. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never kept
  record Outcome(int returned, byte[] data, byte[] context) {}

  /** The name of the program. */
  public String program() {
    return program;
  }

  /** Its type as libbpf names it. */
  public String type() {
    return type;
  }

  /** What the first run returned. */
  public int returned() {
    return returned;
  }

  /** The same in the words of its type, such as {@code XDP_PASS}; empty where it has none. */
  public String returnedName() {
    return ReturnNames.of(type, returned);
  }

  /** The packet that went in; empty for a type without. */
  public byte[] input() {
    return input.clone();
  }

  /** The packet as the first run left it; empty for a type without. */
  public byte[] output() {
    return output.clone();
  }

  /** The context as the first run left it; empty where the kernel gives none back. */
  public byte[] context() {
    return context.clone();
  }

  /** The batches in order; none where nothing was to be measured. */
  public List<Batch> batches() {
    return batches;
  }

  /**
   * The median of the batches, in nanoseconds for a run, as the kernel measured them.
   *
   * @throws IllegalStateException where nothing was measured
   */
  public double medianNanos() {
    return quantile(0.5);
  }

  /**
   * A quantile of the batches, in nanoseconds for a run: 0 the fastest, 0.25 and 0.75 the
   * quartiles, 1 the slowest.
   *
   * @throws IllegalStateException where nothing was measured
   */
  public double quantile(double share) {
    if (batches.isEmpty()) {
      throw new IllegalStateException(
          "the test run of '" + program + "' was not timed (TestRun.repeat)");
    }
    double[] sorted = batches.stream().mapToDouble(Batch::nanosPerRun).sorted().toArray();
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /**
   * What a program of this type that does nothing took in the same way, in nanoseconds for a run;
   * empty where that could not be measured.
   */
  public OptionalDouble emptyNanos() {
    return emptyNanos;
  }

  /** What to know about the numbers, a sentence each. */
  public List<String> notes() {
    return notes;
  }

  /**
   * A row for each batch: {@code batch}, {@code runs}, {@code ns_per_run} by the kernel's clock,
   * {@code outside_ns_per_run} by that of this process.
   */
  public NotedTable table() {
    return Rows.of("batches", batches)
        .integer("batch", b -> batches.indexOf(b) + 1)
        .number("runs", Batch::runs)
        .measure("ns_per_run", b -> OptionalDouble.of(b.nanosPerRun()))
        .measure("outside_ns_per_run", b -> OptionalDouble.of(b.outsideNanosPerRun()))
        .table(notes);
  }

  @Override
  public String toString() {
    return "test run of '"
        + program
        + "': returned "
        + returned
        + (returnedName().isEmpty() ? "" : " (" + returnedName() + ")")
        + (Arrays.equals(input, output) ? "" : ", " + output.length + " bytes out")
        + (batches.isEmpty() ? "" : ", " + medianNanos() + " ns a run");
  }
}
