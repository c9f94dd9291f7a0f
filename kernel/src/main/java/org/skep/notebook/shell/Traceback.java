package org.skep.notebook.shell;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes an exception for people: without the frames of JShell and the kernel, with places in cells
 * and their source lines, with causes and suppressed exceptions.
 */
final class Traceback {
  /** Of a deeper stack, the first and the last frames are shown. */
  private static final int FIRST = 16;

  private static final int LAST = 8;
  private static final int MAX_CAUSES = 20;

  private static final List<String> MACHINERY =
      List.of(
          "org.skep.notebook.",
          "jdk.jshell.",
          "jdk.internal.reflect.",
          "java.lang.reflect.Method",
          "REPL.$Stop$");

  private static final String LIBRARY = "org.skep.";

  private static final String TOP_LEVEL = "do_it$";

  /** JShell's way to the initializer of a variable declared with {@code var}. */
  private static final String TOP_LEVEL_VARIABLE = "do_it$Aux";

  private final CellClasses classes;
  private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<String> lines = new ArrayList<>();

  Traceback(CellClasses classes) {
    this.classes = classes;
  }

  /** The lines for an exception. */
  List<String> of(Throwable error) {
    add("", "", error);
    return lines;
  }

  private void add(String indent, String caption, Throwable error) {
    if (!seen.add(error)) {
      lines.add(indent + caption + "(circular) " + head(error));
      return;
    }
    if (seen.size() > MAX_CAUSES) {
      lines.add(indent + caption + "(and more)");
      return;
    }
    (caption + head(error)).lines().forEach(line -> lines.add(indent + line));
    frames(indent, shown(error));
    for (Throwable suppressed : error.getSuppressed()) {
      add(indent + "    ", "Suppressed: ", suppressed);
    }
    if (error.getCause() != null) {
      add(indent, "Caused by: ", error.getCause());
    }
  }

  /** Class and message. A message that cannot be had is no reason to show nothing. */
  private static String head(Throwable error) {
    String name = error.getClass().getName();
    String spelled = CellClasses.spell(name);
    String type = spelled.isEmpty() ? name : spelled;
    try {
      String message = error.getLocalizedMessage();
      return message == null ? type : type + ": " + CellClasses.spellAll(message);
    } catch (RuntimeException | Error e) {
      return type + ": (its message threw " + e.getClass().getName() + ")";
    }
  }

  private void frames(String indent, List<StackTraceElement> shown) {
    int size = shown.size();
    for (int i = 0; i < size; i++) {
      if (i == FIRST && size > FIRST + LAST + 1) {
        lines.add(indent + "    ... " + (size - FIRST - LAST) + " more frames ...");
        i = size - LAST;
      }
      frame(indent, shown.get(i));
      int same = i + 1;
      while (same < size && shown.get(same).equals(shown.get(i))) {
        same++;
      }
      if (same - i > 3) {
        lines.add(indent + "    ... the same " + (same - i - 1) + " times more ...");
        i = same - 1;
      }
    }
  }

  /** Down to the outermost frame of a cell, without the machinery in between. */
  private static List<StackTraceElement> shown(Throwable error) {
    StackTraceElement[] stack = error.getStackTrace();
    boolean meant = isMeant(error);
    int end = stack.length;
    while (end > 0 && !CellClasses.isOfCell(stack[end - 1])) {
      end--;
    }
    var shown = new ArrayList<StackTraceElement>();
    for (int i = 0; i < (end == 0 ? stack.length : end); i++) {
      String name = stack[i].getClassName();
      if (i > 0 && stack[i - 1].getMethodName().equals(TOP_LEVEL_VARIABLE)) {
        continue; // JShell's call of the initializer
      }
      if (MACHINERY.stream().noneMatch(name::startsWith) && !(meant && name.startsWith(LIBRARY))) {
        shown.add(stack[i]);
      }
    }
    return shown;
  }

  /** An error that the library throws on purpose: its message says what its frames would. */
  private static boolean isMeant(Throwable error) {
    return error instanceof IllegalArgumentException
        || error instanceof IllegalStateException
        || error.getClass().getName().startsWith(LIBRARY);
  }

  private void frame(String indent, StackTraceElement frame) {
    if (!CellClasses.isOfCell(frame)) {
      lines.add(indent + "    at " + frame);
      return;
    }
    String method = method(frame);
    Optional<CellClasses.Place> place = classes.place(frame);
    String where =
        place.map(p -> name(p.cell()) + ", line " + p.line()).orElse("a cell, line unknown");
    lines.add(indent + "    at " + (method.isEmpty() ? where : method + " (" + where + ")"));
    place
        .map(p -> p.cell().line(p.line()).strip())
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> lines.add(indent + "        " + text));
  }

  private static String name(CellSource cell) {
    return cell.executionCount() > 0 ? "Cell In[" + cell.executionCount() + "]" : "Start-up";
  }

  /** {@code f}, {@code A.f}, {@code new A}, {@code lambda in f}; empty for the cell's own code. */
  private static String method(StackTraceElement frame) {
    String type = CellClasses.spell(frame.getClassName());
    String name = frame.getMethodName().replace(TOP_LEVEL_VARIABLE, TOP_LEVEL);
    if (name.startsWith("lambda$")) {
      String in = name.substring("lambda$".length());
      int end = in.lastIndexOf('$');
      in = end > 0 ? in.substring(0, end) : in;
      return in.equals(TOP_LEVEL) || in.isEmpty() ? "lambda" : "lambda in " + member(type, in);
    }
    return name.equals(TOP_LEVEL) ? "" : member(type, name);
  }

  private static String member(String type, String name) {
    return switch (name) {
      case "<init>" -> "new " + type;
      case "<clinit>" -> "static " + type;
      case "new" -> "new " + type;
      case "static" -> "static " + type;
      default -> type.isEmpty() ? name : type + "." + name;
    };
  }
}
