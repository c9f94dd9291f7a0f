package org.skep.notebook.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is declared again, also where javac itself crashes on it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RedeclareTest {
  private static final String INNER = "class O { class I { int v() { return 1; } } }\n";
  private static final String NESTED = "class O { static class I { int v() { return 2; } } }";

  /** What is printed meanwhile. */
  private static String printed(Runnable cells) {
    PrintStream before = System.err;
    var bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      cells.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** javac compiles the new class together with what was made for the old one, and throws. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "var i = new O().new I(); ~ variable 'i' is gone ~ new O.I().v() ~ 2",
        "O.I[] all = { new O().new I() }; ~ variable 'all' is gone ~ new O.I().v() ~ 2",
        "var all = List.of(new O().new I()); ~ variable 'all' is gone ~ new O.I().v() ~ 2",
        "class Has { O.I i; int at() { return 40; } } ~ ~ new Has().at() + new O.I().v() ~ 42",
        "class Has { O.I i; } var h = new Has(); ~ variable 'h' is ~ new O.I().v() ~ 2",
        "class Is extends O.I { Is(O o) { o.super(); } } ~ type 'Is' is gone ~ new O.I().v() ~ 2",
        "int of(O.I i) { return i.v(); } ~ ~ of(new O.I()) ~ 2",
        "Supplier<Object> s = () -> new O().new I(); ~ ~ new O.I().v() ~ 2",
      })
  void aClassOnWhichJavacCrashesIsDeclaredAnew(
      String user, String note, String expression, int value) {
    String printed =
        printed(
            () -> {
              try (var cells = new Cells()) {
                cells.ok(INNER + user);
                cells.ok(NESTED);
                assertEquals(value, cells.value(expression));
                assertEquals(value, cells.value(expression), "once more");
              }
            });
    assertTrue(note == null || printed.contains(note), printed);
    assertTrue(printed.lines().allMatch(l -> l.startsWith("note: ")), printed);
  }

  @Test
  void aCrashThatStaysIsAnErrorAndTheOldClassIsKept() {
    var threads = new UserThreads();
    var session =
        new ShellSession(
            new CompilerLock(), new Interrupts(threads), threads, List.of(), List.of());
    try (session) {
      session.shell.eval("class Old { int v() { return 1; } }");
      session.shell.eval("int use() { return new Old().v(); }");
      var piece = new Piece(0, "class Old { int v() { return 2; } }", Completeness.COMPLETE);
      var crash = new CompilerCrash(session, new LostDeclarations());
      assertTrue(crash.makeWay(piece), "'use' is put away");
      session.shell.eval(piece.source());
      assertEquals(
          "javac "
              + Runtime.version().feature()
              + " crashed on this, which is a fault of javac: java.lang.NullPointerException; 'Old'"
              + " stays as it was (use another name, or %reset)",
          crash.giveUp(piece, "java.lang.NullPointerException"));
      session.shell.eval("int got = use();");
      var got = Objects.requireNonNull(session.engine.takeOutcome());
      assertEquals(1, got.value());
    }
  }

  @Test
  void theCrashIsFoundInWhatJavacPrints() {
    String printed =
        """
        An exception has occurred in the compiler (25.0.3). Please file a bug.
        java.lang.NullPointerException: no "sym"
        \tat jdk.compiler/com.sun.tools.javac.comp.Lower.visitClassDef(Lower.java:2240)
        \tat java.base/java.lang.Thread.run(Thread.java:1474)
        """;
    assertEquals(
        Optional.of("java.lang.NullPointerException: no \"sym\""), CompilerErrors.crash(printed));
    assertEquals(Optional.empty(), CompilerErrors.crash("warning: [options] bootstrap\n"));
  }

  /** What cells print is theirs, whatever it looks like. */
  @Test
  void whatACellPrintsIsNeitherKeptNorTakenForACrash() {
    try (var cells = new Cells()) {
      String stack = "java.lang.Error\\n\\tat jdk.compiler/com.sun.tools.X.y(X.java:1)\\n";
      assertEquals(
          "x1",
          printed(() -> cells.ok("System.err.print(\"x\"); int n = 1; System.err.print(n);")));
      assertTrue(printed(() -> cells.ok("System.err.print(\"" + stack + "\");")).contains("X.y"));
      assertEquals(1, cells.value("n"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "record A(int v) {} ~ use(new A(5)) ~ 5",
        "enum A { X, Y; int v() { return ordinal() + 10; } } ~ use(A.Y) ~ 11",
        "interface A { int v(); } ~ use(() -> 77) ~ 77",
        "class A { int v() { return 3; } /* other */ } ~ use(new A()) ~ 3",
        "class A<T> { int v() { return 4; } } ~ use(new A<String>()) ~ 4",
        "abstract class A { abstract int v(); } ~ use(new A() { int v() { return 6; } }) ~ 6",
        "sealed interface A { int v(); record B(int v) implements A {} } ~ use(new A.B(8)) ~ 8",
      })
  void anotherKindOfTypeTakesThePlaceOfAClass(String type, String expression, int value) {
    try (var cells = new Cells()) {
      cells.ok("class A { int v() { return 1; } } A a = new A(); int use(A x) { return x.v(); }");
      cells.ok(type);
      assertEquals(value, cells.value(expression));
    }
  }

  /** A comment makes no other class: the variables of the type keep their values. */
  @Test
  void aTypeWithAnotherCommentAloneCostsNoVariable() {
    try (var cells = new Cells()) {
      cells.ok("class A { int v() { return 1; } } A a = new A();");
      String printed = printed(() -> cells.ok("class A { /* more */ int v() { return 1; } }"));
      assertEquals(1, cells.value("a.v()"), printed);
      assertEquals("", printed);
    }
  }

  /** What the notes say is what the next cell meets. */
  @Test
  void whatDoesNotFitANewDeclarationIsNamedWithItsReason() {
    try (var cells = new Cells()) {
      cells.ok(
          "abstract class Ab { abstract int q(); } class Im extends Ab { int q() { return 1; } }");
      cells.ok("var im = new Im(); Ab[] all = {}; int use() { return new Im().q(); }");
      String printed =
          printed(() -> cells.ok("abstract class Ab { abstract int q(); abstract int r(); }"));
      assertEquals(
          List.of(
              "note: 'Im' cannot be used: it does not fit what was declared since: Im is not"
                  + " abstract and does not override abstract method r() in Ab",
              "note: 'use' cannot be used: it uses what is not declared: class Im",
              "note: variable 'all' is empty again, as its type was declared again",
              "note: variable 'im' is gone, as its type was declared again"),
          printed.lines().sorted().toList());
      assertNull(cells.value("all"));
      assertInstanceOf(Evaluation.CompileFailure.class, cells.run("im"));
      printed =
          printed(
              () ->
                  cells.ok("class Im extends Ab { int q() { return 2; } int r() { return 3; } }"));
      assertEquals("", printed);
      assertEquals(2, cells.value("use()"));
      printed =
          printed(
              () ->
                  cells.ok(
                      "abstract class Ab { int q() { return 7; } abstract int s(); } class Im extends Ab { int s() { return 4; } }"));
      assertFalse(printed.contains("cannot be used"), printed);
      assertEquals(7, cells.value("use()"));
    }
  }
}
