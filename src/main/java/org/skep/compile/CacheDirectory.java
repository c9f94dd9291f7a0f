package org.skep.compile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Files that can be made again, by name. A file appears whole or not at all, whoever else makes it
 * at the same time; what does not read as it was written is made anew.
 */
final class CacheDirectory {
  /** Makes the file at this place. */
  @FunctionalInterface
  interface Maker {
    void make(Path file) throws IOException, InterruptedException;
  }

  private static final long LIMIT_BYTES = 512L << 20;
  private static final int STORES_BETWEEN_SWEEPS = 64;

  /**
   * A file of which this process knows that it is whole: a precompiled header has 16 MB, which are
   * not read for every text. Its identity changes when it is made anew, and not when it is touched.
   */
  private static final class Checked {
    private String identity = "";

    boolean is(Path file) {
      return !identity.isEmpty() && identity.equals(identityOf(file));
    }

    void remember(Path file) {
      identity = identityOf(file);
    }

    private static String identityOf(Path file) {
      try {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return attributes.fileKey() + " " + attributes.size();
      } catch (IOException e) {
        return "";
      }
    }
  }

  private final Path root;
  private final Map<Path, Checked> checked = new ConcurrentHashMap<>();
  private int storesUntilSweep = 1;

  private CacheDirectory(Path root) {
    this.root = root;
  }

  /** The cache at this place, or one that ends with this process where the place is read-only. */
  static CacheDirectory at(Path wanted) {
    var root = wanted.toAbsolutePath();
    try {
      Files.createDirectories(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.delete(Files.createTempFile(root, ".writable", null));
      return new CacheDirectory(root);
    } catch (IOException e) {
      try {
        var own = Files.createTempDirectory("skep-cache-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> JobFolder.delete(own)));
        return new CacheDirectory(own);
      } catch (IOException none) {
        throw new UncheckedIOException(none);
      }
    }
  }

  /** Where a user's cache is: {@code $XDG_CACHE_HOME/skep}, or {@code ~/.cache/skep}. */
  static Path ofUser(Map<String, String> environment) {
    var home = environment.getOrDefault("XDG_CACHE_HOME", "");
    return home.startsWith("/")
        ? Path.of(home, "skep")
        : Path.of(System.getProperty("user.home", "/tmp"), ".cache", "skep");
  }

  /** The file of this name, made first where it is absent or broken. */
  Path file(String name, Maker maker) throws IOException, InterruptedException {
    var file = root.resolve(name);
    var known = checked.computeIfAbsent(file, f -> new Checked());
    synchronized (known) {
      if (!known.is(file)) {
        if (!isWhole(file)) {
          make(file, maker);
        }
        known.remember(file);
      }
      touch(file);
      return file;
    }
  }

  /** Keeps a file from being deleted as one that is not used. */
  void use(Path file) {
    touch(file);
  }

  /** Whether a file is one of the cache's own. */
  boolean holds(Path file) {
    return file.startsWith(root);
  }

  /** Forgets a file that turned out to be of no use. */
  void forget(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(sum(file));
  }

  /** The bytes of an entry, if it is there and whole. */
  Optional<byte[]> read(String name) {
    var file = root.resolve(name);
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      var bytes = Files.readAllBytes(file);
      if (!describe(bytes).equals(Files.readString(sum(file)))) {
        return Optional.empty();
      }
      touch(file);
      return Optional.of(bytes);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Stores an entry if that can be done; a full disk is no reason to fail. */
  void store(String name, byte[] bytes) {
    try {
      make(root.resolve(name), f -> Files.write(f, bytes));
      if (--storesUntilSweep <= 0) {
        storesUntilSweep = STORES_BETWEEN_SWEEPS;
        sweep(LIMIT_BYTES);
      }
    } catch (IOException e) {
      // The next compilation of the same text pays for it; nothing else is lost.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Deletes the entries that were not used for longest, until the rest fits. What other processes
   * delete or replace meanwhile is passed over.
   */
  void sweep(long limitBytes) throws IOException {
    record Entry(Path file, BasicFileAttributes attributes) {}
    var entries = new ArrayList<Entry>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            entries.add(new Entry(file, attributes));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    entries.sort(Comparator.comparing(entry -> entry.attributes().lastModifiedTime()));
    long total = entries.stream().mapToLong(entry -> entry.attributes().size()).sum();
    for (Entry entry : entries) {
      if (total <= limitBytes) {
        return;
      }
      Files.deleteIfExists(entry.file());
      total -= entry.attributes().size();
    }
  }

  private boolean isWhole(Path file) {
    try {
      return Files.exists(file)
          && describe(Files.readAllBytes(file)).equals(Files.readString(sum(file)));
    } catch (IOException e) {
      return false;
    }
  }

  private static void make(Path file, Maker maker) throws IOException, InterruptedException {
    var folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("cache '" + file + "': not in a folder");
    }
    Files.createDirectories(folder);
    var made = Files.createTempFile(folder, ".new", null);
    var madeSum = Files.createTempFile(folder, ".new", null);
    try {
      maker.make(made);
      Files.writeString(madeSum, describe(Files.readAllBytes(made)));
      Files.move(madeSum, sum(file), StandardCopyOption.ATOMIC_MOVE);
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(made);
      Files.deleteIfExists(madeSum);
    }
  }

  private static Path sum(Path file) {
    return file.resolveSibling(file.getFileName() + ".sum");
  }

  private static String describe(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return bytes.length + " " + Long.toHexString(crc.getValue());
  }

  /** The time of the last use decides what a sweep deletes first. */
  private static void touch(Path file) {
    try {
      var now = FileTime.from(Instant.now());
      Files.setLastModifiedTime(file, now);
      Files.setLastModifiedTime(sum(file), now);
    } catch (IOException e) {
      // An entry that cannot be touched is deleted a little earlier.
    }
  }
}
