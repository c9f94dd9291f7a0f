package org.skep.notebook.magic;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.CellOutput;
import org.skep.notebook.display.CurrentCell;
import org.skep.notebook.display.Displays;
import org.skep.notebook.display.RecordingOutput;

/** A notebook without JShell: remembers what it is asked to do. */
public class FakeNotebook implements MagicContext {
  public final RecordingOutput recorded = new RecordingOutput();
  public final List<String> evaluated = new ArrayList<>();
  public final List<Path> added = new ArrayList<>();
  public final Map<String, Variable> variables = new LinkedHashMap<>();

  /** What evaluating a text gives; nothing for others. */
  public final Map<String, Object> values = new LinkedHashMap<>();

  private final Magics magics = new Magics();
  private final Displays displays = Displays.withInstalledRenderers();

  @SuppressWarnings("this-escape") // the magics keep it and use it later
  public FakeNotebook() {
    magics.scan(getClass().getClassLoader(), this);
  }

  /** Runs a cell as a notebook does, as far as that needs no Java. */
  public @Nullable Object run(String cell) throws Exception {
    return CurrentCell.with(
        recorded,
        this,
        () ->
            switch (new CellParser(magics).parse(cell)) {
              case ParsedCell.Line line -> magics.line(line.name(), line.text(), line.line(), this);
              case ParsedCell.Cell magic ->
                  magics.cell(magic.name(), magic.text(), magic.line(), magic.body(), this);
              case ParsedCell.Java java -> evaluate(java.code());
            });
  }

  @Override
  public void define(String name, String typeName, Object value) {
    variables.put(name, new Variable(name, typeName, value));
  }

  @Override
  public Optional<Object> variable(String name) {
    return Optional.ofNullable(variables.get(name)).map(Variable::value);
  }

  @Override
  public List<Variable> variables() {
    return List.copyOf(variables.values());
  }

  @Override
  public @Nullable Object evaluate(String code) {
    evaluated.add(code);
    return values.get(code);
  }

  @Override
  public <T extends @Nullable Object> T call(Callable<T> code) throws Exception {
    return code.call();
  }

  @Override
  public void addToClassPath(Path path) {
    added.add(path);
  }

  @Override
  public List<Path> addedClassPath() {
    return added;
  }

  @Override
  public ClassLoader classLoader() {
    return getClass().getClassLoader();
  }

  @Override
  public void reset() {
    variables.clear();
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
    return recorded;
  }
}
