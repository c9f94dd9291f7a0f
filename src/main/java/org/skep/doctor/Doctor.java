package org.skep.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Looks at the running Linux and its tools. */
public final class Doctor {
  private Doctor() {}

  /**
   * Looks at everything: the machine, the tools, and every type of program and map and every way to
   * attach, each tried by the smallest thing of its kind. Takes about a second, and leaves nothing
   * in the kernel.
   *
   * @return in the order of the areas
   * @throws InterruptedException if the thread was interrupted meanwhile
   */
  public static List<Check> examine() throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<List<Check>> ofTools = ToolChecks::all;
      Future<List<Check>> tools = threads.submit(ofTools);
      var checks = new ArrayList<Check>(MachineChecks.all());
      // Types first: libbpf raises the limit of locked memory where an old Linux needs that.
      List<Check> types = TypeChecks.all();
      List<Check> attaching = AttachChecks.all();
      checks.addAll(tools.get());
      checks.addAll(TypeChecks.explained(types, attaching));
      checks.addAll(attaching);
      return List.copyOf(checks);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw new IllegalStateException(e);
    }
  }

  /**
   * The notebooks of a folder that say what they need, in a line {@code %doctor --needs LIST} of a
   * code cell: a check for each, in area {@code notebook}, by name.
   *
   * @param all what was looked at, from {@link #examine()}
   * @throws IOException if the folder cannot be read
   */
  public static List<Check> notebooks(Path folder, List<Check> all) throws IOException {
    return NotebookChecks.of(folder, all);
  }
}
