package org.skep.notebook.magic.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.magic.FakeNotebook;
import org.skep.notebook.magic.MagicException;

@SuppressWarnings("NullAway") // a null fails the test
class CoreMagicsTest {
  private final FakeNotebook notebook = new FakeNotebook();

  @TempDir Path folder;

  private String error(String cell) {
    return assertThrows(MagicException.class, () -> notebook.run(cell)).getMessage();
  }

  @Test
  void listsTheNamesThatUsersOfIJavaKnow() throws Exception {
    String list =
        assertInstanceOf(MimeBundle.class, notebook.run("%lsmagic"))
            .string(MimeBundle.TEXT)
            .orElseThrow();
    for (String name :
        List.of(
            "%maven ",
            "%addMavenRepo ",
            "%loadFromPOM ",
            "%%loadFromPOM ",
            "%classpath ",
            "%jars ",
            "%load ")) {
      assertTrue(list.contains(name), name);
    }
    for (String alias :
        List.of(
            "addMavenDependencies",
            "addMavenDependency",
            "mavenRepo",
            "addToClasspath",
            "addJars")) {
      assertTrue(notebook.magics().isLineMagic(alias), alias);
    }
  }

  @Test
  void addsJarsByPattern() throws Exception {
    Path lib = Files.createDirectory(folder.resolve("lib"));
    for (String name : List.of("a.jar", "b.jar")) {
      try (var jar = new ZipOutputStream(Files.newOutputStream(lib.resolve(name)))) {
        jar.putNextEntry(new ZipEntry("folder/"));
      }
    }
    Path text = Files.writeString(lib.resolve("c.txt"), "");
    List<String> jars = List.of(lib.resolve("a.jar").toString(), lib.resolve("b.jar").toString());
    assertEquals(jars, notebook.run("%jars " + folder + "/lib/*.jar"));
    assertEquals(jars, notebook.run("%jars " + folder + "/lib"));
    assertEquals(jars, notebook.run("%addJars '" + folder + "/**.jar'"));
    assertEquals(List.of(lib.toString()), notebook.run("%classpath " + lib));
    assertEquals(
        List.of(jars.get(0), jars.get(1), lib.toString()), notebook.run("%classpath"), "once each");
    assertEquals("add '" + text + "' to the class path: not a jar", error("%classpath " + text));
    assertEquals("read '/dev/zero': a device, not a file", error("%classpath /dev/zero"));
    assertEquals(
        "add '/no/such.jar' to the class path: there is no such file", error("%jars /no/such.jar"));
    assertEquals(
        "add '/no/*.jar' to the class path: there is no such file", error("%classpath /no/*.jar"));
  }

  @Test
  void loadsFilesAndNotebooks() throws Exception {
    Files.writeString(folder.resolve("a.jsh"), "int a = 1;");
    Files.writeString(folder.resolve("B.java"), "// B\npackage x.y;\nclass B {}");
    Files.writeString(
        folder.resolve("n.ipynb"),
        """
        {"cells": [{"cell_type": "markdown", "source": "# no"},
                   {"cell_type": "code", "source": ["int b = 2;\\n", "%who"]},
                   {"cell_type": "code", "source": "int c;"}]}
        """);
    notebook.run("%load " + folder + "/a");
    notebook.run("%load " + folder + "/B.java");
    notebook.run("%load " + folder + "/n.ipynb");
    assertEquals(
        List.of("int a = 1;", "// B\nclass B {}", "int b = 2;\n%who", "int c;"),
        notebook.evaluated.stream().map(c -> c.replace("\n\n", "\n")).toList());
    Files.writeString(folder.resolve("bad.ipynb"), "[]");
    assertTrue(error("%load " + folder + "/bad.ipynb").endsWith("not a notebook of format 4"));
    assertTrue(error("%load nowhere").startsWith("load 'nowhere': no such file in '"));
  }

  @Test
  void showsVariablesAndForgetsThem() throws Exception {
    notebook.define("t", "Table", "a\nb");
    notebook.define("$1", "int", 1);
    notebook.define("n", "int", 7);
    String all =
        assertInstanceOf(MimeBundle.class, notebook.run("%who"))
            .string(MimeBundle.TEXT)
            .orElseThrow();
    assertEquals("t  Table  a …\nn  int    7", all);
    String tables =
        assertInstanceOf(MimeBundle.class, notebook.run("%who Tab"))
            .string(MimeBundle.TEXT)
            .orElseThrow();
    assertEquals("t  Table  a …", tables);
    assertNull(notebook.run("%reset -f"));
    assertTrue(notebook.variables.isEmpty());
  }

  @Test
  void theEnvironmentIsThatOfTheCommands() throws Exception {
    assertEquals(System.getenv("PATH"), notebook.run("%env PATH"));
    notebook.run("%env SKEP_A=1 2");
    notebook.run("%env SKEP_B = 'x'");
    notebook.run("%env MY_TOKEN=abc");
    assertEquals("1 2", notebook.run("%env SKEP_A"));
    assertEquals("<hidden>", ((Map<?, ?>) notebook.run("%env")).get("MY_TOKEN"));
    int before = notebook.recorded.out().length();
    notebook.run("%%sh\necho $SKEP_A $SKEP_B");
    assertEquals("1 2 'x'\n", notebook.recorded.out().substring(before));
    assertTrue(error("%env PAHT").endsWith("it is not set (did you mean 'PATH'?)"));
  }

  @Test
  void timesWhatIsCompiledBefore() throws Exception {
    int[] calls = {0};
    Callable<Object> code = () -> ++calls[0];
    TimedLoop loop = count -> calls[0] += (int) count;
    FakeNotebook timing =
        new FakeNotebook() {
          @Override
          public Object evaluate(String text) {
            return text.contains("TimedLoop") ? loop : code;
          }
        };
    assertEquals(1, timing.run("%time f()"));
    assertTrue(
        timing.recorded.out().matches("took .* \\(.* on the CPU\\)\n"), timing.recorded.out());
    Timing timed = assertInstanceOf(Timing.class, timing.run("%timeit -n 1000 -r 3 f()"));
    assertEquals(3, timed.nanos().size());
    assertEquals(1000, timed.loops());
    assertTrue(timed.min() <= timed.median() && timed.median() <= timed.max());
    assertTrue(calls[0] > 3000);
    assertTrue(timed.toString().contains("3 runs of 1,000 calls"), timed.toString());
  }

  @Test
  void mediansAndQuartilesAreThoseOfTheRuns() {
    Timing timing = Timing.of(new double[] {4, 1, 3, 2, 5}, 10, 2_000_000_000L);
    assertEquals(3, timing.median());
    assertEquals(2, timing.quartileRange());
    assertEquals(
        "median 3.00 ns a call, middle half within 2.00 ns, 1.00 ns to 5.00 ns"
            + " (5 runs of 10 calls, 2.00 s of warm-up)",
        timing.toString());
  }

  @Test
  void watchesAnExpressionInOnePlace() throws Exception {
    var count = new java.util.concurrent.atomic.AtomicInteger();
    notebook.values.put(
        "(java.util.concurrent.Callable<Object>) () -> (count()\n)",
        (Callable<Object>) count::incrementAndGet);
    assertNull(notebook.run("%watch --every 100ms --for 450ms count()"));
    assertEquals(1, notebook.recorded.displays.size());
    assertTrue(count.get() >= 2);
    assertEquals(count.get() - 1, notebook.recorded.updates.size());
    assertEquals(
        "" + count.get(),
        notebook.recorded.updates.getLast().string(MimeBundle.TEXT).orElseThrow());
  }

  @Test
  void watchesAWholeCellWhoseOutputIsReplaced() throws Exception {
    notebook.values.put("show()", "shown");
    assertNull(notebook.run("%%watch --every 100ms --for 250ms\nshow()"));
    assertTrue(notebook.recorded.displays.size() >= 2);
    assertEquals(notebook.recorded.displays.size() - 1, notebook.recorded.clears);
  }

  @Test
  void watchingEndsByAnInterruptAndRefusesHaste() throws Exception {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> notebook.run("%%watch\nshow()"));
    assertTrue(error("%watch --every 1ms 1+1").contains("ten times a second"));
    assertTrue(error("%watch").contains("'EXPRESSION' is missing"));
  }
}
