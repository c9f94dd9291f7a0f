package org.skep.notebook.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Output of a cell that never ends. */
class BoundedOutputTest {
  private static final int HEAD = 512 * 1024;
  private static final int HEAD_LINES = 5_000;

  private static final Pattern LEFT_OUT =
      Pattern.compile("… ([0-9,]+) lines left out, whole text: (\\S+) …\n");

  private final RecordingOutput recorded = new RecordingOutput();
  private final BoundedOutput output = new BoundedOutput(recorded, HEAD, HEAD_LINES);

  private static String line(int i) {
    return "line " + i + "\n";
  }

  private void print(int lines) {
    for (int i = 1; i <= lines; i++) {
      output.stream(false, line(i));
    }
  }

  @Test
  void shortOutputStaysAsItIs() {
    print(100);
    output.stream(true, "warning\n");
    output.end();
    assertTrue(recorded.both().endsWith("line 100\nwarning\n"));
    assertEquals("warning\n", recorded.err());
  }

  @Test
  void ofAFloodTheBeginningTheEndAndAFileAreLeft() throws IOException {
    int lines = 300_000;
    print(lines);
    output.end();
    String shown = recorded.both();
    assertTrue(shown.length() < HEAD + 2 * BoundedOutput.TAIL + 1_000);
    assertTrue(shown.startsWith("line 1\nline 2\n"));
    assertTrue(shown.contains("line 5000\n") && !shown.contains("line 5001\n"));
    assertTrue(shown.contains("line 299501\n") && !shown.contains("line 299500\n"));
    assertTrue(shown.endsWith("line 299999\nline 300000\n"));
    Matcher left = LEFT_OUT.matcher(shown);
    assertTrue(left.find());
    int out = Integer.parseInt(left.group(1).replace(",", ""));
    assertEquals(lines, out + shown.lines().filter(l -> l.startsWith("line ")).count());
    Path file = Path.of(left.group(2));
    assertEquals(
        IntStream.rangeClosed(1, lines)
            .mapToObj(BoundedOutputTest::line)
            .collect(Collectors.joining()),
        Files.readString(file));
    output.stream(false, "later\n");
    assertTrue(Files.readString(file).endsWith("line 300000\nlater\n"));
    assertFalse(recorded.both().contains("later"));
    Files.delete(file);
  }

  @Test
  void whatFitsIntoTheBeginningAndTheEndIsShownWhole() {
    String before = "x".repeat(HEAD - 10) + "\n";
    output.stream(false, before);
    output.stream(false, "a line that is longer than what is left\n");
    assertEquals(before, recorded.out());
    output.end();
    assertEquals(before + "a line that is longer than what is left\n", recorded.out());
    assertEquals("", recorded.err());
  }

  @Test
  void oneLineWithoutAnEndIsBoundedToo() throws IOException {
    for (int i = 0; i < 3_000; i++) {
      output.stream(false, "x".repeat(1_000));
    }
    output.end();
    assertTrue(recorded.both().length() < HEAD + 2 * BoundedOutput.TAIL + 1_000);
    assertTrue(recorded.both().contains(" characters left out, whole text: /"), "no rest");
  }

  @Test
  void clearingTheOutputBeginsAgain() {
    print(100_000);
    output.clear(false);
    output.stream(false, "fresh\n");
    assertTrue(recorded.out().endsWith("fresh\n"));
  }

  @Test
  void displaysWithoutEndAreCounted() {
    for (int i = 0; i < 1_500; i++) {
      output.display(MimeBundle.text("x"), null);
    }
    output.end();
    assertEquals(1_000, recorded.displays.size());
    assertTrue(recorded.err().contains("500 displays left out"), recorded.err());
  }

  @Test
  void moreLinesThanTheBeginningHasAreShownToTheEnd() {
    print(HEAD_LINES + BoundedOutput.TAIL_LINES);
    output.end();
    assertEquals("", recorded.err());
    assertTrue(recorded.out().endsWith("line 5500\n"));
    assertEquals(5_500, recorded.out().lines().count());
  }

  @Test
  void aPieceOfManyLinesIsCutBetweenLines() {
    output.stream(
        false,
        IntStream.rangeClosed(1, 20_000)
            .mapToObj(BoundedOutputTest::line)
            .collect(Collectors.joining()));
    output.end();
    assertEquals(5_500, recorded.out().lines().count());
    assertTrue(recorded.err().contains("14,500 lines left out"), recorded.err());
  }
}
