package org.skep.notebook.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
}
