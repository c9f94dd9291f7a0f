package org.skep.host.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceParserTest {
  private final TraceParser parser = new TraceParser();
  private final List<TraceLog.Line> lines = new ArrayList<>();

  private static String event(String task, String text) {
    return "%16s-42      [001] ...21  7.000250: bpf_trace_printk: %s\n".formatted(task, text);
  }

  private void add(String text) {
    parser.add(text.getBytes(StandardCharsets.UTF_8), lines::add);
  }

  private List<String> texts() {
    parser.end(lines::add);
    return lines.stream().map(TraceLog.Line::text).toList();
  }

  @Test
  void everyPartOfAnEventIsRead() {
    add(event("kworker/0:1-ev", "a-b [001] c"));
    add("           <...>-7       (-------) [000] d..1   3.5: bpf_trace_printk: old\n");
    assertEquals(List.of("a-b [001] c", "old"), texts());
    assertEquals(new TraceLog.Line(7.00025, 1, "kworker/0:1-ev", 42, "a-b [001] c"), lines.get(0));
    assertEquals(new TraceLog.Line(3.5, 0, "<...>", 7, "old"), lines.get(1));
    assertEquals("none lost", parser.completeness());
  }

  @Test
  void lineEndsWithinATextAreKeptAndOneBehindItIsNot() {
    add(
        event("a", "one\ntwo\n\nfour")
            + event("a", "five\n")
            + event("a", "")
            + event("a", "\n\n"));
    assertEquals(List.of("one\ntwo\n\nfour", "five", "", "\n"), texts());
  }

  @Test
  void aThreadsNameMayHaveLineEndsAndBlanks() {
    add(event("x", "first") + event("a\nb-1 [0", "second") + event("tmux: server", "third"));
    assertEquals(List.of("first", "second", "third"), texts());
    assertEquals(
        List.of("x", "a\nb-1 [0", "tmux: server"),
        lines.stream().map(TraceLog.Line::task).toList());
  }

  @Test
  void readsThatEndAnywhereChangeNothing() {
    String text = event("a", "Zoë\n€ 𝄞") + "CPU:1 [LOST 5 EVENTS]\n" + event("b", "end");
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int step = 1; step < bytes.length; step++) {
      var one = new TraceParser();
      List<String> all = new ArrayList<>();
      for (int at = 0; at < bytes.length; at += step) {
        byte[] piece = java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + step));
        one.add(piece, line -> all.add(line.text()));
      }
      one.end(line -> all.add(line.text()));
      assertEquals(List.of("Zoë\n€ 𝄞", "end"), all, "reads of " + step + " bytes");
      assertEquals("5 lost", one.completeness());
    }
  }

  @Test
  void whatIsMissingIsCounted() {
    add("something else\n" + event("a", "x".repeat(TraceParser.LONGEST)));
    add("CPU:0 [LOST 3 EVENTS]\nCPU:1 [LOST EVENTS]\n" + event("a", "y"));
    assertEquals(2, texts().size());
    assertEquals(
        "more than 3 lost, 1 cut at 1,023 bytes, the most that the kernel prints, 1 not understood",
        parser.completeness());
    assertEquals(3, parser.lost());
  }
}
