package org.skep.notebook.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exceptions are shown with the places of cells, and without the machinery. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TracebackTest {
  private static final Cells CELLS = new Cells();

  @AfterAll
  static void close() {
    CELLS.close();
  }

  @Test
  void framesNameCellsAndShowTheirSource() {
    CELLS.ok(
        "int calm = 1;\nvoid boom(int n) {\n  if (n == 0) throw new IllegalStateException(\"boo\");\n  boom(n - 1);\n}");
    int declared = CELLS.count();
    var thrown = CELLS.thrown("\nint before = 2;\nboom(1);\n");
    assertInstanceOf(IllegalStateException.class, thrown.error());
    assertEquals(
        List.of(
            "java.lang.IllegalStateException: boo",
            "    at boom (Cell In[" + declared + "], line 3)",
            "        if (n == 0) throw new IllegalStateException(\"boo\");",
            "    at boom (Cell In[" + declared + "], line 4)",
            "        boom(n - 1);",
            "    at Cell In[" + CELLS.count() + "], line 3",
            "        boom(1);"),
        thrown.traceback());
  }

  @Test
  void causesAndSuppressedExceptionsAreKept() {
    var thrown =
        CELLS.thrown(
            """
            var outer = new RuntimeException("outer", new IOException("inner"));
            outer.addSuppressed(new IllegalArgumentException("aside"));
            throw outer;""");
    var text = String.join("\n", thrown.traceback());
    assertTrue(text.startsWith("java.lang.RuntimeException: outer\n"), text);
    assertTrue(text.contains("Caused by: java.io.IOException: inner"), text);
    assertTrue(text.contains("    Suppressed: java.lang.IllegalArgumentException: aside"), text);
  }

  @Test
  void ownExceptionsAndClassesAreSpelledAsDeclared() {
    var thrown =
        CELLS.thrown(
            """
            class Custom extends Exception { Custom(String m) { super(m); } }
            class Thrower {
              void go() throws Custom {
                throw new Custom("mine");
              }
            }
            new Thrower().go()""");
    assertEquals("Custom: mine", thrown.traceback().getFirst());
    assertEquals(
        "    at Thrower.go (Cell In[" + CELLS.count() + "], line 4)", thrown.traceback().get(1));
  }

  @Test
  void initializersOfInferredVariablesAreOneFrame() {
    var thrown = CELLS.thrown("var number = Integer.valueOf(1 / (1 - 1));");
    assertEquals(
        List.of(
            "java.lang.ArithmeticException: / by zero",
            "    at Cell In[" + CELLS.count() + "], line 1",
            "        var number = Integer.valueOf(1 / (1 - 1));"),
        thrown.traceback());
  }

  @Test
  void lambdasAreNamedSo() {
    CELLS.ok("Runnable action = () -> {\n  Integer.parseInt(\"x\");\n};");
    int declared = CELLS.count();
    var text =
        String.join("\n", CELLS.thrown("List.of(1).forEach(i -> action.run());").traceback());
    assertTrue(text.contains("at lambda (Cell In[" + declared + "], line 2)"), text);
    assertTrue(text.contains("ImmutableCollections"), text);
    assertTrue(!text.contains("REPL") && !text.contains("reflect") && !text.contains("skep"), text);
  }

  @Test
  void overloadsFromSeveralCellsKeepTheirPlaces() {
    CELLS.ok("int over(int n) { return n / 0; }");
    int first = CELLS.count();
    CELLS.ok("int over(String s) {\n  return s.length() / 0; }");
    int second = CELLS.count();
    assertEquals(
        "    at over (Cell In[" + first + "], line 1)", CELLS.thrown("over(1)").traceback().get(1));
    assertEquals(
        "    at over (Cell In[" + second + "], line 2)",
        CELLS.thrown("over(\"\")").traceback().get(1));
  }

  @Test
  void deepStacksAreBounded() {
    var same = CELLS.thrown("int deep(int n) { return deep(n + 1) + 1; }\ndeep(0)");
    assertInstanceOf(StackOverflowError.class, same.error());
    assertTrue(same.traceback().size() < 10, same.traceback().toString());
    var two =
        CELLS.thrown(
            "int ping(int n) { return pong(n + 1) + 1; }\nint pong(int n) { return ping(n + 1) + 1; }\nping(0)");
    assertTrue(two.traceback().size() < 60, () -> "lines: " + two.traceback().size());
    assertTrue(two.traceback().stream().anyMatch(line -> line.contains("more frames")));
    assertEquals(2, CELLS.value("1 + 1"));
  }

  @Test
  void errorsAreSurvived() {
    CELLS.ok("class Broken { static int value = 1 / 0; }");
    var first = CELLS.thrown("Broken.value");
    assertInstanceOf(ExceptionInInitializerError.class, first.error());
    assertTrue(String.join("\n", first.traceback()).contains("at static Broken (Cell In["));
    assertEquals(
        "java.lang.NoClassDefFoundError: Could not initialize class Broken",
        CELLS.thrown("Broken.value").traceback().getFirst());
    assertInstanceOf(
        OutOfMemoryError.class, CELLS.thrown("new byte[Integer.MAX_VALUE].length").error());
    assertInstanceOf(
        UnsatisfiedLinkError.class, CELLS.thrown("System.load(\"/no/such.so\")").error());
    assertEquals(2, CELLS.value("1 + 1"));
  }

  @Test
  void aMessageThatThrowsIsNoObstacle() {
    var thrown =
        CELLS.thrown(
            "throw new RuntimeException() { public String getMessage() { throw new"
                + " IllegalStateException(); } };");
    assertTrue(
        thrown.traceback().getFirst().contains("its message threw"), thrown.traceback().getFirst());
  }

  @Test
  void circularCausesEnd() {
    var thrown =
        CELLS.thrown(
            "var a = new Exception(\"a\"); var b = new Exception(\"b\", a); a.initCause(b); throw a;");
    assertTrue(String.join("\n", thrown.traceback()).contains("(circular)"));
  }

  @Test
  void exitIsRefused() {
    for (String code :
        List.of(
            "System.exit(3)", "Runtime.getRuntime().exit(3);", "Runtime.getRuntime().halt(3);")) {
      var thrown = CELLS.thrown(code);
      assertTrue(
          String.valueOf(thrown.error().getMessage()).startsWith("exit(3): a cell cannot end"),
          code);
      assertEquals("    at Cell In[" + CELLS.count() + "], line 1", thrown.traceback().get(1));
    }
  }
}
