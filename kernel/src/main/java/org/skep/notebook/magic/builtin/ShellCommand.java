package org.skep.notebook.magic.builtin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.skep.notebook.display.CellOutput;
import org.skep.notebook.display.CurrentCell;
import org.skep.notebook.display.Utf8Text;

/** A script for bash, run in a process group of its own, so that all of it can be ended. */
final class ShellCommand {
  /** Linux takes no longer argument than 128 KiB. */
  private static final int LONGEST_ARGUMENT = 100_000;

  /** What still writes after the shell has ended was left running on purpose. */
  private static final long REST_MILLIS = 200;

  private static final long PATIENCE_MILLIS = 1_000;

  private final String script;
  private final List<String> arguments;
  private final Environment environment;

  ShellCommand(String script, List<String> arguments, Environment environment) {
    this.script = script;
    this.arguments = arguments;
    this.environment = environment;
  }

  /**
   * Runs the script to its end and passes its output on as it comes.
   *
   * @return the exit status
   */
  int run(CellOutput output) throws IOException, InterruptedException {
    Path file = null;
    List<String> command = new ArrayList<>(List.of("setsid", "bash"));
    if (script.length() > LONGEST_ARGUMENT) {
      file = Files.createTempFile("skep-", ".sh");
      Files.writeString(file, script);
      command.add(file.toString());
    } else {
      command.addAll(List.of("-c", script, "bash"));
    }
    command.addAll(arguments);
    try {
      return run(command, output);
    } finally {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    }
  }

  private int run(List<String> command, CellOutput output)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment.all());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Process process = builder.start();
    Thread out = pump(process.getInputStream(), false, output);
    Thread err = pump(process.getErrorStream(), true, output);
    try (var _ = CurrentCell.onInterrupt(() -> signal(process, "TERM"))) {
      int status = process.waitFor();
      out.join(REST_MILLIS);
      err.join(REST_MILLIS);
      return status;
    } catch (InterruptedException e) {
      end(process);
      throw e;
    }
  }

  /** Asks all processes of the group to end, and ends those that do not. */
  private static void end(Process process) {
    signal(process, "TERM");
    boolean interrupted = Thread.interrupted();
    try {
      process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    signal(process, "KILL");
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void signal(Process process, String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, "--", "-" + process.pid())
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread pump(InputStream in, boolean error, CellOutput output) {
    return Thread.ofPlatform()
        .name(error ? "sh stderr" : "sh stdout")
        .daemon()
        .start(() -> copy(in, error, output));
  }

  private static void copy(InputStream in, boolean error, CellOutput output) {
    Utf8Text text = new Utf8Text();
    byte[] bytes = new byte[8192];
    try (in) {
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        show(text.decode(bytes, 0, count), error, output);
      }
    } catch (IOException e) {
      show("[read the command's output: " + e.getMessage() + "]\n", true, output);
    }
    show(text.end(), error, output);
  }

  private static void show(String text, boolean error, CellOutput output) {
    if (!text.isEmpty()) {
      output.stream(error, text);
    }
  }
}
