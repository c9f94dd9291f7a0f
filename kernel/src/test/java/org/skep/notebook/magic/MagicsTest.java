package org.skep.notebook.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.notebook.display.CurrentCell;
import org.skep.notebook.display.MimeBundle;

@SuppressWarnings("NullAway") // a null fails the test
class MagicsTest {
  private final FakeNotebook notebook = new FakeNotebook();

  @BeforeEach
  void register() {
    MagicSpec spec =
        MagicSpec.named("greet", "Greets <someone>")
            .alias("hello")
            .details("Politely.")
            .required("NAME", "who", ArgumentCompleter.of("Ada", "Alan", "Grace Hopper"))
            .option("n|times", "N", "how often", ArgumentCompleter.of("1", "2"))
            .flag("loud", "in capitals")
            .example("%greet Ada -n 2")
            .build();
    notebook.magics().register(spec, (arguments, context) -> "hello " + arguments.get("NAME"));
    notebook
        .magics()
        .register(
            MagicSpec.named("shout", "Shouts its cell").optional("HOW", "how").build(),
            (arguments, body, context) ->
                body.toUpperCase(java.util.Locale.ROOT) + arguments.line(),
            new BodyAssistant() {
              @Override
              public ArgumentCompletions complete(
                  String text, String body, int cursor, MagicContext context) {
                return new ArgumentCompletions(
                    cursor - 1, cursor, List.of(new ArgumentCompletions.Item(text + "/" + body)));
              }

              @Override
              public Optional<MimeBundle> inspect(
                  String text, String body, int cursor, MagicContext context) {
                return Optional.of(MimeBundle.text(text + "/" + body.charAt(cursor)));
              }
            });
  }

  private String error(String cell) {
    return assertThrows(MagicException.class, () -> notebook.run(cell)).getMessage();
  }

  private List<String> completed(String cellWithCursor) throws Exception {
    int cursor = cellWithCursor.indexOf('|');
    String cell = cellWithCursor.replace("|", "");
    ArgumentCompletions found = notebook.magics().complete(cell, cursor, notebook).orElseThrow();
    return found.items().stream()
        .map(i -> cell.substring(0, found.start()) + i.text() + cell.substring(found.end()))
        .toList();
  }

  @Test
  void runsLineAndCellMagics() throws Exception {
    assertEquals("hello Ada", notebook.run("%greet Ada"));
    assertEquals("hello Ada", notebook.run("%hello Ada"));
    assertEquals("ABC\n1", notebook.run("%%shout\nabc\n"));
    assertEquals("ABC2", notebook.run("\n%%shout\nabc"));
  }

  @Test
  void namesTheNearestMagic() {
    assertEquals("run '%gret': no such magic (did you mean '%greet'?)", error("%gret Ada"));
    assertEquals("run '%%shuot': no such magic (did you mean '%%shout'?)", error("%%shuot\na"));
    assertEquals("run '%qqqqqq': no such magic (%lsmagic lists all)", error("%qqqqqq"));
  }

  @Test
  void tellsLineAndCellMagicsApart() {
    assertEquals(
        "run '%shout': it is a cell magic (put '%%shout' on the first line of a cell)",
        error("%shout"));
    assertEquals(
        "run '%%greet': it is a line magic (write '%greet' with a single percent sign)",
        error("%%greet\nx"));
  }

  @Test
  void helpIsMadeFromTheSpec() throws Exception {
    String expected =
        """
        %greet NAME [-n N] [--loud]

        Greets <someone>.
        Politely.

          NAME           who
          -n, --times N  how often
          --loud         in capitals

          %greet Ada -n 2

        Also called %hello.""";
    for (String cell :
        List.of("%greet --help", "%greet -h", "%greet?", "%greet Ada --loud --help")) {
      MimeBundle help = assertInstanceOf(MimeBundle.class, notebook.run(cell));
      assertEquals(Optional.of(expected), help.string(MimeBundle.TEXT));
      String html = help.string(MimeBundle.HTML).orElseThrow();
      assertTrue(html.contains("Greets &lt;someone&gt;.<br>Politely."), html);
      assertTrue(html.contains("<code>-n, --times N</code>"), html);
    }
  }

  @Test
  void everyMagicHasHelp() {
    for (MagicSpec spec : notebook.magics().lineMagics()) {
      assertTrue(MagicHelp.of(spec, "%").string(MimeBundle.TEXT).orElseThrow().startsWith("%"));
      assertTrue(!spec.summary().endsWith("."), spec.name());
    }
    assertTrue(notebook.magics().cellMagics().size() > 5);
  }

  @Test
  void completesNames() throws Exception {
    assertEquals(List.of("%greet"), completed("%gr|"));
    assertEquals(List.of("%hello"), completed("%hello|"));
    assertEquals(List.of("1;\n %greet"), completed("1;\n %gre|"));
    assertEquals(List.of("var x = %greet"), completed("var x = %gre|"));
    assertEquals(List.of("%%shout"), completed("%%sho|"));
    assertTrue(completed("%|").containsAll(List.of("%greet", "%%shout")));
    assertTrue(completed("%%|").contains("%%shout"));
    assertTrue(completed("int a;\n%|").contains("int a;\n%greet"));
  }

  @Test
  void completesOptionsAndValues() throws Exception {
    assertEquals(List.of("%greet --times"), completed("%greet --t|"));
    assertEquals(List.of("%greet --times", "%greet --loud"), completed("%greet -|"));
    assertEquals(List.of("%greet Ada", "%greet Alan"), completed("%greet a|"));
    assertEquals(List.of("%greet \"Grace Hopper\""), completed("%greet G|"));
    assertEquals(List.of("%greet x -n 1", "%greet x -n 2"), completed("%greet x -n |"));
    assertEquals(List.of("%greet --times=2"), completed("%greet --times=2|"));
    assertEquals(List.of("%greet Ada --times", "%greet Ada --loud"), completed("%greet Ada |"));
  }

  @Test
  void completesOptionsBeforeCode() throws Exception {
    assertTrue(completed("%timeit -|").contains("%timeit --loops"));
    assertEquals(Optional.empty(), notebook.magics().complete("Math.", 5, notebook));
    assertEquals(OptionalInt.of(6), notebook.magics().javaAt("%time -", 7, notebook));
  }

  @Test
  void usageTellsWhatMayBeLeftOut() {
    MagicSpec spec =
        MagicSpec.named("set", "Sets").optional("NAME", "what").rest("VALUE", "to what").build();
    assertEquals("%set [NAME] [VALUE]", MagicHelp.usage(spec, "%"));
    assertEquals(
        "%do CODE", MagicHelp.usage(MagicSpec.named("do", "").rest("CODE", "").build(), "%"));
  }

  @Test
  void completesTheBodyByItsAssistant() throws Exception {
    assertEquals(List.of("%%shout x\nax/ab"), completed("%%shout x\nab|").stream().toList());
    assertEquals(List.of(), completed("%%sh\nls |"));
  }

  @Test
  void leavesJavaToTheShell() throws Exception {
    assertEquals(Optional.empty(), notebook.magics().complete("Math.", 5, notebook));
    assertEquals(Optional.empty(), notebook.magics().complete("%greet x\nMath.", 14, notebook));
    assertEquals(Optional.empty(), notebook.magics().complete("%%time\nMath.", 12, notebook));
    assertEquals(Optional.empty(), notebook.magics().complete("a %", 3, notebook));
    assertEquals(Optional.empty(), notebook.magics().inspect("a % greet", 5, notebook));
    assertEquals(List.of("%%time\n%greet"), completed("%%time\n%gre|"));
  }

  @Test
  void explainsMagicsAndTheirBodies() throws Exception {
    String help =
        notebook
            .magics()
            .inspect("1;\n%greet x", 6, notebook)
            .flatMap(b -> b.string(MimeBundle.TEXT))
            .orElse("");
    assertTrue(help.startsWith("%greet NAME"), help);
    help =
        notebook
            .magics()
            .inspect("%%shout y\nabc", 3, notebook)
            .flatMap(b -> b.string(MimeBundle.TEXT))
            .orElse("");
    assertTrue(help.startsWith("%%shout"), help);
    help =
        notebook
            .magics()
            .inspect("%%shout y\nabc", 11, notebook)
            .flatMap(b -> b.string(MimeBundle.TEXT))
            .orElse("");
    assertEquals("y/b", help);
  }

  @Test
  void completionSurvivesEveryCursorInAnyText() throws Exception {
    for (String cell :
        List.of(
            "%greet \"A b\" --times=",
            "%%shout \n", "x = %greet 'a", "%", "%%", "a\n%%b", "\n\n%%shout")) {
      for (int cursor = 0; cursor <= cell.length(); cursor++) {
        notebook.magics().complete(cell, cursor, notebook);
        if (cursor < cell.length()) {
          notebook.magics().inspect(cell, cursor, notebook);
        }
      }
    }
  }

  @Test
  void functionsOfIJavaReachTheNotebookOfTheirCell() throws Exception {
    assertEquals("hello A B", inCell(() -> Functions.lineMagic("greet", List.of("A B"))));
    assertEquals("A B1", inCell(() -> Functions.cellMagic("shout", List.of(), "a b")));
    inCell(
        () -> {
          Functions.runLineMagic("greet", "Ada", 1);
          String id = Functions.display("<b>x</b>", "text/html", "text/markdown");
          Functions.updateDisplay(id, 2);
          Functions.clearOutput(true);
          return null;
        });
    assertEquals(2, notebook.recorded.displays.size());
    assertEquals(
        Optional.of("hello Ada"), notebook.recorded.displays.getFirst().string("text/plain"));
    assertEquals(Optional.of("<b>x</b>"), notebook.recorded.displays.get(1).string("text/html"));
    assertEquals(
        Optional.of("<b>x</b>"), notebook.recorded.displays.get(1).string("text/markdown"));
    assertEquals(Optional.of("2"), notebook.recorded.updates.getFirst().string("text/plain"));
    assertEquals(1, notebook.recorded.clears);
  }

  @Test
  void exceptionsOfMagicsReachTheCellAsTheyAre() {
    notebook
        .magics()
        .register(
            MagicSpec.named("fail", "Fails").build(),
            (arguments, context) -> {
              throw new java.io.IOException("no");
            });
    var e =
        assertThrows(
            java.io.IOException.class, () -> inCell(() -> Functions.lineMagic("fail", List.of())));
    assertEquals("no", e.getMessage());
    assertNull(e.getCause());
  }

  private Object inCell(java.util.concurrent.Callable<Object> code) throws Exception {
    return CurrentCell.with(notebook.recorded, notebook, code);
  }
}
