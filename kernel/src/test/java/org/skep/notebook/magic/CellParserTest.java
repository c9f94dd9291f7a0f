package org.skep.notebook.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole cell in, whole cell out. */
class CellParserTest {
  private static final String RUN = "org.skep.notebook.magic.Functions.runLineMagic";
  private static final String VALUE = "org.skep.notebook.magic.Functions.valueOfLineMagic";

  private final CellParser parser = new CellParser(new FakeNotebook().magics());

  /** A cell and the Java that becomes of it. */
  record Woven(String cell, String java) {}

  static Stream<Woven> woven() {
    return Stream.of(
        new Woven(
            "int a = 1;\n%maven a:b:1\na", "int a = 1;\n" + RUN + "(\"maven\", \"a:b:1\", 2);\na"),
        new Woven("int a = 1\n%jars a.jar", "int a = 1\n" + RUN + "(\"jars\", \"a.jar\", 2);"),
        new Woven("%unheard of\n1", RUN + "(\"unheard\", \"of\", 1);\n1"),
        new Woven("  %jars x\n1", "  " + RUN + "(\"jars\", \"x\", 1);\n1"),
        new Woven(
            "List<String> l = %jars x y", "List<String> l = " + VALUE + "(\"jars\", \"x y\", 1);"),
        new Woven("var l = %jars x; \nl", "var l = " + VALUE + "(\"jars\", \"x\", 1);\nl"),
        new Woven(
            "var t = %timeit f()",
            "var t = org.skep.notebook.magic.Functions.<org.skep.notebook.magic.builtin.Timing>valueOfLineMagic(\"timeit\", \"f()\", 1);"),
        new Woven("x =\n  %env HOME\n1", "x =\n  " + VALUE + "(\"env\", \"HOME\", 2);\n1"),
        new Woven("%env \"a\\b\"\tü\n1", RUN + "(\"env\", \"\\\"a\\\\b\\\"\\tü\", 1);\n1"),
        new Woven(
            "for (var x : all) {\n  %who\n}",
            "for (var x : all) {\n  " + RUN + "(\"who\", \"\", 2);\n}"),
        new Woven("/* a\nb */ %who\n1", "/* a\nb */ " + RUN + "(\"who\", \"\", 2);\n1"),
        new Woven("// a\n%who\n1", "// a\n" + RUN + "(\"who\", \"\", 2);\n1"),
        new Woven(
            "String s = \"\"\"\n  a\n  \"\"\";\n%who\n1",
            "String s = \"\"\"\n  a\n  \"\"\";\n" + RUN + "(\"who\", \"\", 4);\n1"),
        new Woven(
            "char c = '\"';\n%who\n'%'", "char c = '\"';\n" + RUN + "(\"who\", \"\", 2);\n'%'"),
        new Woven("%who\r\n1", RUN + "(\"who\", \"\", 1);\r\n1"));
  }

  @ParameterizedTest
  @MethodSource("woven")
  void becomesACallOnTheSameLine(Woven woven) {
    ParsedCell parsed = parser.parse(woven.cell());
    assertEquals(new ParsedCell.Java(woven.java()), parsed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int x = a\n % b;",
        "int x = a\n %b;",
        "int x = a\n%b",
        "int x = (a +\n %who);",
        "f(a,\n%who)",
        "int x = a\n  %who + 1;",
        "int x = a %\nb",
        "a\n%= b;",
        "int a = 7 %who;",
        "String s = \"\\\n%who\";",
        "String s = \"\"\"\n%who\n\"\"\";",
        "String s = \"\"\"\n  \\\"\"\"\n%who\n\"\"\";",
        "/*\n%who\n*/",
        "// %who",
        "int x = 5 // =\n % 3;",
        "",
        "\n\n",
        "String.format(\"%s\", 1)"
      })
  void leavesJavaAlone(String cell) {
    assertEquals(new ParsedCell.Java(cell), parser.parse(cell));
  }

  @Test
  void aLineMagicAloneNeedsNoJava() {
    assertEquals(
        new ParsedCell.Line("time", "f(\"a  b\")", 3), parser.parse("\n\n  %time f(\"a  b\")  \n"));
  }

  @Test
  void aCellMagicKeepsItsBodyAsItIs() {
    assertEquals(
        new ParsedCell.Cell("bpf", "opens --x", 1, "int a;\n\n  %who\n"),
        parser.parse("%%bpf opens --x \nint a;\n\n  %who\n"));
    assertEquals(new ParsedCell.Cell("sh", "", 3, "ls"), parser.parse("\n \n%%sh\nls"));
    assertEquals(new ParsedCell.Cell("sh", "", 1, "ls\r\n"), parser.parse("%%sh\r\nls\r\n"));
    assertEquals(new ParsedCell.Cell("sh?", "", 1, ""), parser.parse("%%sh?"));
  }

  @Test
  void masksMagicsWithBlanksOfTheSameLength() {
    assertEquals("int a = 1;\n    \na.", parser.mask("int a = 1;\n%who\na."));
    assertEquals("var l = 0;     \nl.", parser.mask("var l = %jars x\nl."));
    assertEquals("     \n  ", parser.mask("%%bpf\nls"));
    assertEquals("      \nMath.", parser.mask("%%time\nMath."));
    assertEquals("      \n    \nMath.", parser.mask("%%time\n%who\nMath."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"", "'", "\"\"\"", "/*", "//", "\"\\", "%", "%%", "% a", "=%", "(%a", "\\", "%é"
      })
  void survivesUnfinishedText(String cell) {
    assertEquals(cell.length(), parser.mask(cell).length());
    parser.parse(cell);
    parser.parse(cell + "\n%who");
  }

  @Test
  void magicsWithinACellMagicAreItsBody() {
    ParsedCell parsed = parser.parse("%%time\n%maven a:b:1\n");
    assertEquals("%maven a:b:1\n", assertInstanceOf(ParsedCell.Cell.class, parsed).body());
  }

  @Test
  void aCellMagicBehindAnythingIsRefusedWithItsLine() {
    for (String cell : List.of("1;\n%%sh\nls", "// count\n%%sh\nls")) {
      assertEquals(
          "run '%%sh' in line 2: a cell magic is the first line of its cell (put what is above it"
              + " below, or into a cell of its own)",
          assertThrows(MagicException.class, () -> parser.parse(cell)).getMessage());
    }
    String text = "String s = \"\"\"\n%%sh\n\"\"\";";
    assertEquals(new ParsedCell.Java(text), parser.parse(text));
  }
}
