package org.skep.text;

import static java.math.BigDecimal.ONE;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whole numbers as a person types them: decimal, or hexadecimal with {@code 0x}, in digits of
 * ASCII. A leading zero is refused, as it makes a number octal in C and decimal elsewhere.
 */
public final class WholeNumber {
  /** Longer than any number that a program holds. */
  private static final int MOST_DIGITS = 64;

  private static final Pattern MEASURED =
      Pattern.compile("([+-]?[0-9]{1,18}(?:\\.[0-9]{1,18})?(?:[eE][0-9])?) ?([a-zA-Zµ]*)");

  private static final Map<String, BigDecimal> FACTORS =
      Map.of(
          "ns", ONE,
          "us", ONE.scaleByPowerOfTen(3),
          "µs", ONE.scaleByPowerOfTen(3),
          "ms", ONE.scaleByPowerOfTen(6),
          "s", ONE.scaleByPowerOfTen(9),
          "B", ONE,
          "KiB", BigDecimal.valueOf(1L << 10),
          "MiB", BigDecimal.valueOf(1L << 20),
          "GiB", BigDecimal.valueOf(1L << 30));

  private WholeNumber() {}

  /** The number; empty if the text is none. */
  public static Optional<BigInteger> find(String text) {
    String whole = text.strip();
    boolean negative = whole.startsWith("-");
    String rest = negative ? whole.substring(1) : whole;
    boolean hex = rest.startsWith("0x") || rest.startsWith("0X");
    String digits = hex ? rest.substring(2) : rest;
    if (digits.isEmpty() || digits.length() > MOST_DIGITS || octal(digits, hex)) {
      return Optional.empty();
    }
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c >= 128 || Character.digit(c, hex ? 16 : 10) < 0) {
        return Optional.empty();
      }
    }
    var number = new BigInteger(digits, hex ? 16 : 10);
    return Optional.of(negative ? number.negate() : number);
  }

  private static boolean octal(String digits, boolean hex) {
    return !hex && digits.length() > 1 && digits.charAt(0) == '0';
  }

  /**
   * The number within bounds.
   *
   * @throws IllegalArgumentException if the text is none, or out of the bounds; the message is
   *     {@code expected a number from 0 to 65535 but was '65536'}, with a remedy where one is known
   */
  public static long parse(String text, long least, long most) {
    Optional<BigInteger> number = find(text);
    if (number.isPresent()
        && number.get().compareTo(BigInteger.valueOf(least)) >= 0
        && number.get().compareTo(BigInteger.valueOf(most)) <= 0) {
      return number.get().longValue();
    }
    throw new IllegalArgumentException(
        "expected a number from " + least + " to " + most + " but was '" + text + "'" + hint(text));
  }

  /**
   * What to write in place of a number with a leading zero, a unit, a fraction of zero or marks
   * between its digits, in brackets; empty for other texts. Begins with a blank.
   */
  public static String hint(String text) {
    String whole = text.strip();
    if (!whole.matches("-?0[0-9]+")) {
      return plain(whole);
    }
    String sign = whole.startsWith("-") ? "-" : "";
    String digits = whole.substring(sign.length());
    String decimal = sign + new BigInteger(digits);
    return digits.matches("[0-7]+")
        ? " (a leading zero makes it octal in C: write "
            + decimal
            + " or "
            + sign
            + "0x"
            + new BigInteger(digits, 8).toString(16)
            + ")"
        : " (write " + decimal + ")";
  }

  /** For what is a number elsewhere: {@code 10ms}, {@code 64KiB}, {@code 1e3}, {@code 1_000}. */
  private static String plain(String text) {
    Matcher m = MEASURED.matcher(text.replaceAll("(?<=[0-9])_(?=[0-9])", ""));
    if (!m.matches() || find(text).isPresent()) { // such as one out of bounds
      return "";
    }
    String unit = m.group(2);
    BigDecimal number = new BigDecimal(m.group(1)).multiply(FACTORS.getOrDefault(unit, ONE));
    boolean known = unit.isEmpty() || FACTORS.containsKey(unit);
    if (!known || number.stripTrailingZeros().scale() > 0) {
      return "";
    }
    String what = unit.endsWith("s") ? " for nanoseconds" : unit.endsWith("B") ? " for bytes" : "";
    return " (write " + number.toBigInteger() + what + ")";
  }
}
