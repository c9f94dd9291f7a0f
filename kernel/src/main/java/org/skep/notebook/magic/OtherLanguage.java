package org.skep.notebook.magic;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cells that the Java compiler refuses as they are of another language. */
public final class OtherLanguage {
  private static final Pattern LINE_MAGIC = Pattern.compile("\\A\\s*%([\\p{L}_][\\w.-]*)");
  private static final Pattern SHELL =
      Pattern.compile(
          "(?m)\\A\\s*(?:#?!.*|(?:pip3?|conda|apt(?:-get)?|sudo|ls|cd|cat|echo|bpftool|git|make)"
              + "(?:\\s+[-\\w./*~].*)?$)");
  private static final Pattern JSHELL = Pattern.compile("\\A\\s*/(\\w+|[?!-])(?:\\s.*)?\\s*\\z");
  private static final Pattern C =
      Pattern.compile(
          "(?m)^\\s*#\\s*(?:include|define|if\\w*|pragma)\\b"
              + "|\\bSEC\\s*\\(\\s*\"|\\bbpf_[a-z0-9_]+\\s*\\(|\\b__(?:uint|type|array)\\s*\\("
              + "|^\\s*(?:static\\s+|const\\s+|volatile\\s+|struct\\s+\\w+\\s+)*"
              + "(?:unsigned|struct|typedef|union|__?[us](?:8|16|32|64)|[us](?:8|16|32|64))\\s+\\*?\\w+");
  private static final Pattern BPFTRACE =
      Pattern.compile(
          "(?m)\\A\\s*(?:(?:sudo\\s+)?bpftrace\\b.*"
              + "|(?:(?:tracepoint|rawtracepoint|k(?:ret)?(?:probe|func)|u(?:ret)?probe|usdt|profile"
              + "|interval|software|hardware|fentry|fexit|iter|[tkurpish]):[\\w:.*/@+-]+|BEGIN|END)"
              + "\\s*(?:,\\s*)?(?:/.*/\\s*)?(?:\\{.*)?)$");
  private static final Pattern PYTHON =
      Pattern.compile(
          "(?m)^(?:from\\s+[\\w.]+\\s+import\\b|import\\s+[\\w.]+\\s+as\\s|def\\s+\\w+\\s*\\(.*\\)\\s*:"
              + "|print\\s*(?:\\(|[\"'])|(?:for|while|if)\\s.*:\\s*$)");
  private static final Pattern HELP =
      Pattern.compile("\\A\\s*(?:help|man|\\?+)(?:\\(\\))?\\s*;?\\s*\\z");
  private static final Pattern END =
      Pattern.compile("\\A\\s*(?:exit|quit)(?:\\(\\))?\\s*;?\\s*\\z");
  private static final Map<String, String> MAGICS =
      Map.ofEntries(
          Map.entry("help", "%lsmagic lists the magics, %NAME? explains one"),
          Map.entry("magic", "%lsmagic lists the magics, %NAME? explains one"),
          Map.entry("c", "C goes below %%bpf NAME"),
          Map.entry("C", "C goes below %%bpf NAME"),
          Map.entry("cpp", "C goes below %%bpf NAME"),
          Map.entry("ebpf", "C goes below %%bpf NAME"),
          Map.entry("bcc", "C goes below %%bpf NAME"),
          Map.entry("bpftrace", "C goes below %%bpf NAME, and %sh bpftrace -e '...' runs bpftrace"),
          Map.entry("unload", "%bpf close NAME closes an object"),
          Map.entry("close", "%bpf close NAME closes an object"),
          Map.entry("detach", "%bpf detach NAME.PROGRAM detaches a program"),
          Map.entry("attach", "%bpf attach NAME.PROGRAM attaches a program"),
          Map.entry("pip", "%maven GROUP:ARTIFACT:VERSION adds a library of Java"),
          Map.entry("conda", "%maven GROUP:ARTIFACT:VERSION adds a library of Java"),
          Map.entry(
              "matplotlib", "charts come with %map NAME.MAP --bar and --hist, no set-up needed"),
          Map.entry(
              "cd",
              "the working folder is the notebook's; %sh cd FOLDER && COMMAND runs elsewhere"),
          Map.entry("java", "a cell without a magic is Java"),
          Map.entry("python", "%%sh runs python3 - <<'END' ... END"));

  private OtherLanguage() {}

  /** What does here what a magic of another notebook kernel does, or its name in other tools. */
  static Optional<String> magic(String name) {
    return Optional.ofNullable(MAGICS.get(name));
  }

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
    if (BPFTRACE.matcher(cell).find()) {
      return Optional.of(
          "this looks like bpftrace: here a program is C, below %%bpf NAME"
              + " (where bpftrace is installed, %sh bpftrace -e '...' runs it)");
    }
    if (PYTHON.matcher(cell).find()) {
      return Optional.of(
          "this looks like Python: a cell of this notebook is Java, or C below %%bpf NAME"
              + " (%%sh runs python3 - <<'END' ... END)");
    }
    if (HELP.matcher(cell).find()) {
      return Optional.of("%lsmagic lists the magics; %NAME? and NAME? explain a magic or a name");
    }
    if (END.matcher(cell).find()) {
      return Optional.of("a cell does not end the kernel: Kernel > Shutdown in the page does");
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
