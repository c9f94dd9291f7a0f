package org.skep.notebook.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.notebook.shell.SourceCompleteness.Status;

/** Whether a text could be run. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SourceCompletenessTest {
  private static final Cells CELLS = new Cells();

  @AfterAll
  static void close() {
    CELLS.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1 + 1",
        "int x = 3",
        "// comment",
        "/* comment */",
        "import java.util.*;",
        "notThere(3); int y = norThis;",
        "class A { B b; }",
        "if (true) { }",
        "for (int i = 0; i < 3; i++)\n  System.out.println(i);\n",
        "String s = \"\"\"\n  a\n  \"\"\";"
      })
  void complete(String code) {
    assertEquals(Status.COMPLETE, CELLS.shell.isComplete(code).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int f(int x) {",
        "1 +",
        "foo(",
        "/* open",
        "int x = 1; /* open",
        "String s = \"\"\"\n  a",
        "class A { int f() {",
        "for (int i = 0; i < 3; i++)",
        "new int[] {",
        "List<",
        "import",
        "int x = 1;\nif (x > 0) {"
      })
  void incomplete(String code) {
    assertEquals(Status.INCOMPLETE, CELLS.shell.isComplete(code).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ")",
        "}",
        "int int = 3;",
        "int x = 3; )",
        "1 2",
        "\"abc",
        "else { }",
        "int 3x = 4;",
        "class { }",
        "#",
        "a b c d",
        "while (true) { foo bar baz }"
      })
  void invalid(String code) {
    assertEquals(Status.INVALID, CELLS.shell.isComplete(code).status());
  }

  @Test
  void theNextLineIsIndented() {
    assertEquals("    ", CELLS.shell.isComplete("int f(int x) {").indent());
    assertEquals("        ", CELLS.shell.isComplete("class A {\n    int f() {").indent());
    assertEquals("    ", CELLS.shell.isComplete("class A {\n    int f() { return 1; }").indent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"int a = 1;\n", "List<", "x -> "})
  void unknownWhereItWouldTakeLong(String part) {
    assertTimeout(
        Duration.ofSeconds(10),
        () -> assertEquals(Status.UNKNOWN, CELLS.shell.isComplete(part.repeat(100_000)).status()));
  }
}
