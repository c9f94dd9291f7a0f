package org.skep.notebook.display;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Numbers as people read them. */
final class Numbers {
  private static final Pattern WHOLE = Pattern.compile("-?\\d+");
  private static final Pattern BROKEN = Pattern.compile("-?\\d+(\\.\\d*)?(E-?\\d+)?");

  /** Of a whole number with its sign: more than 64 bits have are those of a floating point one. */
  private static final int MOST_DIGITS = 20;

  /** The last words of columns whose numbers name something rather than count it. */
  private static final Set<String> NAMES =
      Set.of(
          "pid", "tgid", "tid", "ppid", "uid", "gid", "id", "port", "sport", "dport", "cpu", "fd",
          "inode", "ino", "dev", "ifindex", "year", "netns", "mntns");

  private Numbers() {}

  /** Whether the numbers of the column are names, such as process ids: they are not grouped. */
  static boolean isName(String column) {
    String lower = column.toLowerCase(Locale.ROOT);
    return NAMES.contains(lower.substring(lastWord(lower)));
  }

  private static int lastWord(String name) {
    int at = name.length();
    while (at > 0 && Character.isLetterOrDigit(name.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  /**
   * A number as its column wrote it, with thousands set apart and no more digits than help. What is
   * no plain number was formatted on purpose and stays as it is.
   */
  static String readable(String text, boolean grouped) {
    if (WHOLE.matcher(text).matches() && text.length() <= MOST_DIGITS) {
      return grouped ? group(text) : text;
    }
    if (!BROKEN.matcher(text).matches()) {
      return text;
    }
    double value = Double.parseDouble(text);
    double size = Math.abs(value);
    if (value == 0) {
      return "0";
    }
    if (size < 1e-4 || size >= 1e15) {
      return String.format(Locale.ROOT, "%.4e", value).replaceFirst("\\.?0+e", "e");
    }
    int decimals = Math.max(0, 6 - (int) Math.ceil(Math.log10(size)));
    BigDecimal rounded =
        new BigDecimal(value)
            .setScale(Math.min(decimals, 8), java.math.RoundingMode.HALF_EVEN)
            .stripTrailingZeros();
    return grouped ? group(rounded.toPlainString()) : rounded.toPlainString();
  }

  private static String group(String digits) {
    int point = digits.indexOf('.');
    int end = point < 0 ? digits.length() : point;
    int start = digits.startsWith("-") ? 1 : 0;
    if (end - start < 5) {
      return digits;
    }
    StringBuilder text = new StringBuilder(digits);
    for (int at = end - 3; at > start; at -= 3) {
      text.insert(at, ',');
    }
    return text.toString();
  }
}
