package org.skep.notebook.magic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Completers for what many magics accept. */
public final class Completers {
  /** Files and folders, relative to the folder of the notebook. */
  public static final ArgumentCompleter PATHS = (typed, context) -> paths(typed);

  /** Names of the notebook's variables. */
  public static final ArgumentCompleter VARIABLES =
      (typed, context) ->
          context.variables().stream()
              .map(v -> new ArgumentCompletions.Item(v.name(), "variable", v.typeName()))
              .toList();

  /** Java: what completes the cells of Java completes it, too. */
  public static final ArgumentCompleter JAVA = (typed, context) -> List.of();

  private Completers() {}

  private static List<ArgumentCompletions.Item> paths(String typed) {
    int slash = typed.lastIndexOf('/');
    String folder = typed.substring(0, slash + 1);
    Path root = Path.of(folder.isEmpty() ? "." : folder);
    try (Stream<Path> files = Files.list(root)) {
      return files
          .filter(f -> typed.length() > slash + 1 || !f.getFileName().toString().startsWith("."))
          .map(f -> folder + f.getFileName() + (Files.isDirectory(f) ? "/" : ""))
          .sorted()
          .limit(500)
          .map(
              path ->
                  new ArgumentCompletions.Item(path, path.endsWith("/") ? "folder" : "file", ""))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
