package org.skep.notebook.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.api.VerticalBarPlot;
import tech.tablesaw.plotly.components.Figure;

class FigureRendererTest {
  private static final int PLOTLY = 1_000_000;

  private final Displays displays = Displays.withInstalledRenderers();
  private final RecordingOutput output = new RecordingOutput();

  private static Figure figure() {
    Table table =
        Table.create(
            "t",
            StringColumn.create("comm", "a</script><script>alert(1)", "<!--"),
            LongColumn.create("value", 1L, 2L));
    return VerticalBarPlot.create("it's", table, "comm", "value");
  }

  @BeforeEach
  void needsPlotly() {
    Assumptions.assumeTrue(
        PlotlyScript.loader().isPresent(),
        "plotly.js is not there (run 'npm ci' in kernel, then build)");
  }

  private String show(RecordingOutput cell) throws Exception {
    MimeBundle bundle = CurrentCell.with(cell, () -> displays.render(figure()));
    assertEquals(Optional.of("bar chart: it's"), bundle.string(MimeBundle.TEXT));
    return bundle.string(MimeBundle.HTML).orElseThrow();
  }

  @Test
  void theFirstFigureBringsPlotlyIntoThePageAndTheOthersDoNot() throws Exception {
    String first = show(output);
    assertEquals(1, output.displays.size());
    String loader = output.displays.getFirst().string(MimeBundle.HTML).orElseThrow();
    assertTrue(loader.length() > PLOTLY);
    assertTrue(first.length() < 20_000, () -> "" + first.length());
    RecordingOutput later = new RecordingOutput();
    show(later);
    assertEquals(0, later.displays.size());
  }

  @Test
  void namesNothingOutsideThePage() throws Exception {
    String html = show(output);
    assertFalse(html.contains("http:") || html.contains("https:") || html.contains("src="), html);
  }

  @Test
  void dataCannotEndTheScript() throws Exception {
    String html = show(output);
    assertEquals(1, html.split("(?i)</script", -1).length - 1, html);
    assertFalse(html.contains("<!--"));
    assertTrue(html.contains("a<\\/script><script>alert(1)"), html);
  }

  @Test
  void aCellThatClearsItsOutputShowsPlotlyAgain() throws Exception {
    show(output);
    displays.cleared(new RecordingOutput());
    show(new RecordingOutput());
    displays.cleared(output);
    RecordingOutput again = new RecordingOutput();
    show(again);
    assertEquals(1, again.displays.size());
  }

  @Test
  void plotlyCanBeBroughtAgain() throws Exception {
    MimeBundle bundle =
        CurrentCell.with(output, () -> displays.render(new FigureRenderer.Reload()));
    assertTrue(bundle.string(MimeBundle.HTML).orElseThrow().length() > PLOTLY);
    show(output);
    assertEquals(0, output.displays.size());
  }

  @Test
  void everyFigureHasAPlaceOfItsOwn() throws Exception {
    String id = "id=\"(skep_chart_\\w+)\"";
    var one = java.util.regex.Pattern.compile(id).matcher(show(output));
    var two = java.util.regex.Pattern.compile(id).matcher(show(output));
    assertTrue(one.find() && two.find());
    assertFalse(one.group(1).equals(two.group(1)));
  }
}
