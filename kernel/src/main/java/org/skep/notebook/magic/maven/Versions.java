package org.skep.notebook.magic.maven;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Several versions of one library: a class is that of whichever was added first, for as long as the
 * kernel runs.
 */
public final class Versions {
  private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[^/]*)\\.jar");

  private static final String CLASS = ".class";
  private static final String MODULE = "module-info.class";

  private Versions() {}

  /** Says that a library was added before, in this or in another version. */
  public static Optional<String> inUse(Path path, Collection<Path> added) {
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

  /** Says that classes of a jar or folder are those of another that was added before. */
  public static Optional<String> hidden(Path path, Collection<Path> added) {
    Set<String> own = classes(path);
    for (Path before : added) {
      Set<String> both = classes(before);
      both.retainAll(own);
      if (!both.isEmpty()) {
        return Optional.of(
            "note: '"
                + both.stream().min(Comparator.naturalOrder()).get()
                + "' "
                + (both.size() == 1 ? "is" : "and " + (both.size() - 1) + " more are")
                + " in '"
                + before
                + "' too, which was added before and stays in use (to use those of '"
                + path.getFileName()
                + "', restart the kernel and add it first)");
      }
    }
    return Optional.empty();
  }

  /** The names of the classes that a jar or folder has for every version of Java. */
  private static Set<String> classes(Path path) {
    try {
      if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.walk(path)) {
          return names(files.map(f -> path.relativize(f).toString()));
        }
      }
      try (var jar = new ZipFile(path.toFile())) {
        return names(jar.stream().map(ZipEntry::getName));
      }
    } catch (IOException | UncheckedIOException e) {
      return new HashSet<>(); // it was removed since
    }
  }

  private static Set<String> names(Stream<String> files) {
    return files
        .filter(f -> f.endsWith(CLASS) && !f.startsWith("META-INF/") && !f.endsWith(MODULE))
        .map(f -> f.substring(0, f.length() - CLASS.length()).replace('/', '.'))
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** Parts of one version have its number in front, such as {@code 4.1.1-linux-x86_64}. */
  private static boolean isSame(String one, String other) {
    return one.equals(other) || one.startsWith(other + "-") || other.startsWith(one + "-");
  }

  private static Matcher matcher(Path path) {
    return JAR.matcher(String.valueOf(path.getFileName()));
  }
}
