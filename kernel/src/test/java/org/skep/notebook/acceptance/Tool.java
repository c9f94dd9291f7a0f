package org.skep.notebook.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program beside the tests: run to its end within a limit, its output kept. */
final class Tool {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private Tool() {}

  /**
   * What a program left.
   *
   * @param command what was run
   * @param status the exit status
   * @param output what it wrote to standard output
   * @param complaints what it wrote to standard error
   */
  record Result(List<String> command, int status, String output, String complaints) {

    /** This result, if the program ended well. */
    Result orThrow() {
      if (status != 0) {
        throw new AssertionError(
            "run %s: exit status %d%n%s%n%s".formatted(command, status, output, complaints));
      }
      return this;
    }

    /** The last line of the output, where programs print their answer as JSON. */
    String lastLine() {
      return output.strip().lines().reduce("", (earlier, later) -> later);
    }
  }

  static Result run(Map<String, String> environment, Path folder, List<String> command)
      throws IOException, InterruptedException {
    // Files, not pipes: a program that is not read would stop, and one that leaves a child would
    // never end its pipe.
    Path output = Files.createTempFile("skep-tool", ".out");
    Path complaints = Files.createTempFile("skep-tool", ".err");
    try {
      Process process = start(environment, folder, command, output, complaints);
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        end(process);
        throw new AssertionError(
            "run %s: not done after %s%n%s%n%s"
                .formatted(command, LIMIT, Files.readString(output), Files.readString(complaints)));
      }
      return new Result(
          List.copyOf(command),
          process.exitValue(),
          Files.readString(output),
          Files.readString(complaints));
    } finally {
      Files.deleteIfExists(output);
      Files.deleteIfExists(complaints);
    }
  }

  /** Starts a program that goes on. */
  static Process start(
      Map<String, String> environment,
      Path folder,
      List<String> command,
      Path output,
      Path complaints)
      throws IOException {
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile())
            .redirectError(complaints.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Ends a program and what it started. */
  static void end(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
