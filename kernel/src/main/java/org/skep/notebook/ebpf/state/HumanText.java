package org.skep.notebook.ebpf.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.skep.text.Count;

/** Small things as people write them, and columns of text that line up. */
public final class HumanText {
  private HumanText() {}

  /** A time with two or three digits: {@code 57 ms}, {@code 1.6 ms}, {@code 420 µs}. */
  public static String time(Duration duration) {
    double nanos = duration.toNanos();
    if (nanos < 1e3) {
      return duration.toNanos() + " ns";
    }
    if (nanos < 1e6) {
      return digits(nanos / 1e3) + " µs";
    }
    return nanos < 1e9 ? digits(nanos / 1e6) + " ms" : digits(nanos / 1e9) + " s";
  }

  private static String digits(double number) {
    return String.format(Locale.ROOT, number < 9.95 ? "%.1f" : "%.0f", number);
  }

  /** A whole number with its thousands apart: {@code 10,240}. */
  public static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A size: {@code 128 bytes}, {@code 4.0 KiB}, {@code 1.2 MiB}. */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return Count.of(bytes, "byte");
    }
    return bytes < 1 << 20
        ? digits(bytes / 1024.0) + " KiB"
        : digits(bytes / (double) (1 << 20)) + " MiB";
  }

  /** Rows as lines, each column as wide as its widest cell; the first row is the head. */
  public static String columns(List<List<String>> rows, String indent) {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        int width = row.get(i).length();
        if (i == widths.size()) {
          widths.add(width);
        } else {
          widths.set(i, Math.max(widths.get(i), width));
        }
      }
    }
    var text = new StringBuilder();
    for (List<String> row : rows) {
      var line = new StringBuilder(indent);
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).repeat(' ', widths.get(i) - row.get(i).length() + 2);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
