package org.skep.compile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.skep.NativeLibraryException;

/**
 * The clang of the system.
 *
 * @param program its path
 * @param version such as {@code 19.1.7}
 */
public record Clang(Path program, String version) {
  /** The first version whose BPF back end and BTF tags are what Skep needs. */
  public static final int OLDEST = 16;

  private static final int NEWEST_KNOWN = 25;
  private static final Pattern VERSION = Pattern.compile("clang version (\\d+(?:\\.\\d+)*)");
  private static final String REMEDY =
      "install clang "
          + OLDEST
          + " or later: apt install clang, dnf install clang;"
          + " or set SKEP_CLANG to its path";

  /**
   * The newest clang on the PATH, or the one that the environment variable {@code SKEP_CLANG}
   * names.
   *
   * @throws NativeLibraryException if there is none, or none that is new enough
   * @throws InterruptedException if the thread was interrupted while clang told its version
   */
  public static Clang find() throws InterruptedException {
    return find(System.getenv());
  }

  static Clang find(Map<String, String> environment) throws InterruptedException {
    var chosen = environment.getOrDefault("SKEP_CLANG", "");
    if (!chosen.isBlank()) {
      var program =
          chosen.startsWith("/")
              ? Optional.of(Path.of(chosen)).filter(Programs::runs)
              : Programs.find(chosen, environment);
      return ask(program)
          .map(Clang::newEnough)
          .orElseThrow(
              () ->
                  new NativeLibraryException(
                      chosen, "SKEP_CLANG names no clang that runs", REMEDY, null));
    }
    var found = ask(Programs.find("clang", environment));
    for (int major = NEWEST_KNOWN; major >= OLDEST; major--) {
      if (found.isPresent() && found.get().major() >= major) {
        break;
      }
      var numbered = ask(Programs.find("clang-" + major, environment));
      if (numbered.isPresent()) {
        found = numbered;
        break;
      }
    }
    return found
        .map(Clang::newEnough)
        .orElseThrow(() -> new NativeLibraryException("clang", "not on the PATH", REMEDY, null));
  }

  /** The first number of the version. */
  public int major() {
    return Integer.parseInt(version.split("\\.")[0]);
  }

  private Clang newEnough() {
    if (major() < OLDEST) {
      throw new NativeLibraryException(
          program.toString(), "version " + version + " is too old", REMEDY, null);
    }
    return this;
  }

  private static Optional<Clang> ask(Optional<Path> program) throws InterruptedException {
    if (program.isEmpty()) {
      return Optional.empty();
    }
    try (var job = new JobFolder()) {
      var answer =
          Command.run(
              List.of(program.get().toString(), "--version"), job.path(), Duration.ofSeconds(20));
      var version = VERSION.matcher(answer.output());
      return answer.succeeded() && version.find()
          ? Optional.of(new Clang(program.get(), version.group(1)))
          : Optional.empty();
    }
  }

  /** What tells this clang from another one, also after an upgrade in place. */
  String identity() {
    try {
      var file = program.toRealPath();
      return file + " " + version + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return program + " " + version;
    }
  }
}
