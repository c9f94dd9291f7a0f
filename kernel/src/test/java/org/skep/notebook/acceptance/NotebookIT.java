package org.skep.notebook.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every notebook, executed from top to bottom in a fresh kernel by nbclient, as {@code make run}
 * does.
 */
@Tag("installed")
@Tag("privileged")
class NotebookIT {
  static final String QUICK_START = "notebooks/tutorials/00-quick-start.ipynb";

  /** The command of the notebook that opens the most files. */
  static final String BUSIEST = "grep";

  @TempDir Path home;

  static List<Path> notebooks() throws IOException {
    return Notebook.all();
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void runsFromTopToBottom(Path notebook) throws Exception {
    Notebook executed = execute(Installation.at(home), notebook);

    for (var cell : executed.codeCells()) {
      assertTrue(!cell.json().get("execution_count").isJsonNull(), () -> "not run: " + cell);
    }
  }

  @Test
  void theQuickStartEndsInATableAndAChartOfRealData() throws Exception {
    var installation = Installation.at(home);
    Notebook executed = execute(installation, installation.file(QUICK_START));

    var program = cellWith(executed, "%%bpf opens");
    assertTrue(program.output("text/plain").isPresent(), "the summary of the C cell as text");
    assertTrue(program.output("text/html").isPresent(), "the summary of the C cell as HTML");

    var map = cellWith(executed, "%map opens.counts");
    String table = everyOutput(map, "text/html");
    assertTrue(table.contains("<table"), () -> "no table in: " + table);
    assertTrue(table.contains("Plotly.newPlot"), () -> "no chart in: " + table);
    String text = everyOutput(map, "text/plain");
    assertTrue(text.contains("comm"), () -> "no column 'comm' in: " + text);
    assertTrue(text.contains(BUSIEST), () -> "nothing that the notebook did in: " + text);
  }

  @Test
  void thePageOfTheQuickStartNamesNoOtherHostToFetchFrom() throws Exception {
    var installation = Installation.at(home);
    execute(installation, installation.file(QUICK_START));

    String page =
        Files.readString(installation.results("notebooks").resolve("00-quick-start.html"));
    var fetched = Pattern.compile("<(?:script|link|img)[^>]+(?:src|href)=\"?(https?:)?//[^ >]+");
    assertEquals(List.of(), fetched.matcher(page).results().map(found -> found.group()).toList());
  }

  /** Executes a notebook, and leaves it and its page in {@code build/test/notebooks}. */
  static Notebook execute(Installation installation, Path notebook) throws Exception {
    Path results = installation.results("notebooks");
    installation
        .runPython(
            List.of("nbclient", "nbconvert"),
            List.of(
                installation.file("environment/notebook/execute").toString(),
                notebook.toString(),
                "--output",
                results.toString()))
        .orThrow();
    return Notebook.read(results.resolve(notebook.getFileName()));
  }

  private static Notebook.Cell cellWith(Notebook notebook, String text) {
    return notebook.codeCells().stream()
        .filter(cell -> cell.source().contains(text))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no cell with '" + text + "' in " + notebook));
  }

  private static String everyOutput(Notebook.Cell cell, String mimeType) {
    return cell.outputs().stream()
        .filter(output -> output.has("data") && output.getAsJsonObject("data").has(mimeType))
        .map(output -> output.getAsJsonObject("data").get(mimeType).toString())
        .reduce("", String::concat);
  }
}
