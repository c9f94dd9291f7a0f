package org.skep.notebook.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
  private static final MagicSpec MAP =
      MagicSpec.named("map", "Shows a map")
          .required("NAME", "the map")
          .repeated("COLUMN", "what to show")
          .option("sort", "COLUMN", "by which column")
          .option("t|top", "N", "how many")
          .option("bar", "CATEGORY NUMBER", "a chart")
          .option("for", "TIME", "how long")
          .option("v|verbose", "", "more")
          .build();

  private static final MagicSpec TIME =
      MagicSpec.named("time", "Times code")
          .option("n|loops", "N", "how often")
          .rest("CODE", "Java")
          .build();

  private static Arguments map(String text) {
    return Arguments.parse(MAP, text, 1);
  }

  @Test
  void optionsMayStandAnywhereAndInAnyForm() {
    Arguments arguments = map("--sort -value opens.counts --top=10 -v a --bar comm value b");
    assertEquals("opens.counts", arguments.get("NAME"));
    assertEquals(List.of("a", "b"), arguments.all("COLUMN"));
    assertEquals(Optional.of("-value"), arguments.option("sort"));
    assertEquals(OptionalInt.of(10), arguments.integer("top"));
    assertEquals(List.of("comm", "value"), arguments.options("bar"));
    assertTrue(arguments.flag("verbose"));
    assertEquals(List.of("opens.counts", "a", "b"), arguments.positionals());
  }

  @Test
  void lettersTakeTheirValueWithAndWithoutSpace() {
    assertEquals(OptionalInt.of(7), map("x -t 7").integer("top"));
    assertEquals(OptionalInt.of(7), map("x -t7").integer("top"));
    assertEquals(OptionalInt.of(-7), map("x --top -7").integer("top"));
  }

  @Test
  void theLastOfRepeatedOptionsWinsAndAllAreKept() {
    Arguments arguments = map("x --sort a --sort b");
    assertEquals(Optional.of("b"), arguments.option("sort"));
    assertEquals(List.of("a", "b"), arguments.options("sort"));
  }

  @Test
  void aTypeOfCNeedsNoQuotes() {
    MagicSpec spec =
        MagicSpec.named("t", "Takes a type")
            .option("type", "TYPE", "a type")
            .required("NAME", "")
            .build();
    for (String text :
        List.of(
            "x --type struct event",
            "--type struct event x",
            "--type=struct event x",
            "x --type 'struct event'")) {
      Arguments arguments = Arguments.parse(spec, text, 1);
      assertEquals(Optional.of("struct event"), arguments.option("type"), text);
      assertEquals("x", arguments.get("NAME"), text);
    }
    assertEquals(Optional.of("u32"), Arguments.parse(spec, "--type u32 x", 1).option("type"));
  }

  @Test
  void quotesHoldTogetherAndKeepDashes() {
    Arguments arguments = map("'a b' \"c \\\"d\\\"\" e\\ f '--top' \"\" C:\\x it\\'s");
    assertEquals("a b", arguments.get("NAME"));
    assertEquals(List.of("c \"d\"", "e f", "--top", "", "C:\\x", "it's"), arguments.all("COLUMN"));
  }

  @Test
  void twoDashesEndTheOptions() {
    assertEquals(List.of("--top", "-v"), map("x -- --top -v").all("COLUMN"));
    assertFalse(map("x -- -v").flag("verbose"));
  }

  @Test
  void numbersAreNoOptions() {
    assertEquals(List.of("-5", "-"), map("x -5 -").all("COLUMN"));
  }

  @Test
  void theRestOfTheLineIsTakenAsItStands() {
    Arguments arguments = Arguments.parse(TIME, "-n 5  f(\"a  b\", -n, '\\'') // --loops", 1);
    assertEquals("f(\"a  b\", -n, '\\'') // --loops", arguments.get("CODE"));
    assertEquals(OptionalInt.of(5), arguments.integer("loops"));
    assertEquals("-x + 1", Arguments.parse(TIME, "-x + 1", 1).get("CODE"));
    assertEquals("--i", Arguments.parse(TIME, "-- --i", 1).get("CODE"));
  }

  @Test
  void readsTimes() {
    assertEquals(Optional.of(Duration.ofSeconds(5)), map("x --for 5").duration("for"));
    assertEquals(Optional.of(Duration.ofMillis(1_500)), map("x --for 1.5s").duration("for"));
    assertEquals(Optional.of(Duration.ofMinutes(2)), map("x --for 2m").duration("for"));
    assertEquals(Optional.of(Duration.ofNanos(3_000)), map("x --for 3us").duration("for"));
  }

  @ParameterizedTest
  @CsvSource({
    "5m, 300000000000",
    "5min, 300000000000",
    "1.5s, 1500000000",
    "0.3, 300000000",
    "1.000000001s, 1000000001",
    "2ns, 2",
    "0.5us, 500",
    "1h, 3600000000000",
    "0, 0"
  })
  void aTimeIsExact(String text, long nanos) {
    assertEquals(Optional.of(Duration.ofNanos(nanos)), map("x --for " + text).duration("for"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e3",
        "-1s",
        "+1s",
        "5M",
        "5d",
        "1.s",
        ".5s",
        "0.5ns",
        "99999999999h",
        "٥s",
        "0x5"
      })
  void whatIsNoTimeIsRefused(String text) {
    assertThrows(MagicException.class, () -> map("x --for=" + text).duration("for"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"+5", "4K", "4096B", "1e3", "010", "2147483648", "٥", "0x10", "1.5"})
  void whatIsNoCountIsRefused(String text) {
    var e = assertThrows(MagicException.class, () -> map("x --top=" + text).integer("top"));
    assertEquals(
        text.matches("4.*[KB]"), String.valueOf(e.getMessage()).contains("without a unit"), text);
  }

  /** A line, and what is said about it. */
  record Wrong(String line, String message) {}

  static Stream<Wrong> wrong() {
    String usage =
        " (usage: %map NAME [COLUMN ...] [--sort COLUMN] [-t N] [--bar CATEGORY NUMBER] [--for TIME] [-v])";
    return Stream.of(
        new Wrong("", "'NAME' is missing" + usage),
        new Wrong("x --srot a", "no option '--srot' (did you mean '--sort'?)"),
        new Wrong("x --srot=a", "no option '--srot' (did you mean '--sort'?)"),
        new Wrong("x --hlep", "no option '--hlep' (did you mean '--help'?)"),
        new Wrong("x -q", "no option '-q' (known: --sort, --top, --bar, --for, --verbose, --help)"),
        new Wrong("x --sort", "option '--sort' needs COLUMN"),
        new Wrong("x --bar a", "option '--bar' needs CATEGORY NUMBER"),
        new Wrong("x --bar a --top 3", "option '--bar' needs CATEGORY NUMBER"),
        new Wrong("x --verbose=yes", "option '--verbose' takes no value but got 'yes'"),
        new Wrong(
            "x --for 5 s",
            "option '--for' expects a time without a blank but got '5 s' (write 5s)"),
        new Wrong(
            "x --for=1.5 min",
            "option '--for' expects a time without a blank but got '1.5 min' (write 1.5min)"),
        new Wrong(
            "--for 20 seconds x",
            "option '--for' expects a time without a blank but got '20 seconds' (write 20s)"),
        new Wrong("x 'a", "a quote is not closed"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void saysHowToPutItRight(Wrong wrong) {
    var e = assertThrows(MagicException.class, () -> map(wrong.line()));
    assertEquals("read arguments of 'map': " + wrong.message(), e.getMessage());
  }

  /** Names that look like units stay names. */
  @Test
  void aTimeWithAUnitMayBeFollowedByAName() {
    assertEquals("s", map("--for 5s s").get("NAME"));
    assertEquals("s", map("--for 5 's'").get("NAME"));
    assertEquals("stats", map("--for 5 stats").get("NAME"));
  }

  @Test
  void saysWhichValueIsNoNumber() {
    var e = assertThrows(MagicException.class, () -> map("x --top many").integer("top"));
    assertEquals(
        "read arguments of 'map': option '--top' expects a whole number up to 2147483647 but got 'many'",
        e.getMessage());
    e = assertThrows(MagicException.class, () -> map("x --for ever").duration("for"));
    assertEquals(
        "read arguments of 'map': option '--for' expects a time such as 500ms, 5s or 2m (minutes) but got 'ever'",
        e.getMessage());
  }

  @Test
  void askingForWhatIsNotDeclaredIsAMistakeOfTheMagic() {
    assertThrows(IllegalArgumentException.class, () -> map("x").option("tip"));
    assertThrows(IllegalArgumentException.class, () -> map("x").all("NAMES"));
  }

  @Test
  void wordsThatAreCutAlreadyKeepTheirSpaces() {
    Arguments arguments = Arguments.of(MAP, List.of("a b", "it's", "--top", "3", "c\\d \"e\""));
    assertEquals(List.of("a b", "it's", "c\\d \"e\""), arguments.positionals());
    assertEquals(OptionalInt.of(3), arguments.integer("top"));
  }

  @Test
  void onlyTheLastParameterMayBeRepeated() {
    assertThrows(
        IllegalArgumentException.class,
        () -> MagicSpec.named("x", "").repeated("A", "").required("B", "").build());
  }
}
