package org.skep.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.skep.UnsupportedFeatureException;

/** Where the file systems are through which Linux is asked. */
public final class Mounts {
  private static final Path TABLE = Path.of("/proc/self/mounts");
  private static final Path ROOT = Path.of("/");

  private Mounts() {}

  /**
   * The folder of tracefs, which describes the tracepoints. Mounts it at {@code
   * /sys/kernel/tracing} where it is not mounted and this process may.
   *
   * @throws UnsupportedFeatureException if it is not mounted and cannot be
   */
  public static Path tracefs() {
    return findOrMount("tracefs", Path.of("/sys/kernel/tracing"));
  }

  /**
   * The folder of bpffs, in which objects are pinned. Mounts it at {@code /sys/fs/bpf} where it is
   * not mounted and this process may.
   *
   * @throws UnsupportedFeatureException if it is not mounted and cannot be
   */
  public static Path bpffs() {
    return findOrMount("bpf", Path.of("/sys/fs/bpf"));
  }

  /** The folder of the second version of cgroups; nothing where it is not mounted. */
  public static Optional<Path> cgroup2() {
    return find("cgroup2");
  }

  /** Where a file system of this type is mounted: the first place that this process can see. */
  public static Optional<Path> find(String type) {
    try {
      return parse(ProcFile.lines(TABLE), type).stream().filter(Files::isDirectory).findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Lines are device, place, type, options; blanks in a place are octal. */
  static List<Path> parse(List<String> lines, String type) {
    var places = new ArrayList<Path>();
    for (String line : lines) {
      var words = line.split(" ");
      if (words.length > 2 && words[2].equals(type)) {
        places.add(
            Path.of(words[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")));
      }
    }
    return places;
  }

  private static Path findOrMount(String type, Path place) {
    return find(type)
        .or(() -> mount(type, place))
        .orElseThrow(
            () ->
                new UnsupportedFeatureException(
                    "find the file system '" + type + "'",
                    "not mounted",
                    "as root: mount -t " + type + " " + type + " " + place));
  }

  private static synchronized Optional<Path> mount(String type, Path place) {
    if (!Files.isDirectory(place) || !Capabilities.ofThisProcess().has(Capability.SYS_ADMIN)) {
      return Optional.empty();
    }
    try {
      var process =
          new ProcessBuilder("/bin/mount", "-t", type, type, place.toString())
              .directory(ROOT.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return find(type);
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
