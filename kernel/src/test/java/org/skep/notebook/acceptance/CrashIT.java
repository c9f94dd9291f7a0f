package org.skep.notebook.acceptance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.Gson;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a kernel that was killed: nothing, as nothing is pinned. */
@Tag("installed")
@Tag("privileged")
class CrashIT {

  /** Ids in the running Linux. */
  record Objects(List<Integer> prog, List<Integer> map, List<Integer> link) {}

  /** What {@code kill_mid_cell.py} found: held before the kill, and left some seconds after. */
  record Findings(Objects held, Objects left) {}

  @TempDir Path home;

  @Test
  void aKernelKilledInTheMiddleOfACellLeavesNoProgramAndNoMap() throws Exception {
    var installation = Installation.at(home);
    var result =
        installation
            .runPython(
                List.of("jupyter_client", "nbformat"),
                List.of(
                    installation.file("kernel/src/test/jupyter/kill_mid_cell.py").toString(),
                    installation.file(NotebookIT.QUICK_START).toString()))
            .orThrow();
    var findings = new Gson().fromJson(result.lastLine(), Findings.class);

    assertAll(
        () -> assertFalse(findings.held().prog().isEmpty(), "no program was held: nothing tested"),
        () -> assertFalse(findings.held().map().isEmpty(), "no map was held: nothing tested"),
        () -> assertEquals(new Objects(List.of(), List.of(), List.of()), findings.left()));
  }
}
