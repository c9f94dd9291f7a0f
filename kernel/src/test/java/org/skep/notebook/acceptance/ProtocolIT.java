package org.skep.notebook.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The installed kernel under what front ends, impatient users and strangers send it: the probes of
 * {@code probes.py}, each as one of our tests.
 */
@Tag("installed")
class ProtocolIT {

  /** A probe: its name, {@code passed} or {@code failed}, and why. */
  record Outcome(String name, String outcome, String why) {}

  @TempDir Path home;

  @TestFactory
  Stream<DynamicTest> probesThatShareAKernel() throws Exception {
    return probes("--shared", 45);
  }

  @TestFactory
  Stream<DynamicTest> probesThatStartTheirOwn() throws Exception {
    return probes("--alone", 8);
  }

  /** Runs probes; fewer than {@code floor} means that they did not run. */
  private Stream<DynamicTest> probes(String kind, int floor) throws Exception {
    var installation = Installation.at(home);
    var result =
        installation
            .runPython(
                List.of("jupyter_client"),
                List.of(installation.file("kernel/src/test/jupyter/probes.py").toString(), kind))
            .orThrow();
    var outcomes = new Gson().fromJson(result.lastLine(), Outcome[].class);
    assertTrue(outcomes.length >= floor, () -> "only " + Arrays.toString(outcomes));
    return Arrays.stream(outcomes)
        .map(
            outcome ->
                DynamicTest.dynamicTest(
                    outcome.name(), () -> assertEquals("passed", outcome.outcome(), outcome::why)));
  }
}
