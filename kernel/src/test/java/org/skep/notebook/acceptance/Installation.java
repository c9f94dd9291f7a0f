package org.skep.notebook.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The kernel installed under {@code build/prefix}, and the tools that reach it as a user's would.
 * Each keeps to a home of its own, so that nothing of the user's Jupyter is seen, and nothing left
 * in it.
 *
 * @param folder the folder of the clone
 * @param home an empty folder for what Jupyter writes
 */
record Installation(Path folder, Path home) {

  static Installation at(Path home) {
    return new Installation(root(), home);
  }

  /** The folder of the clone, whatever module the tests run in. */
  static Path root() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("Makefile")) && Files.isDirectory(folder.resolve("kernel"))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "find the clone above '" + Path.of("").toAbsolutePath() + "': no folder with a Makefile");
  }

  /** Where tests leave what a person may want to look at. Made anew for each name. */
  Path results(String name) throws IOException {
    return Files.createDirectories(folder.resolve("build/test").resolve(name));
  }

  Path file(String path) {
    return folder.resolve(path);
  }

  /** A Python that has the modules named. */
  String python(String... modules) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(file("environment/find-python").toString()));
    command.addAll(List.of(modules));
    return Tool.run(environment(), folder, command).orThrow().output().strip();
  }

  /** Runs a program of the clone by a Python that has the modules named. */
  Tool.Result runPython(List<String> modules, List<String> command)
      throws IOException, InterruptedException {
    var whole = new ArrayList<String>();
    whole.add(python(modules.toArray(String[]::new)));
    whole.addAll(command);
    return Tool.run(environment(), folder, whole);
  }

  /** The variables by which Jupyter finds the installed kernel and nothing else. */
  Map<String, String> environment() {
    var variables = new TreeMap<String, String>();
    variables.put("JUPYTER_PATH", folder.resolve("build/prefix/share/jupyter").toString());
    variables.put("JUPYTER_CONFIG_DIR", home.resolve("config").toString());
    variables.put("JUPYTER_DATA_DIR", home.resolve("data").toString());
    variables.put("JUPYTER_RUNTIME_DIR", home.resolve("runtime").toString());
    return variables;
  }
}
