package org.skep.compile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skep.CompileException.Diagnostic;

/** The lines of files that diagnostics name, each file read once: vmlinux.h has 150,000 of them. */
final class FileLines {
  private final Map<String, List<String>> files = new HashMap<>();

  /** The line where a diagnostic is; empty where it cannot be read. */
  String of(Diagnostic diagnostic) {
    var lines = files.computeIfAbsent(diagnostic.file(), FileLines::read);
    int line = Math.max(1, diagnostic.line());
    return line <= lines.size() ? lines.get(line - 1) : "";
  }

  /** {@code #line} may name anything, such as a pipe. */
  private static List<String> read(String file) {
    try {
      var path = Path.of(file);
      return Files.isRegularFile(path)
          ? Files.readAllLines(path, StandardCharsets.ISO_8859_1)
          : List.of();
    } catch (IOException | RuntimeException e) {
      return List.of();
    }
  }
}
