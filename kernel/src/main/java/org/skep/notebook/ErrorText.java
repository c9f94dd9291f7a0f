package org.skep.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.notebook.display.LongText;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.shell.Evaluation;
import org.skep.notebook.shell.JavaShell;
import org.skep.notebook.shell.Problem;
import org.skep.notebook.wire.ExecuteReply;

/**
 * How a cell failed, for a person. Of the ANSI colours only red and cyan are used, beside bold:
 * they can be read on white and on black.
 */
final class ErrorText {
  private static final String RED = "\u001b[31m";
  private static final String CYAN = "\u001b[36m";
  private static final String BOLD = "\u001b[1m";
  private static final String END = "\u001b[0m";

  private static final Pattern CELL_PLACE = Pattern.compile("Cell In\\[\\d+], line \\d+");
  private static final int MOST_FRAMES = 40;
  private static final int MOST_PROBLEMS = 20;
  private static final int LONGEST_MESSAGE = 20_000;

  /** What the kernel's own frames begin with: a user can do nothing about them. */
  private static final List<String> OWN =
      List.of("org.skep.notebook.", "jdk.jshell.", "jdk.internal.reflect.", "java.lang.reflect.");

  private ErrorText() {}

  static ExecuteReply.Failed compile(Evaluation.CompileFailure failure, int executionCount) {
    var lines = new ArrayList<String>();
    for (Problem problem : failure.problems().stream().limit(MOST_PROBLEMS).toList()) {
      String place = "Cell In[" + executionCount + "], line " + problem.line();
      lines.add(CYAN + place + END + ": " + BOLD + RED + "error" + END + ": " + problem.message());
      lines.add("    " + marked(problem));
      lines.add("    " + RED + problem.carets() + END);
    }
    if (failure.problems().size() > MOST_PROBLEMS) {
      lines.add("and " + (failure.problems().size() - MOST_PROBLEMS) + " more");
    }
    Problem first = failure.problems().getFirst();
    int others = failure.problems().size() - 1;
    String evalue = "line " + first.line() + ": " + first.message();
    return new ExecuteReply.Failed(
        "CompileError", others == 0 ? evalue : evalue + " (and " + others + " more)", lines);
  }

  /** The same failure with what the cell may be instead, which comes first. */
  static ExecuteReply hinted(ExecuteReply reply, String hint) {
    if (!(reply instanceof ExecuteReply.Failed failed) || !failed.ename().equals("CompileError")) {
      return reply;
    }
    var lines = new ArrayList<String>();
    lines.add(BOLD + RED + "error" + END + ": " + hint);
    lines.addAll(failed.traceback().subList(0, Math.min(3, failed.traceback().size())));
    return new ExecuteReply.Failed(failed.ename(), hint, lines);
  }

  private static String marked(Problem problem) {
    String line = problem.sourceLine();
    int start = Math.clamp(problem.column() - 1, 0, line.length());
    int end = Math.clamp(start + problem.length(), start, line.length());
    return line.substring(0, start) + RED + line.substring(start, end) + END + line.substring(end);
  }

  static ExecuteReply.Failed thrown(Evaluation.Thrown thrown) {
    Throwable error = thrown.error();
    List<String> traceback =
        error instanceof MagicException ? List.of(message(error)) : thrown.traceback();
    return new ExecuteReply.Failed(name(error), message(error), coloured(error, traceback));
  }

  static ExecuteReply.Failed interrupted(List<String> stillRunning) {
    var lines = new ArrayList<String>();
    lines.add(BOLD + RED + "Interrupted" + END + ": the cell was interrupted");
    for (String thread : stillRunning) {
      lines.add("still running: " + thread);
    }
    return new ExecuteReply.Failed("Interrupted", "the cell was interrupted", lines);
  }

  /** Words what a magic threw; a magic's own complaint needs no stack trace. */
  static ExecuteReply.Failed ofMagic(Throwable error) {
    var lines = new ArrayList<String>();
    if (error instanceof MagicException) {
      lines.add(message(error));
    } else {
      describe(error, "", lines);
    }
    return new ExecuteReply.Failed(name(error), message(error), coloured(error, lines));
  }

  private static void describe(Throwable error, String prefix, List<String> lines) {
    String message = message(error);
    lines.add(prefix + name(error) + (message.isEmpty() ? "" : ": " + message));
    StackTraceElement[] frames = error.getStackTrace();
    for (int i = 0; i < frames.length && i < MOST_FRAMES; i++) {
      String frame = frames[i].toString();
      if (OWN.stream().noneMatch(frames[i].getClassName()::startsWith)) {
        lines.add("    at " + frame);
      }
    }
    Throwable cause = error.getCause();
    if (cause != null && lines.size() < 2 * MOST_FRAMES) {
      describe(cause, "caused by ", lines);
    }
  }

  private static List<String> coloured(Throwable error, List<String> lines) {
    String name = name(error);
    var result = new ArrayList<String>();
    for (String whole : lines) {
      String line = LongText.cut(LongText.bounded(whole, "getMessage()"), LONGEST_MESSAGE);
      boolean head = result.isEmpty();
      Matcher place = CELL_PLACE.matcher(line);
      String shown = place.replaceAll(m -> CYAN + Matcher.quoteReplacement(m.group()) + END);
      if (head && shown.startsWith(name)) {
        shown = BOLD + RED + name + END + shown.substring(name.length());
      } else if (head) {
        shown = RED + shown + END;
      }
      result.add(shown);
    }
    return result;
  }

  private static String name(Throwable error) {
    return JavaShell.spelled(error.getClass().getName());
  }

  private static String message(Throwable error) {
    try {
      String message = error.getLocalizedMessage();
      return message == null
          ? ""
          : LongText.cut(
              LongText.bounded(JavaShell.spelled(message), "getMessage()"), LONGEST_MESSAGE);
    } catch (RuntimeException e) { // user code, as any method that can be overridden
      return "(its message cannot be had: " + e.getClass().getName() + ")";
    }
  }
}
