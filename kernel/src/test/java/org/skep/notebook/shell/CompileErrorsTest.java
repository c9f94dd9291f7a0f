package org.skep.notebook.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compile errors are shown all, at their place in the cell. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CompileErrorsTest {
  private static final Cells CELLS = new Cells();

  @AfterAll
  static void close() {
    CELLS.close();
  }

  @Test
  void placeIsThatOfTheCellNotOfTheSnippet() {
    var problems =
        CELLS.problems(
            """
            int fine = 1;

            int alsoFine = 2; String bad = fine;
            """);
    assertEquals(1, problems.size());
    Problem problem = problems.getFirst();
    assertEquals(3, problem.line());
    assertEquals("int alsoFine = 2; String bad = fine;", problem.sourceLine());
    assertEquals("fine", marked(problem));
    assertTrue(problem.message().startsWith("incompatible types: int cannot be converted to"));
  }

  private static String marked(Problem problem) {
    int from = problem.carets().indexOf('^');
    int to = problem.carets().lastIndexOf('^') + 1;
    return problem.sourceLine().substring(from, to);
  }

  @Test
  void allErrorsOfASnippetAreShown() {
    var problems =
        CELLS.problems(
            """
            void wrong() {
            \tint i = "a";
              String t = 4;
              undefined(i);
            }""");
    assertEquals(List.of(2, 3, 4), problems.stream().map(Problem::line).toList());
    assertEquals(
        List.of("\"a\"", "4", "undefined"), problems.stream().map(p -> marked(p)).toList());
    assertTrue(problems.get(2).message().contains("symbol:"), problems.get(2).message());
    assertTrue(problems.getFirst().carets().startsWith("\t"));
  }

  @Test
  void theErrorsBehindARejectedSnippetAreShownToo() {
    var problems =
        CELLS.problems(
            """
            int one = "text";
            String two = 5;
            void three() { int n = true; }
            if (4 > "four") { }""");
    assertEquals(List.of(1, 2, 3, 4), problems.stream().map(Problem::line).toList());
  }

  @Test
  void whatOnlyFollowsFromARejectionIsLeftOut() {
    CELLS.ok("int before = 1;");
    var problems =
        CELLS.problems(
            """
            String before = 1;
            before.length();
            neverDeclared.toString();
            int half = before.length() / 2;
            half.nothing();""");
    assertEquals(List.of(1, 3), problems.stream().map(Problem::line).toList());
    assertEquals(1, CELLS.value("before"));
  }

  @Test
  void aRejectedRedeclarationLeavesWhatItWasToReplace() {
    CELLS.ok("int kept = 4; int twice(int n) { return 2 * n; } record Box(int n) { }");
    CELLS.problems("int kept = nobodyKnows;");
    CELLS.problems("String kept = 5;");
    CELLS.problems("String twice(int n) { return n; }");
    CELLS.problems("record Box(int n) { String text() { return n; } }");
    assertEquals(8, CELLS.value("twice(new Box(kept).n())"));
    assertEquals(6, CELLS.value("int kept = later(); int later() { return 6; } kept"));
  }

  @Test
  void aSyntaxErrorLetsNothingRun() {
    CELLS.ok("int ran = 0;");
    var problems = CELLS.problems("ran = 1;\nint x = ;\n");
    assertEquals(2, problems.getFirst().line());
    assertEquals(0, CELLS.value("ran"));
  }

  @Test
  void whatIsNotClosedIsAnError() {
    assertEquals(
        "reached end of file while parsing",
        CELLS.problems("int f() {\n  return 1;\n").getFirst().message());
    assertFalse(CELLS.problems("1 + 1)").isEmpty());
    assertFalse(CELLS.problems("String s = \"abc").isEmpty());
    assertFalse(CELLS.problems("/* open").isEmpty());
  }

  @Test
  void aDeclarationThatStaysUnresolvedIsAnError() {
    var problems = CELLS.problems("int a1 = 1;\nint calls() {\n  return nobody(3);\n}\n");
    assertEquals(3, problems.getFirst().line());
    assertEquals("nobody", marked(problems.getFirst()));
    assertTrue(problems.getFirst().message().contains("nobody(int)"));
    // As in JShell, it comes to life with what it lacked.
    CELLS.ok("int nobody(int n) { return n; }");
    assertEquals(3, CELLS.value("calls()"));
  }

  @Test
  void callingWhatIsNotResolvedSaysWhatIsMissing() {
    var ignored = CELLS.problems("int half() { return other(); }");
    assertEquals(1, ignored.size());
    var thrown = CELLS.thrown("half()");
    assertTrue(
        thrown.traceback().getFirst().contains("'half' cannot run"), thrown.traceback().toString());
    assertTrue(thrown.traceback().getFirst().contains("other()"));
  }

  @Test
  void aClassThatExtendsNothingKnownIsAnError() {
    var problems = CELLS.problems("class Orphan extends NoParent { }");
    assertEquals("NoParent", marked(problems.getFirst()));
  }

  @Test
  void checkedExceptionsNeedNoTry() {
    assertEquals("checked", CELLS.thrown("throw new Exception(\"checked\");").error().getMessage());
  }

  @Test
  void theShellLivesOnAfterErrors() {
    for (int i = 0; i < 5; i++) {
      assertFalse(CELLS.problems("int bad" + i + " = nope;").isEmpty());
    }
    assertEquals(2, CELLS.value("1 + 1"));
  }

  @Test
  void descriptionHasPlaceMessageSourceAndCarets() {
    assertEquals(
        """
        Cell In[7], line 2: bad
            a b
              ^""",
        new Problem(2, 3, 1, "a b", "bad").describe(7));
  }

  @Test
  void unknownNamesOfLaterStatementsAreShownToo() {
    var problems = CELLS.problems("int known = 1; unknownA();\nunknownB(known);\nint c = known;");
    assertEquals(List.of(1, 2), problems.stream().map(Problem::line).toList());
    assertEquals(1, CELLS.problems("unknownC();\nimport java.time.*;\nDuration.ZERO").size());
  }

  @Test
  void placesBehindWordsThatWerePutInAreRight() {
    var problems = CELLS.problems("record Low(int n) { Low { n = \"a\"; } int m() { return z; } }");
    assertEquals(List.of("\"a\"", "z"), problems.stream().map(p -> marked(p)).toList());
  }
}
