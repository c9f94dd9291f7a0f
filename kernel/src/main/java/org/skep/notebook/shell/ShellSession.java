package org.skep.notebook.shell;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** A JShell with its engine and class loader, from start or reset to the next reset. */
final class ShellSession implements AutoCloseable {
  private static final String NEVER_SAID = "import java.lang.Void;";

  final CellClassLoader loader;
  final CellEngine engine;
  final JShell shell;
  final SourceCodeAnalysis analysis;
  final CellClasses classes;
  final ImportedNames imported;

  ShellSession(
      CompilerLock compiler,
      Interrupts interrupts,
      UserThreads threads,
      List<Path> classPath,
      List<String> startUp) {
    CompilerErrors.listen(); // javac keeps the stream that is there when it compiles first
    loader = new CellClassLoader(ShellSession.class.getClassLoader());
    engine = new CellEngine(loader, compiler, interrupts, threads);
    shell =
        JShell.builder()
            .executionEngine(
                new ExecutionControlProvider() {
                  @Override
                  public String name() {
                    return "cells";
                  }

                  @Override
                  public ExecutionControl generate(
                      ExecutionEnv environment, Map<String, String> parameters) {
                    return engine;
                  }
                },
                Map.of())
            .fileManager(
                javac ->
                    new ClassPathFiles(
                        javac,
                        System.getProperty("java.class.path"),
                        ShellSession::isMeantForCells))
            .build();
    classPath.forEach(this::addToClassPath);
    declare(startUp);
    imported = new ImportedNames(startUp);
    // Not before the compiler has made its class path: the analysis begins to read that from a
    // thread of its own, and what is added in the same moment may be lost.
    analysis = shell.sourceCodeAnalysis();
    classes = new CellClasses(shell, analysis, loader);
  }

  /** Of the kernel's own class path: what is for cells, and no library behind it. */
  private static boolean isMeantForCells(Path jar) {
    String name = String.valueOf(jar.getFileName());
    return name.startsWith("skep") || name.startsWith("tablesaw") || !name.endsWith(".jar");
  }

  /** Makes the start-up declarations. */
  private void declare(List<String> startUp) {
    for (String snippet : startUp.isEmpty() ? List.of("import java.lang.*;") : joined(startUp)) {
      var source = new CellSource(0, snippet);
      for (var event : shell.eval(snippet)) {
        var errors =
            Problems.of(
                source,
                new Piece(0, snippet, SourceCodeAnalysis.Completeness.COMPLETE),
                shell.diagnostics(event.snippet()));
        if (!errors.isEmpty()) {
          throw new IllegalArgumentException(
              "declare '" + snippet + "': " + errors.getFirst().message());
        }
      }
      var _ = engine.takeOutcome();
    }
  }

  /**
   * The declarations with neighbouring imports as one snippet, which is compiled once instead of a
   * dozen times. JShell knows it by the first import: a cell that says the same one again would
   * take the place of them all, so the first is one that no cell has a use for.
   */
  private static List<String> joined(List<String> startUp) {
    var joined = new ArrayList<String>();
    for (String snippet : startUp) {
      if (isImport(snippet) && !joined.isEmpty() && isImport(joined.getLast())) {
        joined.add(joined.removeLast() + " " + snippet);
      } else {
        joined.add(isImport(snippet) ? NEVER_SAID + " " + snippet : snippet);
      }
    }
    return joined;
  }

  private static boolean isImport(String snippet) {
    return snippet.startsWith("import ");
  }

  /** Adds a jar or a folder of classes to what is compiled against and run. */
  void addToClassPath(Path jarOrFolder) {
    if (!Files.exists(jarOrFolder)) {
      throw new IllegalArgumentException(
          "add '" + jarOrFolder + "' to the class path: no such file or folder");
    }
    String path = jarOrFolder.toAbsolutePath().normalize().toString();
    if (path.contains(File.pathSeparator)) {
      throw new IllegalArgumentException(
          "add '" + path + "' to the class path: the path contains '" + File.pathSeparator + "'");
    }
    shell.addToClasspath(path);
  }

  @Override
  public void close() {
    shell.close();
  }
}
