package org.skep.bpf;

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
 * @param before how many of them were there when the reading began
 * @param lost how many events the buffer had no place for, since it was last read; empty where the
 *     programs do not count
 * @param atLeast whether there may be more: some places of the programs count, and others do not
 * @param highestFill how full the buffer was at most when it was looked at, from 0 to 1
 * @param bufferBytes the size of the ring, or of the perf buffer of each processor
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
    OptionalLong lost,
    boolean atLeast,
    double highestFill,
    long bufferBytes,
    long neededBytes,
    long disordered,
    Duration time) {
  /** Above this part of all events, a loss comes with the remedy. */
  private static final double BEARABLE = 0.01;

  /** How many events came in a second; those that were there before do not count. */
  public double perSecond() {
    return (received - before) / Math.max(1e-9, time.toNanos() / 1e9);
  }

  /** What part of the events was lost, from 0 to 1; 0 where that is not known. */
  public double lostPart() {
    long missing = lost.orElse(0);
    return missing == 0 ? 0 : (double) missing / (missing + received);
  }

  /** In a line: how many events in what time, what was lost, how full the buffer was. */
  @Override
  public String toString() {
    return number(received)
        + (received == 1 ? " event in " : " events in ")
        + seconds()
        + (received > before && time.toMillis() > 0
            ? " (" + number(Math.round(perSecond())) + "/s)"
            : "")
        + (before > 0 ? ", " + number(before) + " of them from before" : "")
        + ", "
        + loss()
        + ", the "
        + (perf ? "fullest perf buffer" : "ring")
        + " ("
        + bytes(bufferBytes)
        + ") at most "
        + percent(highestFill)
        + " full";
  }

  /** Sentences for below the table: the line, and what to do where events are lost. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(toString());
    if (lost.isEmpty() || atLeast) {
      notes.add(
          "to know what is lost, write skep_reserve(&"
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
              + " nothing would have been lost ("
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

  private String loss() {
    if (lost.isEmpty()) {
      return "loss unknown";
    }
    if (atLeast && lost.getAsLong() == 0) {
      return "loss unknown (none where it is counted)";
    }
    return lost.getAsLong() == 0
        ? "none lost"
        : (atLeast ? "at least " : "")
            + number(lost.getAsLong())
            + " lost ("
            + percent(lostPart())
            + ")";
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
