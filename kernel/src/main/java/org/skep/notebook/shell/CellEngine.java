package org.skep.notebook.shell;

import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.function.IntConsumer;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.SPIResolutionException;
import org.jspecify.annotations.Nullable;

/**
 * JShell's execution engine: runs snippets in this JVM, on the thread that evaluates them, and
 * keeps what they yield or throw as the object it is.
 */
@SuppressWarnings("ThreadLocalUsage") // of this engine alone: a reset makes another one
final class CellEngine implements ExecutionControl {

  /**
   * What became of the snippet run last on a thread.
   *
   * @param value what it yields
   * @param thrown what it threw
   * @param stopped whether it was told to stop, or not run at all as its cell is to stop
   */
  record Outcome(@Nullable Object value, @Nullable Throwable thrown, boolean stopped) {}

  private final CellClassLoader loader;
  private final CompilerLock compiler;
  private final Interrupts interrupts;
  private final UserThreads threads;
  private final ThreadLocal<@Nullable CellRun> running = new ThreadLocal<>();
  private final ThreadLocal<@Nullable Outcome> last = new ThreadLocal<>();

  CellEngine(
      CellClassLoader loader, CompilerLock compiler, Interrupts interrupts, UserThreads threads) {
    this.loader = loader;
    this.compiler = compiler;
    this.interrupts = interrupts;
    this.threads = threads;
    try {
      Class<?> stop = loader.loadClass(StopWeaver.SWITCH_CLASS);
      stop.getField(StopWeaver.WHEN_ARMED).set(null, (Runnable) interrupts::check);
      stop.getField(StopWeaver.WHEN_EXITING).set(null, (IntConsumer) CellEngine::refuseToExit);
      Field armed = stop.getField(StopWeaver.ARMED);
      interrupts.onArm(on -> setArmed(armed, on));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("prepare the stop checks", e);
    }
  }

  private static void setArmed(Field armed, boolean on) {
    try {
      armed.setBoolean(null, on);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("arm the stop checks", e);
    }
  }

  private static void refuseToExit(int status) {
    throw new UnsupportedOperationException(
        "exit("
            + status
            + "): a cell cannot end the notebook kernel (restart or shut it down from the"
            + " notebook's menu)");
  }

  /** Says for which run the calling thread evaluates, or none. */
  void evaluatesFor(@Nullable CellRun run) {
    if (run == null) {
      running.remove();
    } else {
      running.set(run);
    }
  }

  /** For which run the calling thread evaluates. */
  @Nullable CellRun evaluatesFor() {
    return running.get();
  }

  /** What became of the snippet run last on this thread, once. */
  @Nullable Outcome takeOutcome() {
    Outcome outcome = last.get();
    last.remove();
    return outcome;
  }

  @Override
  public void load(ClassBytecodes[] classes) throws ClassInstallException {
    var plain = new LinkedHashMap<String, byte[]>();
    CellRun run = running.get();
    for (ClassBytecodes c : classes) {
      plain.put(c.name(), c.bytecodes());
      if (run != null) {
        threads.classLoaded(c.name(), run);
      }
    }
    try {
      loader.define(plain);
    } catch (ClassNotFoundException | LinkageError | IllegalArgumentException e) {
      last.set(new Outcome(null, e, false));
      throw new ClassInstallException("load: " + e, new boolean[classes.length]);
    }
  }

  @Override
  public void redefine(ClassBytecodes[] classes) throws NotImplementedException {
    throw new NotImplementedException("JShell replaces classes here");
  }

  @Override
  public String invoke(String className, String methodName) throws RunException, InternalException {
    Method method;
    try {
      method = loader.find(className).getDeclaredMethod(methodName);
      method.setAccessible(true);
    } catch (ReflectiveOperationException | LinkageError e) {
      if (last.get() == null) {
        last.set(new Outcome(null, e, false));
      }
      throw new InternalException(e.toString());
    }
    CellRun run = running.get();
    int holds = compiler.release();
    var heard = CompilerErrors.pause();
    try {
      last.set(run == null ? call(method) : callFor(run, method));
    } finally {
      CompilerErrors.resume(heard);
      compiler.restore(holds);
    }
    return report();
  }

  private Outcome callFor(CellRun run, Method method) {
    Interrupts.Entry entry = interrupts.enter(run);
    if (entry == null) {
      return new Outcome(null, null, true);
    }
    Outcome outcome;
    try {
      outcome = call(method);
    } finally {
      interrupts.leave(run, entry);
    }
    return new Outcome(outcome.value(), outcome.thrown(), run.stopRequested());
  }

  private Outcome call(Method method) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    CellRun run = running.get();
    thread.setContextClassLoader(loader);
    try {
      return new Outcome(method.invoke(null), null, false);
    } catch (InvocationTargetException e) {
      return new Outcome(null, e.getCause(), false);
    } catch (Throwable e) { // the boundary of cells: whatever a cell throws is its result
      return new Outcome(null, e, false);
    } finally {
      thread.setContextClassLoader(before);
      evaluatesFor(run);
    }
  }

  private String report() throws RunException {
    Outcome outcome = last.get();
    if (outcome == null || outcome.stopped()) {
      throw new StoppedException();
    }
    return switch (outcome.thrown()) {
      case null -> "";
      case SPIResolutionException e -> throw new ResolutionException(e.id(), e.getStackTrace());
      case Throwable e ->
          throw new UserException(
              String.valueOf(e.getClass()), e.getClass().getName(), new StackTraceElement[0]);
    };
  }

  @Override
  public String varValue(String className, String name) {
    return "";
  }

  @Override
  public void addToClasspath(String path) {
    for (String part : path.split(File.pathSeparator, -1)) {
      loader.add(Path.of(part));
    }
  }

  @Override
  public void stop() {
    interrupts.interrupt();
  }

  @Override
  public Object extensionCommand(String command, Object argument) throws NotImplementedException {
    throw new NotImplementedException(command);
  }

  @Override
  public void close() {}
}
