package org.skep.notebook.shell;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs cells of Java in this JVM, and completes and inspects them.
 *
 * <p>Threads: {@link #evaluate} runs the cell on the thread that calls it, which should be one and
 * the same for all cells, so that thread locals live on. Everything else may be called from any
 * thread, also while a cell runs, and from the code of a cell itself.
 */
public final class JavaShell implements AutoCloseable {

  /** The imports that every notebook has: those of IJava, so that its notebooks run unchanged. */
  public static final List<String> DEFAULT_IMPORTS =
      List.of(
          "import java.io.*;",
          "import java.math.*;",
          "import java.net.*;",
          "import java.util.*;",
          "import java.util.concurrent.*;",
          "import java.util.function.*;",
          "import java.util.prefs.*;",
          "import java.util.regex.*;",
          "import java.util.stream.*;");

  /**
   * Makes a shell; its compiler is not warm yet, see {@link #warmUp}.
   *
   * @param startUp declarations that come before the first cell, one snippet each: imports, static
   *     imports, methods
   */
  public JavaShell(List<String> startUp) {
    absent();
  }

  /**
   * Compiles, completes and inspects a little of everything, so that the first cell is fast. Meant
   * for another thread at start; a cell evaluated meanwhile waits for it.
   */
  public void warmUp() {
    absent();
  }

  /**
   * Runs a cell to its end on the calling thread.
   *
   * @param code the whole cell
   * @param executionCount the number by which stack traces name the cell
   */
  public Evaluation evaluate(String code, int executionCount) {
    return absent();
  }

  /**
   * Stops the running cell; does nothing where none runs. Returns at once. The cell's {@code
   * evaluate} answers {@link Evaluation.Interrupted} as soon as its code has ended.
   */
  public void interrupt() {
    absent();
  }

  /**
   * What an interrupt was asked to stop and what has not ended yet: thread names, tops of stacks.
   */
  public List<String> stillRunning() {
    return absent();
  }

  /** What may stand at the cursor, counted in UTF-16 units. */
  public Completions complete(String code, int cursor) {
    return absent();
  }

  /** What the name at the cursor means, counted in UTF-16 units. */
  public Optional<Inspection> inspect(String code, int cursor) {
    return absent();
  }

  /** Whether the text could be run as a cell. Runs nothing. */
  public Completeness isComplete(String code) {
    return absent();
  }

  /**
   * Adds a jar or a folder of classes, which cells see from now on.
   *
   * @throws IllegalArgumentException when there is no such file
   */
  public void addToClassPath(Path jarOrFolder) {
    absent();
  }

  /** The class loader of the classes of cells and of added jars. */
  public ClassLoader classLoader() {
    return absent();
  }

  /**
   * Declares a variable in the scope of cells, or sets the one that is there.
   *
   * @param name a Java identifier
   * @param typeName its type as Java spells it in a cell; where cells cannot name that type, the
   *     closest public supertype of the value is taken
   * @param value its value
   * @throws IllegalArgumentException when the name or the value does not fit
   */
  public void define(String name, String typeName, @Nullable Object value) {
    absent();
  }

  /** The value of a variable that cells see; empty when there is none, or when it is null. */
  public Optional<Object> variable(String name) {
    return absent();
  }

  /** The variables of cells, by order of declaration. */
  public List<VariableInfo> variables() {
    return absent();
  }

  /** The methods and types of cells, by order of declaration. */
  public List<DeclarationInfo> declarations() {
    return absent();
  }

  /** Forgets all that cells declared; keeps the class path and the start-up declarations. */
  public void reset() {
    absent();
  }

  /** Ends the shell. */
  @Override
  public void close() {
    absent();
  }

  @SuppressWarnings("TypeParameterUnusedInFormals")
  private static <T> T absent() {
    throw new UnsupportedOperationException();
  }
}
