package org.skep.table.query;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.skep.text.WholeNumber;

/** Cuts a condition into words, numbers, texts and symbols. */
public final class ConditionLexer {
  private static final List<String> SYMBOLS =
      List.of("&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "=");

  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("ns", BigDecimal.ONE),
          Map.entry("us", BigDecimal.valueOf(1_000)),
          Map.entry("µs", BigDecimal.valueOf(1_000)),
          Map.entry("ms", BigDecimal.valueOf(1_000_000)),
          Map.entry("s", BigDecimal.valueOf(1_000_000_000)),
          Map.entry("k", BigDecimal.valueOf(1_000)),
          Map.entry("M", BigDecimal.valueOf(1_000_000)),
          Map.entry("G", BigDecimal.valueOf(1_000_000_000)),
          Map.entry("KiB", BigDecimal.valueOf(1L << 10)),
          Map.entry("MiB", BigDecimal.valueOf(1L << 20)),
          Map.entry("GiB", BigDecimal.valueOf(1L << 30)));

  /** What a token is. */
  enum Kind {
    NAME,
    NUMBER,
    TEXT,
    SYMBOL,
    END
  }

  /**
   * @param quoted whether a name stood in backquotes, and is no operator
   * @param at where it begins, from 1
   */
  record Token(Kind kind, String text, boolean quoted, BigDecimal number, int at) {
    String described() {
      return kind == Kind.END ? "the end" : "'" + text + "'";
    }
  }

  private final String condition;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private ConditionLexer(String condition) {
    this.condition = condition;
  }

  static List<Token> tokens(String condition) {
    var lexer = new ConditionLexer(condition);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < condition.length()) {
      char c = condition.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '\'' || c == '"' || c == '`') {
        quoted(c);
      } else if (isDigit(c) || (c == '-' && digitFollows())) {
        number();
      } else if (Character.isLetter(c) || c == '_') {
        name();
      } else {
        symbol();
      }
    }
    add(Kind.END, "", false, BigDecimal.ZERO, at);
  }

  private boolean digitFollows() {
    return at + 1 < condition.length() && isDigit(condition.charAt(at + 1));
  }

  /** Those of ASCII alone; others mean numbers to few. */
  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private void quoted(char quote) {
    int start = at;
    int end = condition.indexOf(quote, at + 1);
    if (end < 0) {
      throw ConditionParser.error(condition, start + 1, "no " + quote + " ends what begins here");
    }
    at = end + 1;
    String text = condition.substring(start + 1, end);
    add(quote == '`' ? Kind.NAME : Kind.TEXT, text, true, BigDecimal.ZERO, start);
  }

  private void number() {
    int start = at;
    at++; // a digit or the sign
    while (at < condition.length() && isNumberPart(condition.charAt(at))) {
      at++;
    }
    String text = condition.substring(start, at);
    add(Kind.NUMBER, text, false, value(text, start), start);
  }

  private static boolean isNumberPart(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '_';
  }

  private BigDecimal value(String text, int start) {
    String digits = text.replace("_", "");
    if (digits.matches("-?0[0-9].*")) {
      throw ConditionParser.error(
          condition, start + 1, "'" + text + "' is not a number" + WholeNumber.hint(digits));
    }
    String sign = digits.startsWith("-") ? "-" : "";
    String rest = digits.substring(sign.length());
    try {
      if (rest.startsWith("0x") || rest.startsWith("0X")) {
        BigInteger hex = WholeNumber.find(digits).orElseThrow(NumberFormatException::new);
        return new BigDecimal(hex);
      }
      int unit = 0;
      while (unit < rest.length() && (isDigit(rest.charAt(unit)) || rest.charAt(unit) == '.')) {
        unit++;
      }
      var number = new BigDecimal(sign + rest.substring(0, unit));
      if (unit == rest.length()) {
        return number;
      }
      BigDecimal factor = UNITS.get(rest.substring(unit));
      if (factor != null) {
        return number.multiply(factor);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw ConditionParser.error(
        condition,
        start + 1,
        "'" + text + "' is not a number (units are ns, us, ms, s, k, M, G, KiB, MiB, GiB)");
  }

  private void name() {
    int start = at;
    while (at < condition.length() && isNamePart(condition.charAt(at))) {
      at++;
    }
    add(Kind.NAME, condition.substring(start, at), false, BigDecimal.ZERO, start);
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '[' || c == ']';
  }

  private void symbol() {
    for (String symbol : SYMBOLS) {
      if (condition.startsWith(symbol, at)) {
        add(Kind.SYMBOL, symbol.equals("=") ? "==" : symbol, false, BigDecimal.ZERO, at);
        at += symbol.length();
        return;
      }
    }
    throw ConditionParser.error(
        condition,
        at + 1,
        "'" + Character.toString(condition.codePointAt(at)) + "' has no meaning here");
  }

  private void add(Kind kind, String text, boolean quoted, BigDecimal number, int start) {
    tokens.add(new Token(kind, text, quoted, number, start + 1));
  }
}
