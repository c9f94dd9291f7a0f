package org.skep.notebook.acceptance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Installing under a prefix, and removing: what {@code make install} and {@code make uninstall} do.
 */
@Tag("installed")
class InstallIT {
  @TempDir Path home;

  @Test
  void whatIsInstalledUnderAPrefixRunsAndIsRemovedWhole() throws Exception {
    Path prefix = home.resolve("a prefix");
    kernelspec("install", prefix, "--java-home", System.getProperty("java.home"), "--no-cache");

    JsonObject spec = spec(prefix);
    assertAll(
        () -> assertEquals("java", spec.get("language").getAsString()),
        () -> assertEquals("message", spec.get("interrupt_mode").getAsString()),
        () -> assertTrue(Files.exists(prefix.resolve("share/jupyter/kernels/skep/logo-64x64.png"))),
        () -> assertTrue(version(argv(spec)).output().startsWith("Skep ")));

    kernelspec("uninstall", prefix);
    assertEquals(List.of(), files(prefix));
  }

  @Test
  void installingAgainRemovesTheJarsOfAnEarlierVersion() throws Exception {
    Path stale = Files.createDirectories(home.resolve("share/skep/lib")).resolve("gson-0.1.jar");
    Files.createFile(stale);

    kernelspec("install", home, "--java-home", System.getProperty("java.home"), "--no-cache");

    assertTrue(Files.notExists(stale));
  }

  @Test
  void theTrialInstallationHasACacheThatFits() throws Exception {
    List<String> argv = argv(spec(Installation.root().resolve("build/prefix")));
    argv.add(1, "-XX:AOTMode=on"); // refuses to start without the cache

    Tool.Result started = version(argv);

    assertEquals(0, started.status(), started::complaints);
  }

  @Test
  void aCacheThatDoesNotFitIsLeftAsideInSilence() throws Exception {
    Path garbage = Files.writeString(home.resolve("garbage.aot"), "no cache".repeat(1000));
    List<String> argv = argv(spec(Installation.root().resolve("build/prefix")));
    argv.replaceAll(word -> word.startsWith("-XX:AOTCache=") ? "-XX:AOTCache=" + garbage : word);

    Tool.Result started = version(argv);

    assertAll(
        () -> assertTrue(argv.contains("-XX:AOTCache=" + garbage), argv::toString),
        () -> assertEquals(0, started.status()),
        () -> assertEquals(1, started.output().lines().count(), started::output),
        () -> assertEquals("", started.complaints()));
  }

  @Test
  void aKernelWhoseJdkIsGoneIsToldWithTheRemedy() throws Exception {
    Path spec = Files.createDirectories(home.resolve("data/kernels/gone"));
    Files.writeString(
        spec.resolve("kernel.json"),
        """
        {"argv": ["/no/jdk/bin/java", "{connection_file}"], "display_name": "gone", "language": "java"}
        """);
    var installation = Installation.at(home);

    Tool.Result executed =
        installation.runPython(
            List.of("nbclient", "nbconvert"),
            List.of(
                installation.file("environment/notebook/execute").toString(),
                installation.file("notebooks/tutorials/00-quick-start.ipynb").toString(),
                "--kernel",
                "gone",
                "--output",
                home.resolve("out").toString()));

    assertAll(
        () -> assertEquals(1, executed.status()),
        () ->
            assertTrue(executed.complaints().contains("'/no/jdk/bin/java'"), executed::complaints),
        () -> assertTrue(executed.complaints().contains("make install"), executed::complaints),
        () -> assertFalse(executed.complaints().contains("Traceback"), executed::complaints));
  }

  private void kernelspec(String action, Path prefix, String... more) throws Exception {
    var installation = Installation.at(home);
    var command = new ArrayList<String>();
    command.add(installation.file("kernel/kernelspec/kernelspec").toString());
    command.addAll(List.of(action, "--prefix", prefix.toString()));
    command.addAll(Arrays.asList(more));
    installation.runPython(List.of(), command).orThrow();
  }

  private static JsonObject spec(Path prefix) throws IOException {
    Path file = prefix.resolve("share/jupyter/kernels/skep/kernel.json");
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private static List<String> argv(JsonObject spec) {
    return new ArrayList<>(List.of(new Gson().fromJson(spec.get("argv"), String[].class)));
  }

  /** Runs the command line of a kernelspec, but only for the kernel's version. */
  private Tool.Result version(List<String> argv) throws IOException, InterruptedException {
    var command = argv.stream().map(w -> w.equals("{connection_file}") ? "--version" : w).toList();
    return Tool.run(Installation.at(home).environment(), home, command);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(Files::isRegularFile).toList();
    }
  }
}
