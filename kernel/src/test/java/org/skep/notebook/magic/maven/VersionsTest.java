package org.skep.notebook.magic.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionsTest {
  private static Optional<String> inUse(String path, String... added) {
    return Versions.inUse(Path.of(path), List.of(added).stream().map(Path::of).toList());
  }

  @Test
  void aSecondVersionSaysThatTheFirstStays() {
    assertEquals(
        Optional.of(
            "note: commons-lang3 3.12.0 was added before and stays in use (to use 3.17.0, restart"
                + " the kernel and add it first)"),
        inUse("/m2/commons-lang3-3.17.0.jar", "/x/other-1.jar", "/m2/commons-lang3-3.12.0.jar"));
  }

  @Test
  void aNewBuildOfTheSameFileSaysThatWhatWasLoadedStays() {
    assertEquals(
        Optional.of(
            "note: 'mine.jar' was added before: what was loaded from it stays as it was (restart"
                + " the kernel to use a new build)"),
        inUse("/target/mine.jar", "/target/mine.jar"));
  }

  @Test
  void otherLibrariesAndPartsOfTheSameVersionAreNone() {
    assertEquals(Optional.empty(), inUse("/a/commons-io-2.0.jar", "/a/commons-lang3-3.12.0.jar"));
    assertEquals(
        Optional.empty(),
        inUse("/a/netty-epoll-4.1.1-linux-x86_64.jar", "/a/netty-epoll-4.1.1.jar"));
    assertEquals(Optional.empty(), inUse("/a/classes", "/b/classes"));
  }

  private static Path jar(Path file, String... entries) throws IOException {
    try (var jar = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        jar.putNextEntry(new ZipEntry(entry));
      }
    }
    return file;
  }

  /** Under whatever name it comes: the class that was added first is the one that is run. */
  @Test
  void classesThatWereAddedBeforeAreNamed(@TempDir Path folder) throws IOException {
    Path first =
        jar(folder.resolve("first.jar"), "my/A.class", "my/A$B.class", "module-info.class");
    Path second = jar(folder.resolve("second.jar"), "my/A.class", "my/A$B.class", "my/C.class");
    Path third =
        jar(folder.resolve("third.jar"), "module-info.class", "META-INF/versions/9/my/A.class");
    Path classes = folder.resolve("classes");
    Files.createDirectories(classes.resolve("my"));
    Files.createFile(classes.resolve("my/C.class"));
    assertEquals(
        Optional.of(
            "note: 'my.A' and 1 more are in '"
                + first
                + "' too, which was added before and stays in use (to use those of 'second.jar',"
                + " restart the kernel and add it first)"),
        Versions.hidden(second, List.of(third, first)));
    assertEquals(
        Optional.of(
            "note: 'my.C' is in '"
                + second
                + "' too, which was added before and stays in use (to use those of 'classes',"
                + " restart the kernel and add it first)"),
        Versions.hidden(classes, List.of(first, second)));
    assertEquals(Optional.empty(), Versions.hidden(third, List.of(first, second)));
    Files.delete(first);
    assertEquals(Optional.empty(), Versions.hidden(second, List.of(first)));
  }
}
