package org.skep.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A format string of {@code bpf_seq_printf} as a pattern that finds the values in what it printed.
 * Text is given with a character for each byte.
 */
public final class PrintFormat {
  private static final Pattern CONVERSION =
      Pattern.compile(
          "%(?<flags>[-+ 0#]*)(?<width>\\d*)(?:%|(?<kind>p(?:[iI][46]|[KxsSB])?|[sc]|(?:l{0,2})[diuxX]))");

  /** What a column holds. */
  public enum Kind {
    NUMBER,
    TEXT
  }

  private final List<Kind> kinds;
  private final Pattern shortest;
  private final Pattern longest;
  private final String literal;

  private PrintFormat(List<Kind> kinds, Pattern shortest, Pattern longest, String literal) {
    this.kinds = List.copyOf(kinds);
    this.shortest = shortest;
    this.longest = longest;
    this.literal = literal;
  }

  /** Reads a format; empty where it is none that prints whole lines. */
  public static Optional<PrintFormat> of(String format) {
    if (!format.endsWith("\n") || format.length() < 2) {
      return Optional.empty();
    }
    var kinds = new ArrayList<Kind>();
    var shortest = new StringBuilder();
    var literal = new StringBuilder();
    Matcher next = CONVERSION.matcher(format);
    int done = 0;
    while (next.find()) {
      String between = format.substring(done, next.start());
      if (between.indexOf('%') >= 0) {
        return Optional.empty();
      }
      literal.append(between);
      shortest.append(Pattern.quote(between));
      String kind = next.group("kind");
      if (kind == null) {
        literal.append('%');
        shortest.append('%');
      } else {
        kinds.add(kind.matches("l{0,2}[diu]") ? Kind.NUMBER : Kind.TEXT);
        shortest.append(value(kind, next.group("flags"), next.group("width")));
      }
      done = next.end();
    }
    String end = format.substring(done);
    if (end.indexOf('%') >= 0) {
      return Optional.empty();
    }
    literal.append(end);
    shortest.append(Pattern.quote(end));
    String pattern = "\\G" + shortest;
    return Optional.of(
        new PrintFormat(
            kinds,
            Pattern.compile(pattern),
            Pattern.compile(pattern.replace("[\\s\\S]*?", "[^\n]*")),
            literal.toString()));
  }

  private static String value(String kind, String flags, String width) {
    String value =
        switch (kind.charAt(kind.length() - 1)) {
          case 'd', 'i' -> "[-+]?\\d+";
          case 'u' -> "\\d+";
          case 'x', 'X' -> kind.equals("px") ? "[0-9a-fx]+" : "(?:0[xX])?[0-9a-fA-F]+";
          case 'c' -> "[\\s\\S]";
          case '4' -> "\\d+\\.\\d+\\.\\d+\\.\\d+";
          case '6' -> "[0-9a-f:.]+";
          case 'p', 'K' -> "[0-9a-zA-Z()_]+";
          default -> "[\\s\\S]*?";
        };
    boolean padded = !width.isEmpty() || flags.indexOf(' ') >= 0;
    String before = padded && flags.indexOf('-') < 0 ? " *" : flags.indexOf(' ') >= 0 ? " ?" : "";
    String after = !width.isEmpty() && flags.indexOf('-') >= 0 ? " *" : "";
    return before + "(" + value + ")" + after;
  }

  /** What its columns hold; none for a format without a conversion, such as that of a heading. */
  public List<Kind> kinds() {
    return kinds;
  }

  /** What a format without conversions prints. */
  public String literal() {
    return literal;
  }

  /** A matcher whose groups are the values as short as they can be. */
  public Matcher shortest(String text) {
    return shortest.matcher(text);
  }

  /** Whether the values of a printed line could be others: two texts with a blank between. */
  public boolean isAmbiguous(String line, Matcher found) {
    Matcher other = longest.matcher(line);
    if (!other.find()) {
      return false;
    }
    for (int group = 1; group <= kinds.size(); group++) {
      if (!other.group(group).strip().equals(found.group(group).strip())) {
        return true;
      }
    }
    return false;
  }
}
