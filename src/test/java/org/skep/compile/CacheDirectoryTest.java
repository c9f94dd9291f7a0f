package org.skep.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheDirectoryTest {
  private static final byte[] BYTES = {1, 2, 3};

  @TempDir Path folder;

  @Test
  void whatWasStoredIsReadAgainUnlessItIsBroken() throws IOException {
    var cache = CacheDirectory.at(folder);
    cache.store("objects/a", BYTES);
    assertArrayEquals(BYTES, cache.read("objects/a").orElseThrow());
    Files.write(folder.resolve("objects/a"), new byte[] {1, 2});
    assertEquals(Optional.empty(), cache.read("objects/a"));
  }

  @Test
  void whatWasNotUsedForLongestGoesFirst() throws IOException {
    var cache = CacheDirectory.at(folder);
    cache.store("old", new byte[10_000]);
    cache.store("young", new byte[10_000]);
    Files.setLastModifiedTime(folder.resolve("old"), FileTime.fromMillis(0));
    cache.sweep(15_000);
    assertEquals(Optional.empty(), cache.read("old"));
    assertTrue(cache.read("young").isPresent());
  }

  /** Two notebooks at once: one makes and deletes files while the other tidies up. */
  @Test
  void filesThatVanishMeanwhileArePassedOver() throws Exception {
    var cache = CacheDirectory.at(folder);
    var done = new AtomicBoolean();
    var other =
        CompletableFuture.runAsync(
            () -> {
              while (!done.get()) {
                try {
                  Files.delete(Files.createTempFile(folder, ".other", null));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    for (int i = 0; i < 500; i++) {
      cache.sweep(1 << 20);
    }
    done.set(true);
    other.get();
  }
}
