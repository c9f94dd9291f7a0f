package org.skep.table.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.skep.table.NotedTable;

class TextTableTest {
  private static NotedTable table(String text, String... formats) {
    return TextTable.of("t", text.getBytes(StandardCharsets.UTF_8), List.of(formats));
  }

  private static String rows(NotedTable table) {
    var text = new StringBuilder(String.join(",", table.columnNames()));
    table.forEach(
        row -> {
          text.append(';');
          for (int i = 0; i < row.columnCount(); i++) {
            text.append(i == 0 ? "" : ",").append(row.getObject(i));
          }
        });
    return text.toString();
  }

  @Test
  void aFormatTellsWhereAValueWithBlanksEnds() {
    String format = "%s %d %s\n";
    var text = new StringBuilder("comm pid state\n");
    Object[][] values = {{"tmux: server", 17, "S"}, {"a\nb", -1, "R+"}, {"b 5 c", 6, "I"}};
    for (Object[] each : values) {
      text.append(String.format(Locale.ROOT, format, each));
    }
    var table = table(text.toString(), "comm pid state\n", format);
    assertEquals("comm,pid,state;tmux: server,17,S;a\nb,-1,R+;b,5,c 6 I", rows(table));
    assertEquals(
        List.of(
            "1 of 3 lines can be split into their columns in more than one way, as a text has"
                + " blanks (print a tab between two texts: \"%s\\t%s\\n\")"),
        table.notes());
  }

  @Test
  void aCarriageReturnWithinAValueEndsNoLine() {
    assertEquals("c1,c2;a\rb,1;c,2", rows(table("a\rb\t1\r\nc\t2\n")));
  }

  @Test
  void everyConversionIsReadBack() {
    assertEquals(
        "c1,c2,c3,c4,c5,c6,c2.exact;-5,1.8446744073709552E19,ff,0x10,Zoë X,100,18446744073709551615",
        rows(
            table(
                "[   -5] 18446744073709551615 ff 0x10 Zoë X    100%\n",
                "unrelated %d", "[%5d] %llu %x %#lx %-8s %d%%\n")));
    assertEquals(
        "c1,c2,c3;10.0.0.1,fd00::1,do_exit+0x1/0x2 [m]",
        rows(table("10.0.0.1 fd00::1 do_exit+0x1/0x2 [m]\n", "%pI4 %pI6 %pB\n")));
    assertEquals("c1;10;11;1f", rows(table("10\n11\n1f\n", "%x\n")));
  }

  @Test
  void textsThatLookLikeNumbersStayTexts() {
    var table = table("007 1\n12 2\n", "%s %d\n");
    assertEquals("c1,c2;007,1;12,2", rows(table));
    assertEquals("STRING", table.column("c1").type().name());
    assertEquals("STRING", table("007 x\n08 y\n").column("c1").type().name());
  }

  @Test
  void withoutOneFormatForAllRowsWordsAreColumnsAndDoubtIsSaid() {
    var table = table("name pid\na b 5\nc 6\n", "%d\n");
    assertEquals("c1,c2;name,pid;a,b 5;c,6", rows(table));
    assertEquals(
        List.of(
            "lines have 2 to 3 words: a value with blanks shifts what is to its right (print tabs"
                + " between columns: \"%s\\t%d\\n\")"),
        table.notes());
    assertEquals("pid,x;1,2.5;2,3", rows(table("pid x\n1 2.5\n2 3\n")).replace("3.0", "3"));
    assertTrue(table("").isEmpty());
  }

  @Test
  void tabsSeparateColumns() {
    var table = table("name\tpid\ntmux: server\t5\n\t6\n");
    assertEquals("name,pid;tmux: server,5;,6", rows(table));
    assertEquals(List.of(), table.notes());
  }
}
