package org.skep.notebook.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

@Timeout(20)
class DisplaysTest {
  private final Displays displays = Displays.withInstalledRenderers();

  private String text(Object value) {
    return displays.render(value).string(MimeBundle.TEXT).orElseThrow();
  }

  /** A value and its text. */
  record Shown(Object value, String text) {}

  static Stream<Shown> shown() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", new int[] {1, 2});
    map.put("b", null);
    return Stream.of(
        new Shown(7, "7"),
        new Shown('c', "c"),
        new Shown(1.5, "1.5"),
        new Shown(true, "true"),
        new Shown("two\nlines", "two\nlines"),
        new Shown(new int[] {1, 2}, "[1, 2]"),
        new Shown(new String[][] {{"a"}, {"b", null}}, "[[a], [b, null]]"),
        new Shown(new double[0], "[]"),
        new Shown(List.of(1, List.of(2)), "[1, [2]]"),
        new Shown(map, "{a=[1, 2], b=null}"),
        new Shown(Optional.of(new long[] {1}), "Optional[[1]]"),
        new Shown(Optional.empty(), "Optional.empty"),
        new Shown(
            List.of(Table.create("few", IntColumn.create("n", 1, 2)), Table.create("")),
            "[few: 2 rows, 1 column, 0 rows, 0 columns]"),
        new Shown(Path.of("/a/b"), "/a/b"),
        new Shown(URI.create("x:y"), "x:y"),
        new Shown(Duration.ofSeconds(1), "PT1S"),
        new Shown(Thread.State.NEW, "NEW"),
        new Shown(java.nio.CharBuffer.wrap("cb"), "cb"),
        new Shown(
            "Hi there, bees\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
            "15 bytes\n00000000  48 69 20 74 68 65 72 65  2c 20 62 65 65 73 0a     |Hi there, bees.|"));
  }

  @ParameterizedTest
  @MethodSource("shown")
  void isReadable(Shown shown) {
    assertEquals(shown.text(), text(shown.value()));
  }

  @Test
  void nullIsShownAsNull() {
    assertEquals("null", displays.render(null).string(MimeBundle.TEXT).orElseThrow());
    assertEquals("null", displays.render(null, "text/html").string(MimeBundle.TEXT).orElseThrow());
  }

  @Test
  void streamsAndIteratorsAreLeftAsTheyAre() {
    Stream<Integer> stream = Stream.of(1, 2);
    text(stream);
    assertEquals(2, stream.count());
    Iterator<Integer> iterator = List.of(1).iterator();
    text(iterator);
    assertTrue(iterator.hasNext());
  }

  @Test
  void whatCannotBeShownIsNamedWithTheReason() {
    Object error =
        new Object() {
          @Override
          public String toString() {
            throw new AssertionError("no\nway");
          }
        };
    assertTrue(
        text(error).endsWith(" [its toString() threw java.lang.AssertionError: no\nway]"),
        text(error));
    assertTrue(text(List.of(1, error)).startsWith("[1,"), text(List.of(1, error)));
    Object none =
        new Object() {
          @Override
          @SuppressWarnings({"NullAway", "ToStringReturnsNull"}) // on purpose
          public String toString() {
            return null;
          }
        };
    assertEquals("null", text(none));
    Object deep =
        new Object() {
          @Override
          public String toString() {
            return this + "";
          }
        };
    assertTrue(text(deep).contains("StackOverflowError"), text(deep));
    Exception odd =
        new RuntimeException() {
          @Override
          @SuppressWarnings("OverrideThrowableToString") // on purpose
          public String toString() {
            throw new IllegalStateException();
          }
        };
    text(odd);
  }

  @Test
  void brokenCollectionsAreShownAsFarAsTheyGo() {
    List<Object> broken =
        new AbstractList<>() {
          @Override
          public Object get(int index) {
            if (index == 2) {
              throw new IllegalStateException("torn");
            }
            return index;
          }

          @Override
          public int size() {
            return 5;
          }
        };
    assertTrue(text(broken).startsWith("[0, 1, [going on threw"), text(broken));
    assertTrue(text(broken).contains("torn"));
  }

  @Test
  void endlessAndCyclicCollectionsEnd() {
    List<Object> endless =
        new AbstractList<>() {
          @Override
          public Object get(int index) {
            return "element " + index;
          }

          @Override
          public int size() {
            return Integer.MAX_VALUE;
          }
        };
    assertTrue(text(endless).endsWith("… [2,147,483,447 more]]"), text(endless));
    List<Object> self = new ArrayList<>();
    self.add(self);
    assertEquals("[[…]]", text(self));
    Object[] array = new Object[1];
    array[0] = List.of(Optional.of(Map.of("a", array)));
    assertEquals("[[Optional[{a=[…]}]]]", text(array));
    Map<Object, Object> map = new HashMap<>();
    map.put("self", map);
    assertEquals("{self={…}}", text(map));
    Object nested = "x";
    for (int i = 0; i < 1_000; i++) {
      nested = List.of(nested);
    }
    assertTrue(text(nested).contains("[…]"));
  }

  @Test
  void sizeIsBoundedAndSaid() {
    String huge = "x".repeat(1_000_000);
    assertTrue(text(huge).length() < PlainText.LONGEST + 100);
    assertTrue(text(huge).endsWith("… [950,000 characters more]"));
    Object[] wide = new Object[100];
    Arrays.fill(wide, huge);
    assertTrue(text(wide).length() < 2 * PlainText.LONGEST, () -> "" + text(wide).length());
    Object tree = "leaf";
    for (int i = 0; i < 7; i++) {
      tree = java.util.Collections.nCopies(150, tree);
    }
    String shown = text(tree);
    assertTrue(shown.length() < 2 * PlainText.LONGEST, () -> "" + shown.length());
    assertTrue(text(new byte[100_000]).endsWith("… [98,976 bytes more]"));
    String pair = "x".repeat(PlainText.LONGEST - 1) + "😀 and more";
    assertFalse(Character.isHighSurrogate(text(pair).charAt(PlainText.LONGEST - 1)));
  }

  @Test
  void longCollectionsAreBrokenIntoLines() {
    String numbers = text(IntStream.range(0, 100).toArray());
    assertTrue(numbers.lines().allMatch(line -> line.length() <= 110), numbers);
    assertTrue(numbers.startsWith("[0, 1, 2, "));
    Map<String, String> map = new LinkedHashMap<>();
    map.put("first", "x".repeat(60));
    map.put("second", "y".repeat(60));
    assertEquals(2, text(map).lines().count());
  }

  /** As values of structs do, whose members have meanings. */
  @Test
  void collectionsWithATextOfTheirOwnAreShownByIt() {
    class Meant extends AbstractMap<String, Object> {
      @Override
      public Set<Map.Entry<String, Object>> entrySet() {
        return Set.of(Map.entry("ip", 16777226L));
      }

      @Override
      public String toString() {
        return "{ip=10.0.0.1}";
      }
    }
    class Took extends ArrayList<Long> {
      private static final long serialVersionUID = 1L;

      @Override
      public String toString() {
        return "[1.50 µs]";
      }
    }
    assertEquals("{ip=10.0.0.1}", text(new Meant()));
    assertEquals("Optional[{ip=10.0.0.1}]", text(Optional.of(new Meant())));
    assertEquals("{1={ip=10.0.0.1}}", text(Map.of(1, new Meant())));
    assertEquals("[[1.50 µs], {ip=10.0.0.1}]", text(List.of(new Took(), new Meant())));
  }

  @Test
  void theSignToStopIsLetThrough() {
    class Stop extends Error {
      private static final long serialVersionUID = 1L;
    }

    Stop stop = new Stop();
    displays.letThrough(e -> e instanceof Stop);
    Object value =
        new Object() {
          @Override
          public String toString() {
            throw stop;
          }
        };
    assertSame(stop, assertThrows(Stop.class, () -> displays.render(List.of(value))));
    displays.register(
        (v, d) -> {
          throw stop;
        });
    assertSame(stop, assertThrows(Stop.class, () -> displays.render(1)));
  }

  @Test
  void picturesArePngs() {
    MimeBundle bundle = displays.render(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB));
    assertTrue(bundle.string(MimeBundle.PNG).orElseThrow().startsWith("iVBOR"));
    assertEquals(Optional.of("BufferedImage, 3 × 2 pixels"), bundle.string(MimeBundle.TEXT));
  }

  @Test
  void laterRenderersAreAskedFirstAndBrokenOnesDoNoHarm() {
    displays.register(
        (v, d) ->
            v instanceof Integer
                ? Optional.of(MimeBundle.of("text/html", "<1>"))
                : Optional.empty());
    MimeBundle bundle = displays.render(1);
    assertEquals(Optional.of("<1>"), bundle.string(MimeBundle.HTML));
    assertEquals(Optional.of("1"), bundle.string(MimeBundle.TEXT));
    displays.register(
        (v, d) -> {
          throw new java.io.IOException("broken");
        });
    assertTrue(text(1).startsWith("1\n["), text(1));
    assertTrue(text(1).contains("IOException: broken"), text(1));
  }

  @Test
  void textIsShownAsTheTypesAskedFor() {
    MimeBundle bundle = displays.render("# x", "text/markdown", "text/html");
    assertEquals(
        List.of("text/plain", "text/markdown", "text/html"), List.copyOf(bundle.data().keySet()));
    bundle = displays.render(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "text/html");
    assertEquals(List.of("text/plain"), List.copyOf(bundle.data().keySet()));
    MimeBundle own = MimeBundle.html("<b>", "b");
    assertEquals(own, displays.render(own));
  }

  @Test
  void coloursEndWithTheirLine() {
    assertEquals("\u001b[31ma\u001b[0m\n\u001b[31mb\u001b[0m", Ansi.red("a\nb"));
    assertEquals("a\nb", Ansi.strip(Ansi.red("a\nb")));
  }

  @Test
  void aFormThatNoPageCouldOpenIsLeftOutAndNamed() {
    MimeBundle huge = MimeBundle.html("x".repeat(17 << 20), "y".repeat(600_000));
    MimeBundle shown = displays.render(huge);
    assertTrue(shown.string(MimeBundle.HTML).isEmpty());
    String text = shown.string(MimeBundle.TEXT).orElseThrow();
    assertTrue(
        text.endsWith("[text/html of 17,825,792 characters left out]"), text.substring(500_000));
    assertTrue(text.contains("[100,000 characters more]"));
    MimeBundle small = MimeBundle.html("<b>x</b>", "x");
    assertEquals(small, displays.render(small));
  }

  @Test
  void ofLongTextTheBeginningAndTheEndAreShown() {
    String text =
        IntStream.rangeClosed(1, 10_000)
            .mapToObj(i -> "line " + i)
            .collect(Collectors.joining("\n"));
    List<String> lines = LongText.bounded(text, "x.log()").lines().toList();
    assertEquals(501, lines.size());
    assertEquals("line 1", lines.getFirst());
    assertEquals("… 9,500 lines left out, whole text: x.log() …", lines.get(400));
    assertEquals("line 9901", lines.get(401));
    assertEquals("line 10000", lines.getLast());
    assertEquals("short", LongText.bounded("short", "x"));
    assertEquals(
        "… [1,000 characters more]".length() + 2_000,
        LongText.bounded("x".repeat(3_000), "x").length());
  }
}
