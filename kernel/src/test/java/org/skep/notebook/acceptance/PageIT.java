package org.skep.notebook.acceptance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The quick-start notebook on a page, looked at in headless Chromium: the chart and the table are
 * there to be seen, and no request leaves the machine. The pictures are left in {@code
 * build/test/pages}.
 */
@Tag("installed")
@Tag("privileged")
class PageIT {

  /** A chart as it is drawn: its size in pixels, its bars, and the words at its axes. */
  record Chart(int width, int height, int bars, List<String> labels, List<String> title) {}

  /** A table as it is shown: its heads, and the text of its cells. */
  record Table(List<String> columns, List<List<String>> rows) {}

  /** What {@code look.cjs} saw. */
  record Sight(
      int requests,
      List<String> foreign,
      List<String> console,
      List<Chart> charts,
      List<Table> tables,
      List<String> errors) {}

  @TempDir Path home;

  @Test
  void jupytersOwnPageRunsItAndShowsTableAndChart() throws Exception {
    var installation = Installation.at(home);
    Path folder = Files.createDirectories(home.resolve("notebooks"));
    Files.copy(installation.file(NotebookIT.QUICK_START), folder.resolve("00-quick-start.ipynb"));

    try (var server = JupyterServer.start(installation, folder)) {
      Sight ran =
          look(installation, "notebook", server.page("00-quick-start.ipynb"), "jupyter-notebook");
      assertQuickStart(ran);
    }
  }

  @Test
  void thePageOfTheExecutedNotebookShowsTableAndChart() throws Exception {
    var installation = Installation.at(home);
    NotebookIT.execute(installation, installation.file(NotebookIT.QUICK_START));
    Path page = installation.results("notebooks").resolve("00-quick-start.html");

    assertQuickStart(look(installation, "page", page.toUri().toString(), "nbconvert"));
  }

  private static void assertQuickStart(Sight sight) {
    assertAll(
        () -> assertEquals(List.of(), sight.foreign(), "requests that left the machine"),
        () -> assertEquals(List.of(), sight.errors(), "cells that failed"),
        () -> assertTrue(sight.requests() > 0, "the page made no request at all"),
        () -> assertFalse(sight.charts().isEmpty(), () -> "no chart is visible: " + sight),
        () -> assertTrue(showsOpens(sight), () -> "no table of comm and value: " + sight.tables()));
    Chart chart = sight.charts().getFirst();
    assertAll(
        () -> assertTrue(chart.bars() > 0, () -> "a chart without bars: " + chart),
        () -> assertTrue(chart.width() > 200 && chart.height() > 100, chart::toString),
        () -> assertTrue(chart.labels().contains(NotebookIT.BUSIEST), chart::toString));
  }

  private static boolean showsOpens(Sight sight) {
    return sight.tables().stream()
        .anyMatch(
            table ->
                table.columns().containsAll(List.of("comm", "value"))
                    && !table.rows().isEmpty()
                    && table.rows().stream().allMatch(row -> row.size() == table.columns().size()));
  }

  private static Sight look(Installation installation, String mode, String address, String name)
      throws Exception {
    Path picture = installation.results("pages").resolve(name + ".png");
    Tool.Result result =
        Tool.run(
                installation.environment(),
                installation.folder(),
                List.of(
                    "node",
                    installation.file("kernel/src/test/pages/look.cjs").toString(),
                    mode,
                    address,
                    picture.toString()))
            .orThrow();
    assertTrue(Files.size(picture) > 10_000, () -> "an empty picture: " + picture);
    return new Gson().fromJson(result.lastLine(), Sight.class);
  }
}
