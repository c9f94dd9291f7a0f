package org.skep.notebook.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What cells declare, what others declare for them, and how it is forgotten. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class VariablesTest {

  @Test
  void definedVariablesAreInScope() {
    try (var cells = new Cells()) {
      var map = Map.of("a", List.of(1, 2));
      cells.shell.define("counts", "Map<String, List<Integer>>", map);
      assertSame(map, cells.value("counts"));
      assertEquals(3, cells.value("counts.get(\"a\").get(0) + counts.get(\"a\").get(1)"));
      cells.shell.define("number", "int", 7);
      assertEquals(8, cells.value("number + 1"));
      cells.shell.define("number", "int", 8);
      assertEquals(9, cells.value("number + 1"));
      cells.shell.define("number", "String", null);
      assertEquals("null!", cells.value("number + \"!\""));
      assertThrows(IllegalArgumentException.class, () -> cells.shell.define("no name", "int", 1));
      assertThrows(IllegalArgumentException.class, () -> cells.shell.define("class", "int", 1));
    }
  }

  /** Cells cannot name this class; they can name what it implements. */
  private record Hidden(String text) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }
  }

  @Test
  void aTypeThatCellsCannotNameBecomesItsPublicSupertype() {
    try (var cells = new Cells()) {
      cells.shell.define("hidden", Hidden.class.getName(), new Hidden("four"));
      assertEquals(4, cells.value("hidden.length()"));
      assertEquals(
          "CharSequence", cells.shell.variables().getFirst().typeName().replace("java.lang.", ""));
      cells.shell.define("unknown", "no.such.Type", List.of("x"));
      assertEquals(1, cells.value("unknown.size()"));
    }
  }

  @Test
  void whatCellsDeclaredIsListed() {
    try (var cells = new Cells()) {
      cells.ok("int x = 5;\nrecord Point(int x, int y) {}");
      cells.ok("String twice(String s) { return s + s; }\nx = 6;\nx + 1");
      assertEquals(List.of(new VariableInfo("x", "int", 6, 1)), cells.shell.variables());
      assertEquals(
          List.of(
              new DeclarationInfo(DeclarationInfo.Kind.RECORD, "Point", "Point", 1),
              new DeclarationInfo(DeclarationInfo.Kind.METHOD, "twice", "(String)String", 2)),
          cells.shell.declarations());
      assertEquals(6, cells.shell.variable("x").orElseThrow());
      assertTrue(cells.shell.variable("y").isEmpty());
    }
  }

  @Test
  void resetForgetsAllButTheClassPath(@TempDir Path folder) throws Exception {
    Path classes = compile(folder);
    try (var cells = new Cells()) {
      cells.shell.addToClassPath(classes);
      cells.ok("int x = 5; class Gone {}");
      ClassLoader before = cells.shell.classLoader();
      cells.shell.reset();
      assertNotSame(before, cells.shell.classLoader());
      assertTrue(cells.shell.variables().isEmpty());
      assertTrue(cells.shell.declarations().isEmpty());
      assertFalse(cells.problems("x").isEmpty());
      assertEquals("hello", cells.value("added.Greeter.greet()"));
      assertEquals(List.of(1), cells.value("List.of(1)"));
    }
  }

  @Test
  void aCellMayReset() {
    try (var cells = new Cells()) {
      cells.shell.define("shell", "org.skep.notebook.shell.JavaShell", cells.shell);
      assertEquals(7, cells.value("int old = 1;\nshell.reset();\nint fresh = 7;\nfresh"));
      assertFalse(cells.problems("old").isEmpty());
    }
  }

  @Test
  void addedClassesAreCompiledAgainstRunAndFound(@TempDir Path folder) throws Exception {
    Path classes = compile(folder);
    try (var cells = new Cells()) {
      assertFalse(cells.problems("added.Greeter.greet()").isEmpty());
      cells.shell.addToClassPath(classes);
      assertEquals("hello", cells.value("import added.*;\nGreeter.greet()"));
      assertEquals("Greeter", cells.shell.classLoader().loadClass("added.Greeter").getSimpleName());
      assertThrows(
          IllegalArgumentException.class, () -> cells.shell.addToClassPath(folder.resolve("none")));
    }
  }

  private static Path compile(Path folder) throws Exception {
    Path source = folder.resolve("Greeter.java");
    Files.writeString(
        source,
        """
        package added;
        public class Greeter {
          /** A word of welcome. */
          public static String greet() { return "hello"; }
        }
        """);
    Path classes = Files.createDirectory(folder.resolve("classes"));
    int exit =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", classes.toString(), source.toString());
    assertEquals(0, exit);
    return classes;
  }

  @Test
  void warmingUpLeavesNoTrace() {
    try (var cells = new Cells()) {
      cells.shell.warmUp();
      assertTrue(cells.shell.variables().isEmpty());
      assertTrue(cells.shell.declarations().isEmpty());
      assertEquals(2, cells.value("1 + 1"));
      assertFalse(cells.problems("warm$(1)").isEmpty());
    }
  }

  @Test
  void startUpDeclarationsAreThereAndMistakesInThemAreTold() {
    try (var shell =
        new JavaShell(
            List.of("import static java.lang.Math.*;", "int half(int n) { return n / 2; }"))) {
      var value = assertInstanceOf(Evaluation.Value.class, shell.evaluate("half(max(4, 2))", 1));
      assertEquals(2, value.value());
      assertTrue(shell.declarations().isEmpty());
    }
    assertThrows(
        IllegalArgumentException.class, () -> new JavaShell(List.of("import no.such.pack.*;")));
  }

  @Test
  void importsLeaveTheValuesOfVariables() {
    try (var cells = new Cells()) {
      cells.ok("Object kept = new StringBuilder(\"kept\");");
      cells.ok("import java.net.*;\nimport java.nio.ByteBuffer;\nint n = 0;");
      cells.ok("// of files\nimport java.nio.file.*;\nPath path = Path.of(\".\");");
      cells.ok("import java\n    .nio.channels.*; // and channels\nChannel channel = null;");
      cells.ok("/* of\n * text */ import java.text.*;");
      assertEquals("kept", cells.value("kept.toString()"));
    }
  }
}
