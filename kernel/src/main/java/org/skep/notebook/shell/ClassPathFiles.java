package org.skep.notebook.shell;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;

/**
 * The class path as the compiler reads it, without opening every jar as a file system: that walk
 * over the tens of thousands of classes of the kernel's libraries would be a third of what the
 * first cell takes. A jar is asked for a package by name, and read when it has it. The packages of
 * the JDK are read once: javac asks for each of their files, each time, whether it is a folder.
 *
 * <p>JShell's analysis indexes what {@link #getLocationAsPaths} says, to propose names that are not
 * imported; of the kernel's own class path these are only the jars that are meant for cells.
 */
final class ClassPathFiles extends ForwardingJavaFileManager<StandardJavaFileManager>
    implements StandardJavaFileManager {
  private static final String IMAGE = "jrt";
  private static final String PLATFORM = StandardLocation.SYSTEM_MODULES.getName() + "[";

  private final Map<String, List<JavaFileObject>> packages = new ConcurrentHashMap<>();
  private final List<Path> atStart;
  private final Predicate<Path> meantForCells;
  private List<ClassPathEntry> entries;

  /**
   * Stands before javac's file manager.
   *
   * @param classPath what the JVM was started with
   * @param meantForCells which of that is proposed in completions
   */
  ClassPathFiles(StandardJavaFileManager javac, String classPath, Predicate<Path> meantForCells) {
    super(javac);
    this.meantForCells = meantForCells;
    atStart = paths(classPath);
    entries = atStart.stream().map(ClassPathEntry::installed).toList();
  }

  private static List<Path> paths(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator))
        .filter(part -> !part.isEmpty())
        .map(Path::of)
        .toList();
  }

  @Override
  public boolean handleOption(String current, Iterator<String> remaining) {
    if (current.equals("-classpath") || current.equals("-cp") || current.equals("--class-path")) {
      String classPath = remaining.next();
      synchronized (this) {
        var known = entries;
        entries =
            paths(classPath).stream()
                .map(
                    path ->
                        known.stream()
                            .filter(entry -> entry.path().equals(path))
                            .findFirst()
                            .orElseGet(() -> ClassPathEntry.added(path)))
                .toList();
      }
      return super.handleOption(current, List.of(classPath).iterator());
    }
    return super.handleOption(current, remaining);
  }

  private synchronized List<ClassPathEntry> entries() {
    return entries;
  }

  @Override
  public Iterable<JavaFileObject> list(
      Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse)
      throws IOException {
    if (recurse || !kinds.contains(JavaFileObject.Kind.CLASS)) {
      return super.list(location, packageName, kinds, recurse);
    }
    if (location == StandardLocation.CLASS_PATH) {
      return list(entries(), packageName);
    }
    if (location.getName().startsWith(PLATFORM)) {
      String key = location.getName() + packageName;
      List<JavaFileObject> known = packages.get(key);
      if (known != null) {
        return known;
      }
      Optional<List<ClassPathEntry>> image = imageOf(location);
      if (image.isPresent()) {
        List<JavaFileObject> found = list(image.get(), packageName);
        packages.put(key, found);
        return found;
      }
    }
    return super.list(location, packageName, kinds, recurse);
  }

  private static List<JavaFileObject> list(List<ClassPathEntry> entries, String packageName)
      throws IOException {
    var found = new ArrayList<JavaFileObject>();
    for (ClassPathEntry entry : entries) {
      entry.list(packageName, found);
    }
    return found;
  }

  /** The folder of a module within the image of the JDK; empty if it is anywhere else. */
  private Optional<List<ClassPathEntry>> imageOf(Location module) {
    var paths = new ArrayList<ClassPathEntry>();
    for (Path path : fileManager.getLocationAsPaths(module)) {
      if (!path.getFileSystem().provider().getScheme().equals(IMAGE)) {
        return Optional.empty();
      }
      paths.add(new ClassPathEntry.Folder(path));
    }
    return Optional.of(paths);
  }

  /**
   * The loader in which javac looks for plugins and annotation processors: for each snippet, in
   * every jar of the class path. Cells have neither.
   */
  @Override
  public ClassLoader getClassLoader(Location location) {
    return location == StandardLocation.CLASS_PATH
        ? ClassLoader.getPlatformClassLoader()
        : super.getClassLoader(location);
  }

  @Override
  public String inferBinaryName(Location location, JavaFileObject file) {
    return file instanceof ClassPathClass ours
        ? ours.binaryName()
        : super.inferBinaryName(location, file);
  }

  @Override
  public boolean isSameFile(FileObject a, FileObject b) {
    return (a instanceof ClassPathClass || b instanceof ClassPathClass)
        ? a.toUri().equals(b.toUri())
        : super.isSameFile(a, b);
  }

  @Override
  public boolean contains(Location location, FileObject file) throws IOException {
    return file instanceof ClassPathClass
        ? location.getName().equals(locationOf(file.toUri()))
        : super.contains(location, file);
  }

  private static String locationOf(URI file) {
    return IMAGE.equals(file.getScheme())
        ? PLATFORM + Path.of(file).getName(1) + "]" // /modules/NAME/...
        : StandardLocation.CLASS_PATH.getName();
  }

  @Override
  public Iterable<? extends Path> getLocationAsPaths(Location location) {
    if (location != StandardLocation.CLASS_PATH) {
      return fileManager.getLocationAsPaths(location);
    }
    return entries().stream()
        .map(ClassPathEntry::path)
        .filter(path -> !atStart.contains(path) || meantForCells.test(path))
        .toList();
  }

  @Override
  public Iterable<? extends File> getLocation(Location location) {
    return fileManager.getLocation(location);
  }

  @Override
  public void setLocation(Location location, Iterable<? extends File> files) throws IOException {
    fileManager.setLocation(location, files);
  }

  @Override
  public void setLocationFromPaths(Location location, Collection<? extends Path> paths)
      throws IOException {
    fileManager.setLocationFromPaths(location, paths);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjectsFromFiles(
      Iterable<? extends File> files) {
    return fileManager.getJavaFileObjectsFromFiles(files);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjects(File... files) {
    return fileManager.getJavaFileObjects(files);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjectsFromStrings(Iterable<String> names) {
    return fileManager.getJavaFileObjectsFromStrings(names);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjects(String... names) {
    return fileManager.getJavaFileObjects(names);
  }
}
