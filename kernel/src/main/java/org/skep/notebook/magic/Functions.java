package org.skep.notebook.magic;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.CellOutput;
import org.skep.notebook.display.CurrentCell;
import org.skep.notebook.display.MimeBundle;

/**
 * What every cell can call by its bare name.
 *
 * <p>All of them belong to the notebook of the calling thread's cell; outside of any notebook they
 * throw {@link IllegalStateException}.
 */
public final class Functions {
  /** Makes these functions known to the cells by their bare names. */
  public static final String IMPORT = "import static " + Functions.class.getName() + ".*;";

  private Functions() {}

  /**
   * Shows an object below what the cell has shown so far.
   *
   * @return the id by which {@link #updateDisplay} can replace it
   */
  public static String display(@Nullable Object value) {
    return display(value, new String[0]);
  }

  /** Shows an object as these MIME types; a text is taken to be written in them. */
  public static String display(@Nullable Object value, String... mimeTypes) {
    String id = UUID.randomUUID().toString();
    output().display(render(value, mimeTypes), id);
    return id;
  }

  /** Replaces what {@link #display} has shown, in whatever cell it is. */
  public static void updateDisplay(String id, @Nullable Object value) {
    output().updateDisplay(render(value), id);
  }

  /** Replaces what {@link #display} has shown, by an object shown as these MIME types. */
  public static void updateDisplay(String id, @Nullable Object value, String... mimeTypes) {
    output().updateDisplay(render(value, mimeTypes), id);
  }

  /** An object in all forms in which it can be shown. */
  public static MimeBundle render(@Nullable Object value) {
    return notebook().displays().render(value);
  }

  /** An object as these MIME types; a text is taken to be written in them. */
  public static MimeBundle render(@Nullable Object value, String... mimeTypes) {
    return notebook().displays().render(value, mimeTypes);
  }

  /** Removes what the cell has shown so far. */
  public static void clearOutput() {
    clearOutput(false);
  }

  /**
   * Removes what the cell has shown so far.
   *
   * @param wait whether to remove it only when there is something new to show
   */
  public static void clearOutput(boolean wait) {
    CellOutput output = output();
    output.clear(wait);
    notebook().displays().cleared(output);
  }

  /** Runs a line magic; the words are taken as they are. */
  @SuppressWarnings({
    "unchecked",
    "TypeParameterUnusedInFormals",
    "NullAway"
  }) // as IJava: the caller says the type
  public static <T extends @Nullable Object> T lineMagic(String name, List<String> words) {
    MagicContext notebook = notebook();
    return (T) unchecked(() -> notebook.magics().line(name, words, notebook));
  }

  /** Runs a cell magic; the words are taken as they are. */
  @SuppressWarnings({
    "unchecked",
    "TypeParameterUnusedInFormals",
    "NullAway"
  }) // as IJava: the caller says the type
  public static <T extends @Nullable Object> T cellMagic(
      String name, List<String> words, String body) {
    MagicContext notebook = notebook();
    return (T) unchecked(() -> notebook.magics().cell(name, words, body, notebook));
  }

  /** What a line magic after {@code =} becomes. */
  @SuppressWarnings({
    "unchecked",
    "TypeParameterUnusedInFormals",
    "NullAway"
  }) // as IJava: the caller says the type
  public static <T extends @Nullable Object> T valueOfLineMagic(
      String name, String text, int line) {
    MagicContext notebook = notebook();
    return (T) unchecked(() -> notebook.magics().line(name, text, line, notebook));
  }

  /** What a line magic on a line of its own becomes: its value is shown. */
  public static void runLineMagic(String name, String text, int line) {
    Object value = valueOfLineMagic(name, text, line);
    if (value != null) {
      output().display(render(value), null);
    }
  }

  /** Runs code as if it stood in this cell, magics included, and returns its last value. */
  public static @Nullable Object eval(String code) throws Exception {
    return notebook().evaluate(code);
  }

  /** Prints a formatted text on standard output. */
  @SuppressWarnings("AnnotateFormatMethod") // cells are not compiled with Error Prone
  public static void printf(String format, @Nullable Object... arguments) {
    System.out.printf(format, arguments);
  }

  private static MagicContext notebook() {
    return CurrentCell.notebook(MagicContext.class)
        .orElseThrow(() -> new IllegalStateException("no notebook runs here"));
  }

  private static CellOutput output() {
    return CurrentCell.output()
        .orElseThrow(() -> new IllegalStateException("no notebook runs here"));
  }

  private interface Task {
    @Nullable Object run() throws Exception;
  }

  /** Lets checked exceptions through: a cell need not declare them, nor see them wrapped. */
  private static @Nullable Object unchecked(Task task) {
    try {
      return task.run();
    } catch (Exception e) {
      throw Functions.<RuntimeException>as(e);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // erased: throws e as it is
  private static <E extends Exception> E as(Exception e) throws E {
    throw (E) e;
  }
}
