package org.skep.compile;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds programs by name: on the PATH, and where administrators' programs are kept. */
final class Programs {
  private Programs() {}

  static Optional<Path> find(String name, Map<String, String> environment) {
    return folders(environment).stream()
        .map(f -> f.resolve(name))
        .filter(Programs::runs)
        .findFirst();
  }

  static boolean runs(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  private static List<Path> folders(Map<String, String> environment) {
    var folders = new ArrayList<Path>();
    for (String folder :
        environment.getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator)) {
      if (folder.startsWith("/")) {
        folders.add(Path.of(folder));
      }
    }
    for (String folder : List.of("/usr/bin", "/usr/sbin", "/sbin")) {
      if (!folders.contains(Path.of(folder))) {
        folders.add(Path.of(folder));
      }
    }
    return folders;
  }
}
