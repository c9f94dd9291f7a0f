package org.skep.notebook.magic.builtin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.Magics;
import org.skep.notebook.magic.UserFile;
import org.skep.notebook.magic.maven.Versions;

/** {@code %classpath} and {@code %jars}. */
final class ClassPathMagics {
  void register(Magics magics) {
    magics.register(
        MagicSpec.named(
                "classpath", "Adds jars and folders of classes to the class path, or shows it")
            .alias("addToClasspath")
            .details(
                "The value is the list of what was added; without arguments, of all that was added so far.")
            .repeated("PATH", "a file or folder; * ? ** {a,b} stand for names", Completers.PATHS)
            .example("%classpath target/classes lib/*.jar")
            .build(),
        (arguments, context) -> add(arguments.all("PATH"), false, context));
    magics.register(
        MagicSpec.named("jars", "Adds jars to the class path")
            .alias("addJars")
            .details("The value is the list of the jars that were added.")
            .repeated(
                "PATH",
                "a jar, or a folder of jars; * ? ** {a,b} stand for names",
                Completers.PATHS)
            .example("List<String> added = %jars lib/*.jar")
            .build(),
        (arguments, context) -> add(arguments.all("PATH"), true, context));
  }

  private static void refuseWhatHoldsNoClasses(Path path) {
    if (!Files.isDirectory(path)) {
      Path file = UserFile.toRead(path.toString());
      try (var _ = new ZipFile(file.toFile())) {
        // it is a jar
      } catch (IOException e) {
        throw new MagicException("add '" + path + "' to the class path: not a jar", e);
      }
    }
  }

  private static List<String> add(List<String> patterns, boolean jars, MagicContext context)
      throws IOException {
    if (patterns.isEmpty()) {
      return context.addedClassPath().stream().map(Path::toString).toList();
    }
    List<Path> found = new ArrayList<>();
    for (String pattern : patterns) {
      List<Path> matches = Globs.find(pattern);
      if (matches.isEmpty()) {
        throw new MagicException("add '" + pattern + "' to the class path: there is no such file");
      }
      for (Path match : matches) {
        if (jars && Files.isDirectory(match)) {
          found.addAll(Globs.find(match + "/*.jar"));
        } else {
          found.add(match);
        }
      }
    }
    List<Path> absolute =
        found.stream().map(p -> p.toAbsolutePath().normalize()).distinct().toList();
    absolute.forEach(ClassPathMagics::refuseWhatHoldsNoClasses);
    for (Path path : absolute) {
      boolean again = context.addedClassPath().contains(path);
      Versions.inUse(path, context.addedClassPath())
          .or(() -> Versions.hidden(path, context.addedClassPath()))
          .ifPresent(note -> context.output().stream(true, note + "\n"));
      if (!again) {
        context.addToClassPath(path);
      }
    }
    return absolute.stream().map(Path::toString).toList();
  }
}
