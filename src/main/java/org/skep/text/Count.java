package org.skep.text;

import java.util.Locale;

/** Numbers of things in words. */
public final class Count {
  private Count() {}

  /** {@code 1 program}, {@code 2,000 programs}, {@code 3 libraries}. */
  public static String of(long number, String noun) {
    String many = noun.endsWith("ry") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
    return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? noun : many);
  }
}
