package org.skep.notebook.magic;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.CellOutput;
import org.skep.notebook.display.Displays;

/** The notebook, as magics see it. */
public interface MagicContext {
  /**
   * A variable of the notebook.
   *
   * @param typeName as written in Java
   * @param value as it is now
   */
  record Variable(String name, String typeName, @Nullable Object value) {}

  /** Defines a variable that the cells see from now on; one of the same name is replaced. */
  void define(String name, String typeName, Object value);

  /** The value of a variable that cells see; empty where there is none, or it is null. */
  Optional<Object> variable(String name);

  /** All variables that cells have defined, in the order of their definition. */
  List<Variable> variables();

  /**
   * Runs code as if it stood in the running cell, magics included, on the calling thread, which
   * must be the thread of the cells.
   *
   * @return the value of its last expression; null where it has none
   * @throws Exception what the code threw, or what tells why it does not compile
   */
  @Nullable Object evaluate(String code) throws Exception;

  /**
   * Calls Java that runs code of cells, such as a lambda that a cell made, so that interrupting the
   * cell stops it; what a magic calls by itself cannot be stopped.
   *
   * @throws Exception what the code threw
   */
  <T extends @Nullable Object> T call(Callable<T> code) throws Exception;

  /**
   * Adds a jar or a folder of classes to the class path of the cells, and takes in the renderers
   * and magics that it brings.
   */
  void addToClassPath(Path path);

  /** What {@link #addToClassPath} has added, in that order. */
  List<Path> addedClassPath();

  /** The class loader of the classes that cells define and of what was added to the class path. */
  ClassLoader classLoader();

  /** Forgets everything that cells have defined; the class path stays. */
  void reset();

  /** The magics of this notebook. */
  Magics magics();

  /** The ways of this notebook to show things. */
  Displays displays();

  /** The output of the running cell. */
  CellOutput output();
}
