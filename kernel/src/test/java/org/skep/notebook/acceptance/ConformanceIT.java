package org.skep.notebook.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jupyter's own conformance suite against the installed kernel, each of its tests as one of ours.
 */
@Tag("installed")
class ConformanceIT {

  /** The number of tests in the oldest suite in use; fewer means that it did not run. */
  private static final int FLOOR = 12;

  /** What the kernel does not offer: payloads of the shell, which the protocol has deprecated. */
  private static final Set<String> NOT_OFFERED = Set.of("test_pager");

  /** A test of the suite: its name, {@code passed}, {@code failed} or {@code skipped}, and why. */
  record Outcome(String name, String outcome, String why) {}

  @TempDir Path home;

  @TestFactory
  Stream<DynamicTest> suite() throws Exception {
    var installation = Installation.at(home);
    var result =
        installation
            .runPython(
                List.of("jupyter_client", "jupyter_kernel_test"),
                List.of(installation.file("kernel/src/test/jupyter/conformance.py").toString()))
            .orThrow();
    var outcomes = new Gson().fromJson(result.lastLine(), Outcome[].class);

    return Stream.concat(
        Stream.of(
            DynamicTest.dynamicTest(
                "allOfItRan",
                () ->
                    assertTrue(
                        outcomes.length >= FLOOR, () -> "only " + Arrays.toString(outcomes)))),
        Arrays.stream(outcomes)
            .map(
                outcome ->
                    DynamicTest.dynamicTest(
                        outcome.name(),
                        () ->
                            assertEquals(
                                NOT_OFFERED.contains(outcome.name()) ? "skipped" : "passed",
                                outcome.outcome(),
                                () -> outcome.name() + ": " + outcome.why()))));
  }
}
