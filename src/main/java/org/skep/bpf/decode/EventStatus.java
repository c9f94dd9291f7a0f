package org.skep.bpf.decode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What is known of a reading of events, at some moment of it.
 *
 * @param map its name
 * @param perf whether it is a perf buffer, and not a ring
 * @param received how many events came, whatever became of them
 * @param before how many of them were in the ring already when the reading began
 * @param skipped how many events that were in the ring already were left out, as a timed reading
 *     does
 * @param lost how many events the buffer had no place for, since the reading began, or where that
 *     takes what was there already, since the ring was last read; empty where the programs do not
 *     count, and where a program sends to the perf buffer of one CPU, whichever it runs on
 * @param atLeast whether there may be more: some places of the programs count, and others do not
 * @param highestFill how full the buffer was at most when it was looked at, from 0 to 1
 * @param bufferBytes the size of the ring, or of the perf buffer of each CPU
 * @param neededBytes how large it would have had to be so that nothing was lost, as far as the
 *     looks at it tell; the size itself where nothing was
 * @param disordered how many events came after one with a later time stamp
 * @param time how long the reading has taken
 */
public record EventStatus(
    String map,
    boolean perf,
    long received,
    long before,
    long skipped,
    OptionalLong lost,
    boolean atLeast,
    double highestFill,
    long bufferBytes,
    long neededBytes,
    long disordered,
    Duration time) {
  /** Above this part of all events, a loss comes with the remedy. */
  private static final double BEARABLE = 0.01;

  /**
   * How many events came in a second of the reading; those that were there already do not count.
   */
  public double perSecond() {
    return (received - before) / Math.max(1e-9, time.toNanos() / 1e9);
  }

  /** The same in words: {@code 1,234/s}, {@code 0.5/s}. */
  public String rate() {
    double rate = perSecond();
    return (rate < 9.95
            ? String.format(Locale.ROOT, rate > 0 && rate < 0.095 ? "%.2g" : "%.1f", rate)
                .replaceFirst("\\.0$", "")
            : number(Math.round(rate)))
        + "/s";
  }

  /** What part of the events was lost, from 0 to 1; 0 where that is not known. */
  public double lostPart() {
    long missing = lost.orElse(0);
    return missing == 0 ? 0 : (double) missing / (missing + received);
  }

  /** In a line: how many events in what time, what was dropped, how full the buffer was. */
  @Override
  public String toString() {
    return number(received)
        + (received == 1 ? " event in " : " events in ")
        + seconds()
        + (received > before && time.toMillis() > 0 ? " (" + rate() + ")" : "")
        + (before > 0 ? ", " + number(before) + " already buffered" : "")
        + (skipped > 0 ? ", " + number(skipped) + " already buffered and skipped" : "")
        + ", "
        + loss()
        + ", peak "
        + (perf ? "perf buffer" : "ring")
        + " usage "
        + percent(highestFill)
        + " of "
        + bytes(bufferBytes)
        + (perf ? " per CPU" : "");
  }

  /** Sentences for below the table: the line, and what to do where events are lost. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(toString());
    if (skipped > 0) {
      notes.add(
          "a timed reading begins when it begins: to have what was in the ring already too, read"
              + " with --buffered, or withBuffered() from Java");
    }
    if (perf && lost.isEmpty()) {
      notes.add(
          "drops are unknown: a program sends with a fixed CPU number in the flags of"
              + " bpf_perf_event_output, so that the events of all other CPUs are dropped (pass"
              + " BPF_F_CURRENT_CPU)");
    } else if (lost.isEmpty() || atLeast) {
      notes.add(
          "to know the drops, write skep_reserve(&"
              + map
              + ", TYPE) for bpf_ringbuf_reserve(&"
              + map
              + ", SIZE, 0), or skep_output(&"
              + map
              + ", EVENT) for bpf_ringbuf_output");
    }
    if (lostPart() > BEARABLE) {
      notes.add(
          "with "
              + bytes(neededBytes)
              + " nothing would have been dropped ("
              + (perf
                  ? "read with a buffer of " + neededBytes + " bytes: --buffer " + neededBytes
                  : "__uint(max_entries, "
                      + neededBytes
                      + "), or --size "
                      + map
                      + "="
                      + neededBytes)
              + ")");
    }
    if (disordered > 0) {
      notes.add(number(disordered) + " events came after one with a later time stamp");
    }
    return notes;
  }

  /** What was dropped, as far as it is known, such as {@code 0 dropped}. */
  public String loss() {
    if (lost.isEmpty()) {
      return "drops unknown";
    }
    if (atLeast && lost.getAsLong() == 0) {
      return "drops unknown; instrumented sites dropped 0";
    }
    return (atLeast ? "at least " : "")
        + number(lost.getAsLong())
        + " dropped"
        + (lost.getAsLong() == 0 ? "" : " (" + percent(lostPart()) + ")");
  }

  private String seconds() {
    long millis = time.toMillis();
    return millis < 1_000
        ? millis + " ms"
        : String.format(Locale.ROOT, "%.1f s", time.toNanos() / 1e9);
  }

  private static String percent(double part) {
    double percent = 100 * part;
    return percent > 0 && percent < 0.1
        ? "0.1 %"
        : String.format(Locale.ROOT, percent < 10 ? "%.1f %%" : "%.0f %%", percent)
            .replace(".0 ", " ");
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String bytes(long bytes) {
    return bytes >= 1 << 20 && bytes % (1 << 20) == 0
        ? (bytes >> 20) + " MiB"
        : bytes % 1024 == 0 ? (bytes >> 10) + " KiB" : bytes + " bytes";
  }
}
