package org.skep.notebook.magic;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cells that the Java compiler refuses as they are of another language. */
public final class OtherLanguage {
  private static final Pattern LINE_MAGIC = Pattern.compile("\\A\\s*%([\\p{L}_][\\w.-]*)");
  private static final Pattern SHELL =
      Pattern.compile(
          "(?m)\\A\\s*(?:!.*|(?:pip3?|conda|apt(?:-get)?|sudo|ls|cd|cat|echo|bpftool|git|make)"
              + "(?:\\s+[-\\w./*~].*)?$)");
  private static final Pattern JSHELL = Pattern.compile("\\A\\s*/(\\w+|[?!-])(?:\\s.*)?\\s*\\z");
  private static final Pattern C =
      Pattern.compile("(?m)^\\s*#\\s*(?:include|define|if\\w*|pragma)\\b|\\bSEC\\s*\\(\\s*\"");

  private OtherLanguage() {}

  /**
   * What a cell that does not compile may be instead of Java; empty where it looks like Java.
   *
   * @param isCellMagic whether there is a cell magic of a name
   */
  public static Optional<String> hint(String cell, Predicate<String> isCellMagic) {
    Matcher magic = LINE_MAGIC.matcher(cell);
    if (magic.find() && isCellMagic.test(magic.group(1)) && cell.strip().lines().count() > 1) {
      return Optional.of(
          "'%"
              + magic.group(1)
              + "' takes its own line only, and the rest is Java (did you mean '%%"
              + magic.group(1)
              + "'?)");
    }
    if (C.matcher(cell).find()) {
      return Optional.of("this looks like C: the first line of a cell of C is %%bpf NAME");
    }
    if (SHELL.matcher(cell).find()) {
      return Optional.of(
          "this looks like a command of the shell: write %sh COMMAND, or %%sh above several");
    }
    Matcher jshell = JSHELL.matcher(cell);
    return jshell.matches()
        ? Optional.of(
            "'/"
                + jshell.group(1)
                + "' is a command of the jshell tool, not of notebooks (%who lists what is declared,"
                + " %lsmagic the magics)")
        : Optional.empty();
  }
}
