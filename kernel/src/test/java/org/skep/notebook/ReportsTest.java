package org.skep.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ReportsTest {

  @Test
  void writesALineAndAShortTrace() {
    var written = new ByteArrayOutputStream();
    var reports = new Reports();
    var deep = new IllegalStateException("deep");
    deep.setStackTrace(
        java.util.Collections.nCopies(1000, new StackTraceElement("A", "b", "A.java", 1))
            .toArray(StackTraceElement[]::new));
    reports.add("skep: first", null, new PrintStream(written, true, UTF_8));
    reports.add("skep: second", deep, new PrintStream(written, true, UTF_8));
    reports.flush();
    String text = written.toString(UTF_8);
    assertTrue(
        text.startsWith("skep: first\nskep: second\njava.lang.IllegalStateException: deep\n"),
        text);
    assertEquals(33, text.lines().count(), text);
  }

  @Test
  void aTerminalThatNobodyReadsHoldsUpNobody() throws Exception {
    try (var nobody = new PipedInputStream(64);
        var terminal = new PrintStream(new PipedOutputStream(nobody), true, UTF_8)) {
      var reports = new Reports();
      for (int i = 0; i < 1000; i++) {
        reports.add(
            "skep: a line that is longer than the pipe is wide, number " + i, null, terminal);
      }
      var read = new StringBuilder();
      while (read.indexOf("further reports were dropped") < 0) {
        read.append((char) nobody.read());
      }
      assertTrue(read.indexOf("number 199") > 0, read::toString);
      int dropped =
          Integer.parseInt(read.toString().replaceAll("(?s).*skep: (\\d+) further.*", "$1"));
      assertEquals(
          1000, dropped + read.toString().lines().filter(l -> l.contains("number")).count());
    }
  }
}
