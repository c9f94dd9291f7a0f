package org.skep.notebook.magic;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Several versions of one library: a class is that of whichever was added first, for as long as the
 * kernel runs.
 */
final class Versions {
  private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[^/]*)\\.jar");

  private Versions() {}

  /** Says that a library was added before, in this or in another version. */
  static Optional<String> inUse(Path path, Collection<Path> added) {
    if (added.contains(path)) {
      return Optional.of(
          "note: '"
              + path.getFileName()
              + "' was added before: what was loaded from it stays as it was (restart the kernel to"
              + " use a new build)");
    }
    Matcher own = matcher(path);
    if (!own.matches()) {
      return Optional.empty();
    }
    return added.stream()
        .map(Versions::matcher)
        .filter(m -> m.matches() && m.group(1).equals(own.group(1)))
        .filter(m -> !isSame(m.group(2), own.group(2)))
        .findFirst()
        .map(
            first ->
                "note: "
                    + own.group(1)
                    + " "
                    + first.group(2)
                    + " was added before and stays in use (to use "
                    + own.group(2)
                    + ", restart the kernel and add it first)");
  }

  /** Parts of one version have its number in front, such as {@code 4.1.1-linux-x86_64}. */
  private static boolean isSame(String one, String other) {
    return one.equals(other) || one.startsWith(other + "-") || other.startsWith(one + "-");
  }

  private static Matcher matcher(Path path) {
    return JAR.matcher(String.valueOf(path.getFileName()));
  }
}
