package org.skep.notebook.shell;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.tools.JavaFileObject;
import org.jspecify.annotations.Nullable;

/** A jar or a folder on the class path, and the classes of its packages. */
sealed interface ClassPathEntry {
  String SUFFIX = ".class";

  Path path();

  /** Adds the classes of a package, without those of packages below it. */
  void list(String packageName, List<JavaFileObject> found) throws IOException;

  /** An entry of the kernel's own class path. */
  static ClassPathEntry installed(Path path) {
    return Files.isDirectory(path) ? new Folder(path) : new Jar(path, true);
  }

  /** An entry that came later, made by whatever tool. */
  static ClassPathEntry added(Path path) {
    return Files.isDirectory(path) ? new Folder(path) : new Jar(path, false);
  }

  /** A folder of classes. */
  record Folder(Path path) implements ClassPathEntry {
    @Override
    public void list(String packageName, List<JavaFileObject> found) throws IOException {
      Path folder = path.resolve(packageName.replace('.', File.separatorChar));
      if (!Files.isDirectory(folder)) {
        return;
      }
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          String name = String.valueOf(file.getFileName());
          if (name.endsWith(SUFFIX)) {
            found.add(
                new ClassPathClass(
                    binaryName(packageName, name), file::toUri, () -> Files.newInputStream(file)));
          }
        }
      }
    }
  }

  /** A jar, which stays open; one that is missing or no jar is as empty as it is for javac. */
  final class Jar implements ClassPathEntry {
    private final Path path;
    private final boolean namesFolders;
    private @Nullable JarFile file;
    private boolean opened;
    private @Nullable Map<String, List<String>> packages;

    /**
     * A jar that is opened when it is first asked.
     *
     * @param namesFolders whether it has an entry for each folder, which some tools leave out, and
     *     no class outside of any package
     */
    Jar(Path path, boolean namesFolders) {
      this.path = path;
      this.namesFolders = namesFolders;
    }

    @Override
    public Path path() {
      return path;
    }

    @Override
    public synchronized void list(String packageName, List<JavaFileObject> found) {
      JarFile jar = open();
      if (jar == null || !mayHave(jar, packageName)) {
        return;
      }
      for (String name : packages(jar).getOrDefault(packageName, List.of())) {
        String entry = packageName.isEmpty() ? name : packageName.replace('.', '/') + "/" + name;
        found.add(
            new ClassPathClass(
                binaryName(packageName, name),
                () -> URI.create("jar:" + path.toUri() + "!/" + entry),
                () -> content(jar, entry)));
      }
    }

    private @Nullable JarFile open() {
      if (!opened) {
        opened = true;
        try {
          file = new JarFile(path.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion());
        } catch (IOException e) {
          file = null;
        }
      }
      return file;
    }

    /** Tells by the jar's own hash table whether reading its names can be spared. */
    private boolean mayHave(JarFile jar, String packageName) {
      return packages != null
          || !namesFolders
          || jar.getEntry(packageName.replace('.', '/') + "/") != null;
    }

    private Map<String, List<String>> packages(JarFile jar) {
      Map<String, List<String>> names = packages;
      if (names == null) {
        names = new HashMap<>();
        for (var entries = jar.entries(); entries.hasMoreElements(); ) {
          String name = entries.nextElement().getName();
          if (name.endsWith(SUFFIX)) {
            int slash = name.lastIndexOf('/');
            String packageName = slash < 0 ? "" : name.substring(0, slash).replace('/', '.');
            names
                .computeIfAbsent(packageName, _ -> new ArrayList<>())
                .add(name.substring(slash + 1));
          }
        }
        packages = names;
      }
      return names;
    }

    private static InputStream content(JarFile jar, String entry) throws IOException {
      ZipEntry found = jar.getEntry(entry);
      if (found == null) {
        throw new IOException("read '" + entry + "' of '" + jar.getName() + "': not there");
      }
      return jar.getInputStream(found);
    }
  }

  private static String binaryName(String packageName, String fileName) {
    String simple = fileName.substring(0, fileName.length() - SUFFIX.length());
    return packageName.isEmpty() ? simple : packageName + "." + simple;
  }
}
