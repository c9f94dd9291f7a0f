package org.skep.notebook.shell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cells yield, and what they may declare. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EvaluateTest {
  private static final Cells CELLS = new Cells();

  @AfterAll
  static void close() {
    CELLS.close();
  }

  @Test
  void theLastExpressionIsTheValue() {
    var value =
        assertInstanceOf(
            Evaluation.Value.class, CELLS.run("int first = 20;\nfirst + 1;\n first + 22"));
    assertEquals(42, value.value());
    assertEquals("int", value.typeName());
  }

  @Test
  void aSemicolonDoesNotHideTheValue() {
    assertEquals(3, CELLS.value("1 + 2;"));
    assertEquals(3, CELLS.value("1 + 2;;\n;"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  \n ",
        "// a comment",
        "/* another */",
        "int plain = 1;",
        "var inferred = 1",
        "int plain2; plain2 = 3",
        "for (int i = 0; i < 3; i++) {}",
        "System.nanoTime(); class Last {}",
        "void last() {}",
        "import java.time.*;",
        "new java.util.concurrent.CountDownLatch(1).countDown()"
      })
  void otherEndsYieldNothing(String code) {
    assertInstanceOf(Evaluation.Nothing.class, CELLS.run(code));
  }

  @Test
  void theValueIsTheObjectItself() {
    CELLS.ok("var list = new ArrayList<>(List.of(1, 2)); int[] array = {1, 2};");
    assertSame(CELLS.shell.variable("list").orElseThrow(), CELLS.value("list"));
    assertArrayEquals(new int[] {1, 2}, (int[]) CELLS.value("array"));
  }

  @Test
  void nullIsAValue() {
    var value = assertInstanceOf(Evaluation.Value.class, CELLS.run("String none = null; none"));
    assertNull(value.value());
    assertEquals("String", value.typeName());
    assertNull(CELLS.value("null"));
  }

  @Test
  void typesAreSpelledAsInCells() {
    assertEquals("List<Map<String,Integer>>", type("List.of(Map.of(\"a\", 1))"));
    assertEquals(
        "Map.Entry<String,Callable<BigDecimal[]>>",
        type("Map.entry(\"\", (Callable<BigDecimal[]>) () -> null)"));
    assertEquals(
        "java.util.concurrent.atomic.AtomicLong",
        type("new java.util.concurrent.atomic.AtomicLong()"));
    assertEquals("Spelled", type("record Spelled(int a) {}\nnew Spelled(1)"));
  }

  private static String type(String code) {
    return assertInstanceOf(Evaluation.Value.class, CELLS.run(code)).typeName();
  }

  @Test
  void classesOfACellMayReferToEachOther() {
    assertEquals(
        4,
        CELLS.value(
            """
            class Egg { Hen hen; int count() { return new Hen().legs() * 2; } }
            class Hen { Egg egg; int legs() { return 2; } }
            new Egg().count()"""));
  }

  @Test
  void methodsOfACellMayCallEachOther() {
    assertEquals(
        true,
        CELLS.value(
            """
            boolean even(int n) { return n == 0 || odd(n - 1); }
            boolean odd(int n) { return n != 0 && even(n - 1); }
            even(10)"""));
  }

  @Test
  void laterDeclarationsAreThereForEarlierStatements() {
    assertEquals(
        7,
        CELLS.value(
            """
            int seven = later(3);
            int early() { return evenLater(); }
            early();
            int later(int n) { return n + evenLater(); }
            int evenLater() { return 4; }
            seven"""));
  }

  /** The imports of the start are one snippet for JShell, which no cell must take away. */
  @Test
  void anImportThatIsThereMayBeSaidAgain() {
    try (var fresh = new JavaShell(JavaShell.DEFAULT_IMPORTS)) {
      JavaShell.DEFAULT_IMPORTS.forEach(again -> fresh.evaluate(again, 1));
      var stream =
          fresh.evaluate("Stream.of(new ArrayList<URI>(), Pattern.compile(\"\")).count()", 2);
      assertEquals(2L, assertInstanceOf(Evaluation.Value.class, stream).value());
      assertInstanceOf(Evaluation.CompileFailure.class, fresh.evaluate("import no.such.*;", 3));
      fresh.evaluate("import java.time.*;", 4);
      assertInstanceOf(
          Evaluation.Value.class, fresh.evaluate("List.of(Duration.ZERO, BigDecimal.ONE)", 5));
    }
  }

  @Test
  void sealedTypesAndRecordsSpanSnippets() {
    assertEquals(
        "3!",
        CELLS.value(
            """
            sealed interface Shape permits Disc, Box {}
            record Disc(int radius) implements Shape {}
            record Box(String name) implements Shape {}
            String show(Shape s) {
              return switch (s) { case Disc(int r) -> r + "!"; case Box b -> b.name(); };
            }
            show(new Disc(3))"""));
    assertEquals("Disc[radius=5]", String.valueOf(CELLS.value("new Disc(5)")));
  }

  @Test
  void aNewDeclarationReplacesTheOldOne() {
    CELLS.ok("int replaced() { return 1; }\nint user() { return replaced(); }");
    CELLS.ok("int replaced() { return 2; }");
    assertEquals(2, CELLS.value("user()"));
    CELLS.ok("int x = 1;");
    CELLS.ok("String x = \"now a text\";");
    assertEquals("now a text", CELLS.value("x"));
    CELLS.ok("class Again { int one() { return 1; } }");
    CELLS.ok("class Again { int two() { return 2; } }");
    assertEquals(2, CELLS.value("new Again().two()"));
  }

  @Test
  void sealedTypesCanBeDeclaredAnew() {
    String shapes =
        """
        sealed interface Form permits Ring, Cube {}
        record Ring(int radius) implements Form {}
        record Cube(int edge) implements Form {}
        int size(Form f) { return switch (f) { case Ring r -> 1; case Cube c -> 2; }; }
        size(new Cube(1))""";
    assertEquals(2, CELLS.value(shapes));
    assertEquals(2, CELLS.value(shapes));
    assertEquals(3, CELLS.value(shapes.replace("-> 2", "-> 3")));
    assertEquals(
        4,
        CELLS.value(
            """
            sealed interface Form permits Ring, Cube, Cone {}
            record Cone(int angle) implements Form {}
            record Ring(int radius) implements Form {}
            record Cube(int edge, int more) implements Form {}
            int size(Form f) {
              return switch (f) { case Ring r -> 1; case Cube c -> 2; case Cone c -> 4; };
            }
            size(new Cone(90))"""));
  }

  @Test
  void nestedSubtypesCanBeAddedToASealedType() {
    String one = "sealed interface Term { record Num(int v) implements Term {} }";
    CELLS.ok(one + "\nint value(Term t) { return switch (t) { case Term.Num(var v) -> v; }; }");
    assertEquals(
        -3,
        CELLS.value(
            one.replace(" }", " record Neg(Term t) implements Term {} }")
                + """

                int value(Term t) {
                  return switch (t) { case Term.Num(var v) -> v; case Term.Neg(var n) -> -value(n); };
                }
                value(new Term.Neg(new Term.Num(3)))"""));
  }

  @Test
  void aSealedTypeNeedNotNameTheSubtypesOfItsCell() {
    assertEquals(
        "1 2",
        CELLS.value(
            """
            /** No permits. */
            sealed interface Pet {
            }
            record Cat(int n) implements Pet {}
            // class Dog extends Pet is to come
            final class Fox implements Pet {}
            String pet(Pet p) { return switch (p) { case Cat c -> "1"; case Fox f -> "2"; }; }
            pet(new Cat(1)) + " " + pet(new Fox())"""));
  }

  @Test
  void recordsMayHaveConstructorsWithoutAModifier() {
    CELLS.ok(
        """
        record Range(int from, int to) {
          Range {
            if (from > to) {
              throw new IllegalArgumentException("the wrong way round");
            }
          }
          Range(int to) { this(0, to); }
        }
        record Text(String text) { Text(String text) { this.text = text.strip(); } }""");
    assertEquals("Range[from=0, to=5]", String.valueOf(CELLS.value("new Range(5)")));
    assertEquals("Text[text=a]", String.valueOf(CELLS.value("new Text(\" a \")")));
    int declared = CELLS.count() - 2;
    var traceback = String.join("\n", CELLS.thrown("new Range(2, 1)").traceback());
    assertTrue(traceback.contains("Cell In[" + declared + "], line 4"), traceback);
  }

  @Test
  void whatIsChangedTogetherMayStandInAnyOrder() {
    CELLS.ok("int inner() { return 1; }\nint outer() { return inner(); }");
    CELLS.ok("class Part { }\nclass Whole { Part part = new Part(); }");
    assertEquals(
        8,
        CELLS.value(
            """
            int outer() { return inner(7); }
            class Whole { Part part = new Part(1); }
            int inner(int n) { return n + new Whole().part.n; }
            class Part { int n; Part(int n) { this.n = n; } }
            outer()"""));
  }

  @Test
  void aMethodThatNoLongerFitsSaysWhy() {
    CELLS.ok("int used() { return 1; }\nint using() { return used(); }");
    CELLS.ok("String used() { return null; }");
    var thrown = CELLS.thrown("using()");
    assertTrue(thrown.traceback().getFirst().contains("incompatible types"), thrown::toString);
  }

  @Test
  void genericsLambdasAndAnonymousClassesWork() {
    assertEquals(List.of(2, 4), CELLS.value("Stream.of(1, 2).map(n -> n * 2).toList()"));
    assertEquals(3, CELLS.value("var odd = new Object() { int three = 3; };\nodd.three"));
    assertEquals(
        "b",
        CELLS.value(
            """
            <T extends Comparable<T>> T most(List<T> all) { return Collections.max(all); }
            most(List.of("a", "b"))"""));
    CELLS.ok("interface Animal { String name(); }");
    CELLS.ok("class Cat implements Animal { public String name() { return \"cat\"; } }");
    CELLS.ok("class Dog implements Animal { public String name() { return \"dog\"; } }");
    assertEquals("dog", CELLS.value("(System.nanoTime() == 0 ? new Cat() : new Dog()).name()"));
    assertEquals(
        "cat",
        CELLS.value(
            """
            Animal pick(int n) {
              var found = n > 0 ? new Cat() : new Dog();
              while (n-- > 0) { found = found == null ? new Dog() : found; }
              return found;
            }
            pick(3).name()"""));
  }

  @Test
  void cellsShareOneThreadAndItsLocals() {
    CELLS.ok("ThreadLocal<String> local = new ThreadLocal<>(); local.set(\"kept\");");
    assertEquals("kept", CELLS.value("local.get()"));
    assertSame(Thread.currentThread(), CELLS.value("Thread.currentThread()"));
  }

  @Test
  void theContextClassLoaderSeesClassesOfCells() {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    CELLS.ok("class Seen {}");
    assertEquals(
        true,
        CELLS.value(
            "Class.forName(Seen.class.getName(), true,"
                + " Thread.currentThread().getContextClassLoader()) == Seen.class"));
    assertSame(before, Thread.currentThread().getContextClassLoader());
    assertSame(
        CELLS.shell.classLoader(), CELLS.value("Thread.currentThread().getContextClassLoader()"));
  }

  @Test
  void aCellMayEvaluateMoreOfItsOwn() {
    CELLS.shell.define("shell", "org.skep.notebook.shell.JavaShell", CELLS.shell);
    CELLS.ok("int inner = 5;");
    assertEquals(
        6,
        CELLS.value(
            "var nested = (org.skep.notebook.shell.Evaluation.Value) shell.evaluate(\"inner + 1\","
                + " 99);\nnested.value()"));
  }

  @Test
  void hugeMethodsRunWithoutStopChecks() {
    var body = new StringBuilder("int huge(int n) { int s = 0;\n");
    body.append("s += n * 31 + (s ^ 7);\n".repeat(4500));
    assertEquals(0, CELLS.value(body + "return s - s; }\nhuge(1)"));
  }
}
