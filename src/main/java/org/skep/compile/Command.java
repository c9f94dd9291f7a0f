package org.skep.compile;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program run to its end, without a shell, within bounds of time and memory. An interrupt of the
 * thread kills it.
 */
final class Command {
  /** The longest that one run of clang may take. */
  static final Duration LIMIT = Duration.ofMinutes(2);

  /** A program that needs more memory than this has gone wild. */
  private static final long MEMORY_BYTES = 6L << 30;

  private static final long OUTPUT_BYTES = 16 << 20;

  private static final Optional<Path> PRLIMIT = Programs.find("prlimit", System.getenv());

  /** Variables that would change what clang does behind the back of its arguments. */
  private static final List<String> MEDDLERS =
      List.of(
          "CPATH",
          "C_INCLUDE_PATH",
          "CCC_OVERRIDE_OPTIONS",
          "CLANG_NO_DEFAULT_CONFIG",
          "COMPILER_PATH",
          "DEPENDENCIES_OUTPUT",
          "LD_LIBRARY_PATH_64",
          "SUNPRO_DEPENDENCIES");

  /**
   * How a program ended.
   *
   * @param exitCode 128 + signal number where a signal ended it
   * @param timedOut whether it was killed for its time
   */
  record Outcome(int exitCode, String output, String errors, boolean timedOut) {
    boolean succeeded() {
      return exitCode == 0 && !timedOut;
    }
  }

  private Command() {}

  /**
   * Runs a program in a folder of its own, in which it leaves its output.
   *
   * @throws UncheckedIOException if it cannot be started
   */
  static Outcome run(List<String> command, Path folder, Duration limit)
      throws InterruptedException {
    var output = folder.resolve(".out");
    var errors = folder.resolve(".err");
    try {
      var exit = run(command, folder, limit, output.toFile(), errors.toFile());
      return new Outcome(exit.orElse(-1), readBounded(output), readBounded(errors), exit.isEmpty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The exit code, or nothing where the time was up. */
  private static Optional<Integer> run(
      List<String> command, Path folder, Duration limit, File output, File errors)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(bounded(command))
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output)
            .redirectError(errors);
    builder.environment().keySet().removeAll(MEDDLERS);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("TMPDIR", folder.toString());
    var process = builder.start();
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
          ? Optional.of(process.exitValue())
          : Optional.empty();
    } finally {
      if (process.isAlive()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private static List<String> bounded(List<String> command) {
    if (PRLIMIT.isEmpty()) {
      return command;
    }
    var all = new ArrayList<String>();
    all.addAll(List.of(PRLIMIT.get().toString(), "--as=" + MEMORY_BYTES, "--core=0", "--"));
    all.addAll(command);
    return all;
  }

  private static String readBounded(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes((int) OUTPUT_BYTES), StandardCharsets.UTF_8);
    }
  }
}
