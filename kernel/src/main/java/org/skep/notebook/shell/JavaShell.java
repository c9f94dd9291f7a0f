package org.skep.notebook.shell;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs cells of Java in this JVM, and completes and inspects them.
 *
 * <p>Threads: {@link #evaluate} runs the cell on the thread that calls it, which should be one and
 * the same for all cells, so that thread locals live on. Everything else may be called from any
 * thread, also while a cell runs, and from the code of a cell itself.
 */
public final class JavaShell implements AutoCloseable {

  /**
   * The imports that every notebook has: those of IJava, so that its notebooks run unchanged, and
   * those of the {@code jshell} tool.
   */
  public static final List<String> DEFAULT_IMPORTS =
      List.of(
          "import java.io.*;",
          "import java.math.*;",
          "import java.net.*;",
          "import java.nio.file.*;",
          "import java.util.*;",
          "import java.util.concurrent.*;",
          "import java.util.function.*;",
          "import java.util.prefs.*;",
          "import java.util.regex.*;",
          "import java.util.stream.*;");

  /** How long completion waits for a cell that compiles, before it answers nothing. */
  private static final long PATIENCE_MILLIS = 400;

  private final List<String> startUp;
  private final List<Path> classPath = new CopyOnWriteArrayList<>();
  private final CompilerLock compiler = new CompilerLock();
  private final UserThreads threads = new UserThreads();
  private final Interrupts interrupts = new Interrupts(threads);
  private volatile ShellSession session;

  /**
   * Makes a shell; its compiler is not warm yet, see {@link #warmUp}.
   *
   * @param startUp declarations that come before the first cell: imports, static imports, methods
   */
  public JavaShell(List<String> startUp) {
    this.startUp = List.copyOf(startUp);
    session = open();
  }

  /**
   * Compiles, completes and inspects a little of everything, so that the first cell is fast. Meant
   * for another thread at start; a cell evaluated meanwhile waits for the step that runs, and ends
   * the warming up.
   */
  public void warmUp() {
    for (Consumer<ShellSession> step : ShellWarmUp.steps()) {
      if (compiler.isWanted()) {
        return;
      }
      exclusively(
          () -> {
            step.accept(session);
            return step;
          });
    }
  }

  /**
   * Runs a cell to its end on the calling thread.
   *
   * @param code the whole cell
   * @param executionCount the number by which stack traces name the cell
   */
  public Evaluation evaluate(String code, int executionCount) {
    CellRun run = interrupts.begin();
    boolean within = interrupts.suspend(run);
    CellRun outer = session.engine.evaluatesFor();
    Evaluation result;
    List<String> stillRunning;
    compiler.lock();
    try {
      session.engine.evaluatesFor(run);
      result = new CellRunner(() -> session, run, new CellSource(executionCount, code)).run();
    } finally {
      session.engine.evaluatesFor(outer);
      compiler.unlock();
      interrupts.resume(run, within);
      stillRunning = interrupts.end(run);
    }
    return stillRunning == null ? result : new Evaluation.Interrupted(stillRunning);
  }

  /**
   * Runs a task that calls code of cells, such as the {@code toString()} of a value, so that {@link
   * #interrupt} stops it as it stops a cell.
   *
   * @throws CancellationException when it was stopped
   * @throws Exception what the task threw
   */
  public <T extends @Nullable Object> T call(Callable<T> task) throws Exception {
    CellRun run = interrupts.begin();
    boolean within = interrupts.suspend(run);
    Interrupts.Entry entry = interrupts.enter(run);
    try {
      if (entry == null) {
        throw new CancellationException("interrupted");
      }
      return task.call();
    } catch (CellStopped e) {
      throw new CancellationException("interrupted");
    } finally {
      if (entry != null) {
        interrupts.leave(run, entry);
      }
      interrupts.resume(run, within);
      interrupts.end(run);
    }
  }

  /**
   * A text that may name classes of cells, such as an error's message, with their names as there.
   */
  public static String spelled(String text) {
    return CellClasses.spellAll(text);
  }

  /** An exception for people, a line each: with the places in cells, and without the machinery. */
  public List<String> traceback(Throwable error) {
    return new Traceback(session.classes).of(error);
  }

  /** Whether this is what stops the code of cells: who catches everything must let it through. */
  public static boolean isStop(Throwable thrown) {
    return thrown instanceof CellStopped;
  }

  /**
   * Stops the running cell; does nothing where none runs. Returns at once. The cell's {@code
   * evaluate} answers {@link Evaluation.Interrupted} as soon as its code has ended.
   */
  public void interrupt() {
    interrupts.interrupt();
  }

  /**
   * What an interrupt was asked to stop and what has not ended yet: thread names, tops of stacks.
   */
  public List<String> stillRunning() {
    return interrupts.stillRunning();
  }

  /** What may stand at the cursor, counted in UTF-16 units. */
  public JavaCompletions complete(String code, int cursor) {
    return question(
        () -> new JavaCompleter(session).complete(code, cursor), JavaCompletions.none(cursor));
  }

  /** What the name at the cursor means, counted in UTF-16 units. */
  public Optional<Inspection> inspect(String code, int cursor) {
    return question(() -> new Inspector(session).inspect(code, cursor), Optional.empty());
  }

  /** Whether the text could be run as a cell. Runs nothing. */
  public SourceCompleteness isComplete(String code) {
    return question(
        () -> new CompletenessCheck(session).check(code),
        new SourceCompleteness(SourceCompleteness.Status.UNKNOWN, ""));
  }

  /** Asks the compiler; where it is busy, or the code is nested too deeply, the other answer. */
  private <T> T question(Supplier<T> task, T otherwise) {
    if (!compiler.tryLock(PATIENCE_MILLIS)) {
      return otherwise;
    }
    try {
      return task.get();
    } catch (StackOverflowError | RuntimeException | InternalError e) { // JShell wraps the first
      if (!Effort.isOverflow(e)) {
        throw e;
      }
      return otherwise;
    } finally {
      compiler.unlock();
    }
  }

  /**
   * Adds a jar or a folder of classes, which cells see from now on.
   *
   * @throws IllegalArgumentException when there is no such file
   */
  public void addToClassPath(Path jarOrFolder) {
    exclusively(
        () -> {
          session.addToClassPath(jarOrFolder);
          return classPath.add(jarOrFolder);
        });
  }

  /** The class loader of the classes of cells and of added jars. */
  public ClassLoader classLoader() {
    return session.loader;
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
    exclusively(
        () -> {
          new Variables(session).define(name, typeName, value);
          return name;
        });
  }

  /** The value of a variable that cells see; empty when there is none, or when it is null. */
  public Optional<Object> variable(String name) {
    return exclusively(
        () -> {
          var variables = new Variables(session);
          return variables.find(name).map(variables::value);
        });
  }

  /** The variables of cells, by order of declaration. */
  public List<VariableInfo> variables() {
    return exclusively(() -> new Variables(session).all());
  }

  /** The methods and types of cells, by order of declaration. */
  public List<DeclarationInfo> declarations() {
    return exclusively(() -> new Variables(session).declarations());
  }

  /** Forgets all that cells declared; keeps the class path and the start-up declarations. */
  public void reset() {
    exclusively(
        () -> {
          ShellSession old = session;
          session = open();
          session.engine.evaluatesFor(old.engine.evaluatesFor());
          old.close();
          return old;
        });
  }

  /** Ends the shell. */
  @Override
  public void close() {
    interrupts.interrupt();
    session.close();
  }

  private ShellSession open() {
    return new ShellSession(compiler, interrupts, threads, classPath, startUp);
  }

  /** Runs with the compiler held; from the code of a cell, that code is left meanwhile. */
  private <T> T exclusively(Supplier<T> task) {
    CellRun run = session.engine.evaluatesFor();
    boolean within = run != null && interrupts.suspend(run);
    CompilerErrors.listen();
    compiler.lock();
    try {
      return task.get();
    } finally {
      compiler.unlock();
      if (run != null) {
        interrupts.resume(run, within);
      }
    }
  }
}
