package org.skep.notebook.acceptance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The notebooks as they are committed: what a reader can rely on in each, without executing any.
 */
class NotebookTest {
  private static final List<String> HEADINGS =
      List.of("Goal", "You will learn", "Setup", "Steps", "Exercise", "Clean up", "Next");

  private static final Pattern HEADING = Pattern.compile("^## (.+?)\\s*$", Pattern.MULTILINE);

  static List<Notebook> notebooks() throws IOException {
    var notebooks = new ArrayList<Notebook>();
    for (var path : Notebook.all()) {
      notebooks.add(Notebook.read(path));
    }
    return notebooks;
  }

  @Test
  void thereIsAQuickStart() throws IOException {
    assertTrue(
        Notebook.all().contains(Installation.root().resolve(NotebookIT.QUICK_START)),
        NotebookIT.QUICK_START);
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void namesOurKernel(Notebook notebook) {
    JsonObject spec = notebook.json().getAsJsonObject("metadata").getAsJsonObject("kernelspec");
    assertAll(
        () -> assertEquals(4, notebook.json().get("nbformat").getAsInt()),
        () -> assertEquals("skep", spec.get("name").getAsString()),
        () -> assertEquals("Skep (Java, eBPF)", spec.get("display_name").getAsString()),
        () -> assertEquals("java", spec.get("language").getAsString()));
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void isCommittedWithoutOutputs(Notebook notebook) {
    for (var cell : notebook.codeCells()) {
      assertTrue(
          cell.json().get("execution_count").isJsonNull(),
          () -> notebook + " was saved after running: clear its outputs");
      assertEquals(
          List.of(), cell.outputs(), () -> notebook + " has outputs below: " + cell.source());
    }
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void beginsWithItsTitleAndGoals(Notebook notebook) {
    var first = notebook.cells().getFirst();
    assertEquals("markdown", first.type());
    assertTrue(first.source().startsWith("# "), () -> notebook + " begins with: " + first.source());
    var headings = headings(first.source());
    assertEquals(List.of("Goal", "You will learn"), headings, () -> notebook + ", first cell");
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void hasTheSameHeadingsAsAllOthers(Notebook notebook) {
    var headings =
        notebook.cells().stream()
            .filter(cell -> !cell.isCode())
            .flatMap(cell -> headings(cell.source()).stream())
            .toList();
    assertEquals(HEADINGS, headings, notebook::toString);
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void everyCellHasAnIdAndSomeText(Notebook notebook) {
    var ids = new HashSet<String>();
    for (var cell : notebook.cells()) {
      assertFalse(cell.source().isBlank(), () -> notebook + " has an empty cell");
      assertTrue(ids.add(cell.json().get("id").getAsString()), () -> notebook + ", " + cell);
    }
  }

  private static List<String> headings(String markdown) {
    return HEADING.matcher(markdown).results().map(found -> found.group(1)).toList();
  }
}
