package org.skep.compile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder for one run of a program, gone when closed. Only its owner may look into it. */
final class JobFolder implements AutoCloseable {
  private final Path path;

  JobFolder() {
    try {
      path = Files.createTempDirectory("skep-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  /** Writes a file, and the folders on the way to it. */
  Path write(String name, String text) {
    try {
      var file = path.resolve(name);
      var folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    delete(path);
  }

  static void delete(Path folder) {
    try (var all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException | UncheckedIOException e) {
      // Left behind in the system's folder for temporary files, which the system tidies.
    }
  }
}
