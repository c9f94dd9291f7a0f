package org.skep.notebook.display;

/**
 * Text in colours that can be read on light and on dark pages: the middle ones of the palette,
 * never black, white or yellow.
 */
public final class Ansi {
  private Ansi() {}

  /** For what went wrong. */
  public static String red(String text) {
    return wrap("31", text);
  }

  /** For what went well. */
  public static String green(String text) {
    return wrap("32", text);
  }

  /** For places: files, lines, names. */
  public static String blue(String text) {
    return wrap("34", text);
  }

  /** For warnings. */
  public static String magenta(String text) {
    return wrap("35", text);
  }

  public static String bold(String text) {
    return wrap("1", text);
  }

  /** The text without colours. */
  public static String strip(String text) {
    return text.replaceAll("\u001b\\[[0-9;]*m", "");
  }

  /** Colours do not go on over the end of a line, as some front ends show the lines one by one. */
  private static String wrap(String code, String text) {
    String on = "\u001b[" + code + "m";
    return on + text.replace("\n", "\u001b[0m\n" + on) + "\u001b[0m";
  }
}
