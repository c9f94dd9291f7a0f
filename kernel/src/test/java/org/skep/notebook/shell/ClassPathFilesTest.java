package org.skep.notebook.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathFilesTest {
  private static final Set<JavaFileObject.Kind> CLASSES = EnumSet.of(JavaFileObject.Kind.CLASS);

  @TempDir Path folder;

  private static ClassPathFiles files(String classPath) {
    return new ClassPathFiles(
        ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null),
        classPath,
        _ -> false);
  }

  private static Set<String> names(ClassPathFiles files, String packageName) throws IOException {
    var names = new TreeSet<String>();
    for (JavaFileObject file :
        files.list(StandardLocation.CLASS_PATH, packageName, CLASSES, false)) {
      names.add(files.inferBinaryName(StandardLocation.CLASS_PATH, file));
    }
    return names;
  }

  /** What javac itself finds in the JDK. */
  @Test
  void thePackagesOfTheJdkAreAllThere() throws IOException {
    var javac = ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null);
    ClassPathFiles files = files("");
    for (var modules : files.listLocationsForModules(StandardLocation.SYSTEM_MODULES)) {
      for (JavaFileManager.Location module : modules) {
        for (String name : List.of("java", "java.util", "java.sql", "java.nowhere", "")) {
          var expected = new TreeSet<String>();
          for (JavaFileObject file : javac.list(module, name, CLASSES, false)) {
            expected.add(javac.inferBinaryName(module, file));
          }
          var found = new TreeSet<String>();
          for (JavaFileObject file : files.list(module, name, CLASSES, false)) {
            found.add(files.inferBinaryName(module, file));
            assertInstanceOf(ClassPathClass.class, file);
            assertTrue(files.contains(module, file), file.getName());
            assertFalse(files.contains(StandardLocation.CLASS_PATH, file), file.getName());
          }
          assertEquals(expected, found, module + " " + name);
        }
      }
    }
  }

  @Test
  void aClassOfTheJdkIsReadAsItIs() throws IOException {
    ClassPathFiles files = files("");
    var base = files.getLocationForModule(StandardLocation.SYSTEM_MODULES, "java.base");
    for (JavaFileObject file : files.list(base, "java.util", CLASSES, false)) {
      if (files.inferBinaryName(base, file).equals("java.util.List")) {
        try (var in = file.openInputStream();
            var same = java.util.List.class.getResourceAsStream("List.class")) {
          assertArrayEquals(same.readAllBytes(), in.readAllBytes());
          return;
        }
      }
    }
    fail("no java.util.List");
  }

  private Path jar(String name, String... entries) throws IOException {
    Path jar = folder.resolve(name);
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String entry : entries) {
        out.putNextEntry(new ZipEntry(entry));
        out.write(entry.getBytes(UTF_8));
        out.closeEntry();
      }
    }
    return jar;
  }

  @Test
  void readsTheTestsOwnClassPathAsJavacDoes() throws IOException {
    String classPath = System.getProperty("java.class.path");
    var javac = ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null);
    var ours = files(classPath);
    for (String packageName :
        List.of(
            "org.skep.notebook.shell",
            "com.google.gson",
            "tech.tablesaw.api",
            "org.zeromq",
            "no.such")) {
      var expected = new TreeSet<String>();
      for (JavaFileObject file :
          javac.list(StandardLocation.CLASS_PATH, packageName, CLASSES, false)) {
        expected.add(javac.inferBinaryName(StandardLocation.CLASS_PATH, file));
      }
      assertEquals(expected, names(ours, packageName), packageName);
    }
  }

  @Test
  void everyInstalledJarNamesItsFolders() {
    // What the quick look-up of a package relies on.
    Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(path -> path.endsWith(".jar"))
        .forEach(ClassPathFilesTest::assertNamesFolders);
  }

  private static void assertNamesFolders(String path) {
    try (var jar = new JarFile(path)) {
      var missing = new TreeSet<String>();
      jar.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class") && name.contains("/"))
          .map(name -> name.substring(0, name.lastIndexOf('/') + 1))
          .filter(folder -> jar.getEntry(folder) == null)
          .forEach(missing::add);
      assertTrue(missing.isEmpty(), () -> path + ": " + missing);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anAddedJarNeedNotNameItsFolders() throws IOException {
    Path jar = jar("bare.jar", "p/q/A.class", "p/q/A$B.class", "p/q/r/C.class", "Top.class");
    var files = files("");
    files.handleOption("-classpath", List.of(jar.toString()).iterator());
    assertEquals(Set.of("p.q.A", "p.q.A$B"), names(files, "p.q"));
    assertEquals(Set.of("Top"), names(files, ""));
    assertEquals(Set.of(), names(files, "p"));
  }

  @Test
  void givesTheBytesOfAClass() throws IOException {
    var files = files("");
    files.handleOption("-classpath", List.of(jar("a.jar", "p/A.class").toString()).iterator());
    var file = files.list(StandardLocation.CLASS_PATH, "p", CLASSES, false).iterator().next();
    try (var in = file.openInputStream()) {
      assertArrayEquals("p/A.class".getBytes(UTF_8), in.readAllBytes());
    }
    assertTrue(files.contains(StandardLocation.CLASS_PATH, file));
    assertTrue(files.isSameFile(file, file));
  }

  @Test
  void foldersAndMissingJarsAreReadAsWell() throws IOException {
    Files.createDirectories(folder.resolve("classes/p"));
    Files.write(folder.resolve("classes/p/A.class"), new byte[0]);
    Files.write(folder.resolve("classes/p/A.txt"), new byte[0]);
    var files = files(folder.resolve("classes") + File.pathSeparator + folder.resolve("no.jar"));
    assertEquals(Set.of("p.A"), names(files, "p"));
    assertEquals(Set.of(), names(files, "q"));
  }

  @Test
  void onlyWhatIsMeantForCellsAndWhatWasAddedIsIndexed() throws IOException {
    Path installed = jar("library.jar", "l/L.class");
    Path added = jar("added.jar", "a/A.class");
    var files = files(installed.toString());
    String both = installed + File.pathSeparator + added;
    files.handleOption("-classpath", List.of(both).iterator());
    var indexed = new ArrayList<Path>();
    StreamSupport.stream(files.getLocationAsPaths(StandardLocation.CLASS_PATH).spliterator(), false)
        .forEach(indexed::add);
    assertEquals(List.of(added), indexed);
  }
}
