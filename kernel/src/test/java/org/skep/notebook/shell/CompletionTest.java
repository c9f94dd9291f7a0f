package org.skep.notebook.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Completion and inspection; {@code |} is the cursor, and {@code ¶} the end of a line. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CompletionTest {
  private static final Cells CELLS = new Cells();

  @BeforeAll
  static void declare() {
    CELLS.ok(
        "int number = 4; List<String> names = new ArrayList<>(List.of(\"a\")); int twice(int x) {"
            + " return 2 * x; }");
  }

  @AfterAll
  static void close() {
    CELLS.close();
  }

  private static JavaCompletions complete(String marked) {
    int cursor = marked.indexOf('|');
    return CELLS.shell.complete(marked.replace("|", ""), cursor);
  }

  private static List<String> texts(String marked) {
    return complete(marked).items().stream().map(JavaCompletions.Item::text).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "names.ad| ~ add(",
        "names.siz| ~ size()",
        "num| ~ number",
        "numb|er + 1 ~ number",
        "twi| ~ twice(",
        "Math.ma| ~ max(",
        "new ArrayLi| ~ ArrayList(",
        "\"\uD83D\uDE00\".le| ~ length()",
        "import java.ut| ~ util",
        "import java.util.conc| ~ concurrent",
        "import java.util.Arr| ~ ArrayList",
        "var q = new StringBuilder(); q.app| ~ append(",
        "// a comment¶var list = new ArrayList<Integer>(); lis| ~ list",
        "import java.time.*;¶LocalDate.no| ~ now(",
        "import java.nio.file.Path;¶Path.o| ~ of(",
        "import java.time.*;¶var d = LocalDate.now();¶d.getY| ~ getYear()",
        "record Point(int east, int north) {}¶var p = new Point(1, 2);¶p.ea| ~ east",
        "int half(int n) { return n / 2; }¶hal| ~ half(",
        "int half(int n) { return n / 2; }¶int quarter(int whole) {¶  return half(who| ~ whole",
        "<T> void each(Map<String, T> all, int... more) {¶  mor| ~ more",
        "class A { int width; int area() { return this.wi| ~ width",
        "for (int step = 0; ste| ~ step",
        "int outer(int n) { int local = 1; loc| ~ local",
        "Runnable r = () -> { String inner = \"{\"; inn| ~ inner",
        "Runnable r = () -> { String inner = \"\"; inner.isEm| ~ isEmpty()",
      })
  void completes(String code, String expected) {
    List<String> texts = texts(code.replace('¶', '\n'));
    assertTrue(texts.contains(expected), () -> code + " => " + texts);
  }

  @Test
  void placesAreThoseOfTheCell() {
    var found = complete("int a = 1;\nint b = 2; names.ad|");
    assertEquals("int a = 1;\nint b = 2; names.".length(), found.start());
    assertEquals(found.start() + 2, found.end());
  }

  @Test
  void thereAreNoDoubles() {
    var texts = texts("Math.ma|");
    assertEquals(texts.stream().distinct().toList(), texts);
    assertFalse(texts("|").stream().anyMatch(t -> t.contains("$")));
  }

  @Test
  void kindsAndSignaturesAreTold() {
    assertEquals(
        List.of(new JavaCompletions.Item("twice(", "function", "int twice(int x)")),
        complete("twi|").items());
    assertEquals("instance", complete("numbe|").items().getFirst().kind());
    assertEquals("class", complete("StringBuil|").items().getFirst().kind());
  }

  @Test
  void nonsenseHasNone() {
    var _ = complete(") ) (|");
    assertEquals(List.of(), complete("nowhere.at|").items());
    assertEquals(JavaCompletions.none(3), complete("zzz|"));
  }

  @Test
  void completesAndInspectsWhileACellRuns() throws InterruptedException {
    var go = new CountDownLatch(1);
    CELLS.shell.define("go", "java.util.concurrent.CountDownLatch", go);
    var found = new AtomicReference<List<String>>(List.of());
    var isInspected = new AtomicReference<>(false);
    var asker =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    assertTrue(go.await(30, TimeUnit.SECONDS));
                    found.set(texts("names.ad|"));
                    isInspected.set(inspect("names|").isPresent());
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  } finally {
                    CELLS.shell.interrupt();
                  }
                });
    CELLS.run("{ go.countDown(); while (true) { } }");
    asker.join();
    assertTrue(found.get().contains("add("), found.get().toString());
    assertTrue(isInspected.get());
  }

  private static Optional<Inspection> inspect(String marked) {
    int cursor = marked.indexOf('|');
    return CELLS.shell.inspect(marked.replace("|", ""), cursor);
  }

  @Test
  void inspectionShowsSignatureAndDocumentation() {
    for (String code :
        List.of("Math.max|", "Math.m|ax(1, 2)", "Math.max(1, |", "int i = 0; Math.max|")) {
      var entry = inspect(code).orElseThrow().entries().getFirst();
      assertEquals("int Math.max(int a, int b)", entry.signature());
      assertTrue(entry.documentation().contains("Returns the greater of two"), code);
    }
    assertTrue(
        inspect("Str|ing")
            .orElseThrow()
            .entries()
            .getFirst()
            .documentation()
            .contains("character"));
  }

  @Test
  void inspectionOfAVariableShowsTypeAndValue() {
    var number = inspect("number|").orElseThrow();
    assertEquals("int number", number.entries().getFirst().signature());
    assertEquals("4", number.value().orElseThrow());
    assertEquals("ArrayList of 1 elements", inspect("names|").orElseThrow().value().orElseThrow());
  }

  @Test
  void inspectionOfTheUnknownIsEmpty() {
    assertTrue(inspect("nothing|").isEmpty());
    assertTrue(inspect("|").isEmpty());
    assertTrue(inspect("1 + 2|").isEmpty());
  }

  @Test
  void callsWithinCallsAreCompletedAsDeepAsPeopleWrite() {
    assertEquals(List.of("abs(", "absExact("), texts("f(".repeat(4) + "Math.ab|"));
    assertEquals(List.of("abs(", "absExact("), texts("f(" + "(1)".repeat(50) + ", Math.ab|"));
  }

  /** Each of them would take minutes, or more than the age of the world. */
  @ParameterizedTest
  @ValueSource(strings = {"f(", "f(1, ", "a.f(", "a.", "((", "x -> f(", "f(\"(\" + "})
  void whatMayTakeTooLongIsNotBegun(String part) {
    String code = part.repeat(1_000);
    assertTimeout(
        Duration.ofSeconds(10),
        () -> {
          assertEquals(
              JavaCompletions.none(code.length()), CELLS.shell.complete(code, code.length()));
          assertEquals(Optional.empty(), CELLS.shell.inspect(code, code.length()));
        });
  }

  @Test
  void aCellOfManyStatementsIsLeftAloneAfterASecond() {
    String code = "int a = 1;\n".repeat(100_000) + "a.";
    assertTimeout(
        Duration.ofSeconds(10),
        () ->
            assertEquals(
                JavaCompletions.none(code.length()), CELLS.shell.complete(code, code.length())));
  }
}
