package org.skep.notebook.magic.builtin;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Files by patterns. */
final class Globs {
  private static final Pattern SIGN = Pattern.compile("[*?{\\[]");
  private static final int DEEPEST = 32;

  private Globs() {}

  /**
   * The files that match, in the order of their names; the path itself where there is such a file.
   */
  static List<Path> find(String pattern) throws IOException {
    String path = home(pattern);
    if (Files.exists(Path.of(path))) {
      return List.of(Path.of(path));
    }
    Matcher sign = SIGN.matcher(path);
    if (!sign.find()) {
      return List.of();
    }
    int slash = path.lastIndexOf('/', sign.start());
    Path root = Path.of(path.substring(0, slash + 1));
    if (!Files.isDirectory(root.toAbsolutePath())) {
      return List.of();
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + path);
    int depth = path.contains("**") ? DEEPEST : path.substring(slash + 1).split("/").length;
    try (Stream<Path> files = Files.walk(root, depth)) {
      return files.filter(matcher::matches).sorted().toList();
    }
  }

  private static String home(String path) {
    return path.startsWith("~/") ? System.getProperty("user.home") + path.substring(1) : path;
  }
}
