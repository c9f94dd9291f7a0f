package org.skep.notebook.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Old values and classes go when nothing refers to them, and stay while something does. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CollectableTest {
  private static final Cells CELLS = new Cells();

  @AfterAll
  static void close() {
    CELLS.close();
  }

  private static void assertCollected(WeakReference<?> reference) throws InterruptedException {
    for (int i = 0; i < 50 && reference.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertNull(reference.get());
  }

  private static WeakReference<Object> variable(String name) {
    return new WeakReference<>(CELLS.shell.variable(name).orElseThrow());
  }

  @Test
  void theValueOfARedeclaredVariableGoes() throws InterruptedException {
    CELLS.ok("var big = new int[1000];\nint bigLength() { return big.length; }\nbigLength();");
    var old = variable("big");
    CELLS.ok("var big = new int[2000];\nint bigLength() { return big.length; }");
    assertEquals(2000, CELLS.value("bigLength()"));
    assertCollected(old);
  }

  @Test
  void theValueOfAnExpressionGoes() throws InterruptedException {
    var old = new WeakReference<>(CELLS.value("new StringBuilder(\"x\")"));
    assertCollected(old);
  }

  @Test
  void aRedeclaredClassGoesWithItsObjects() throws InterruptedException {
    CELLS.ok(
        "class Hive { static int[] all = new int[10]; }\nvar hive = new Hive(); Hive.all[0] = 1;");
    var old = new WeakReference<>(CELLS.shell.variable("hive").orElseThrow().getClass());
    CELLS.ok("class Hive { int other; }\nvar hive = new Hive();");
    assertCollected(old);
    assertEquals(0, CELLS.value("hive.other"));
  }

  @Test
  void theValuesOfAResetShellGo() throws InterruptedException {
    try (var cells = new Cells()) {
      cells.ok("var kept = new int[1000];");
      var old = new WeakReference<>(cells.shell.variable("kept").orElseThrow());
      cells.shell.reset();
      assertCollected(old);
    }
  }

  @Test
  void whatALambdaRefersToStays() {
    CELLS.ok("var nectar = new ArrayList<>(List.of(1, 2, 3));");
    CELLS.ok("IntSupplier size = () -> nectar.size();");
    CELLS.ok("var nectar = \"redeclared, before the lambda ever ran\";");
    System.gc();
    assertEquals(3, CELLS.value("size.getAsInt()"));
  }

  @Test
  void membersWithoutModifiersAreSeenByOtherSnippets() {
    CELLS.ok(
        """
        class Base {
          int field = 1;
          protected int guarded = 2;
          static int shared = 3;
          Base() { }
          Base(int field) { this.field = field; }
          int method() { return field; }
          protected int guardedMethod() { return guarded; }
          class Inner { int value = 4; }
          static class Nested { int value = 5; }
          enum Color { RED, GREEN { int code() { return 2; } }; int code() { return 1; } }
        }
        """);
    CELLS.ok(
        """
        class Derived extends Base {
          Derived() { super(10); }
          @Override int method() { return super.method() + 1; }
          @Override protected int guardedMethod() { return super.guardedMethod() * 10; }
        }
        """);
    assertEquals(11, CELLS.value("Base b = new Derived();\nb.method()"));
    assertEquals(20, CELLS.value("b.guardedMethod()"));
    assertEquals(18, CELLS.value("b.field + b.guarded + Base.shared + new Base().method() + 2"));
    assertEquals(9, CELLS.value("b.new Inner().value + new Base.Nested().value"));
    assertEquals(3, CELLS.value("Base.Color.RED.code() + Base.Color.GREEN.code()"));
    assertEquals(
        "red",
        CELLS.value("switch (Base.Color.RED) { case RED -> \"red\"; case GREEN -> \"green\"; }"));
    assertEquals(
        6,
        CELLS.value(
            "interface Op { int of(int n); default Op twice() { return n -> of(of(n)); } }\nOp"
                + " addOne = n -> n + 1;\naddOne.twice().of(4)"));
  }

  @Test
  void classesOfCellsSurviveSerialization() {
    assertEquals(
        "Bee[name=Maja]",
        String.valueOf(
            CELLS.value(
                """
                record Bee(String name) implements Serializable {}
                var bytes = new ByteArrayOutputStream();
                new ObjectOutputStream(bytes).writeObject(new Bee("Maja"));
                ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
                  protected Class<?> resolveClass(ObjectStreamClass c) throws ClassNotFoundException {
                    return Class.forName(c.getName(), false, Thread.currentThread().getContextClassLoader());
                  }
                };
                in.readObject()""")));
  }
}
