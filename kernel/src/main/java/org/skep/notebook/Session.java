package org.skep.notebook;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.CellOutput;
import org.skep.notebook.display.CurrentCell;
import org.skep.notebook.display.Displays;
import org.skep.notebook.ebpf.EbpfMagics;
import org.skep.notebook.magic.CellParser;
import org.skep.notebook.magic.Functions;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.Magics;
import org.skep.notebook.magic.ParsedCell;
import org.skep.notebook.shell.Evaluation;
import org.skep.notebook.shell.JavaShell;
import org.skep.notebook.wire.Comms;

/** A notebook while it runs: its Java, its magics, its ways to show things. */
final class Session implements MagicContext, Notebook {
  private final Comms comms;
  private final JavaShell shell;
  private final Displays displays = Displays.withInstalledRenderers();
  private final Magics magics = new Magics();
  private final CellParser parser = new CellParser(magics);
  private final List<Path> added = new CopyOnWriteArrayList<>();
  private volatile int executionCount;
  private volatile @Nullable RunningCell running;

  /**
   * Makes a session.
   *
   * @param shell one made by {@link #freshShell}
   */
  Session(Comms comms, JavaShell shell) {
    this.comms = comms;
    this.shell = shell;
    displays.letThrough(JavaShell::isStop);
    displays.spelling(JavaShell::spelled);
    magics.scan(Session.class.getClassLoader(), this);
  }

  /** A shell with the imports that every notebook has. */
  static JavaShell freshShell() {
    return new JavaShell(
        Stream.of(JavaShell.DEFAULT_IMPORTS, List.of(Functions.IMPORT), EbpfMagics.IMPORTS)
            .flatMap(List::stream)
            .toList());
  }

  JavaShell shell() {
    return shell;
  }

  CellParser parser() {
    return parser;
  }

  /** Names the cell that runs from now on. */
  void cell(int executionCount, RunningCell running) {
    this.executionCount = executionCount;
    this.running = running;
  }

  /**
   * Runs a cell, or a text as if it stood in the cell that runs.
   *
   * @return how it ended; what a magic gives is a value of its class
   * @throws Exception what a magic threw
   */
  Evaluation run(String code) throws Exception {
    return switch (parser.parse(code)) {
      case ParsedCell.Java java -> evaluateJava(java.code());
      case ParsedCell.Line line -> value(magics.line(line.name(), line.text(), line.line(), this));
      case ParsedCell.Cell cell ->
          value(magics.cell(cell.name(), cell.text(), cell.line(), cell.body(), this));
    };
  }

  private Evaluation evaluateJava(String code) {
    RunningCell cell = running;
    return cell == null
        ? shell.evaluate(code, executionCount)
        : cell.inShell(() -> shell.evaluate(code, executionCount));
  }

  private static Evaluation value(@Nullable Object value) {
    return value == null
        ? new Evaluation.Nothing()
        : new Evaluation.Value(value, value.getClass().getName());
  }

  @Override
  public @Nullable Object evaluate(String code) throws Exception {
    return switch (run(code)) {
      case Evaluation.Value value -> value.value();
      case Evaluation.Nothing _ -> null;
      case Evaluation.CompileFailure failure -> throw new CellFailure(failure);
      case Evaluation.Interrupted interrupted -> throw new CellFailure(interrupted);
      case Evaluation.Thrown thrown -> {
        switch (thrown.error()) {
          case Exception exception -> throw exception;
          case Error error -> throw error;
          case Throwable other -> throw new CellFailure(thrown, other);
        }
      }
    };
  }

  @Override
  public Comms comms() {
    return comms;
  }

  @Override
  public <T extends @Nullable Object> T call(Callable<T> code) throws Exception {
    RunningCell cell = running;
    return cell == null ? shell.call(code) : cell.call(() -> shell.call(code));
  }

  @Override
  public void define(String name, String typeName, Object value) {
    shell.define(name, typeName, value);
  }

  @Override
  public Optional<Object> variable(String name) {
    return shell.variable(name);
  }

  @Override
  public List<Variable> variables() {
    return shell.variables().stream()
        .map(v -> new Variable(v.name(), v.typeName(), v.value()))
        .toList();
  }

  @Override
  public void addToClassPath(Path path) {
    shell.addToClassPath(path);
    added.add(path);
    for (String problem : displays.scan(shell.classLoader())) {
      System.err.println(problem);
    }
    for (String problem : magics.scan(shell.classLoader(), this)) {
      System.err.println(problem);
    }
  }

  @Override
  public List<Path> addedClassPath() {
    return List.copyOf(added);
  }

  @Override
  public ClassLoader classLoader() {
    return shell.classLoader();
  }

  @Override
  public void reset() {
    shell.reset();
  }

  @Override
  public Magics magics() {
    return magics;
  }

  @Override
  public Displays displays() {
    return displays;
  }

  @Override
  public CellOutput output() {
    return CurrentCell.output().orElseThrow(() -> new IllegalStateException("no cell runs"));
  }
}
