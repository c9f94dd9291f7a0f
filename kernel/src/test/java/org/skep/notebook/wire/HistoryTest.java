package org.skep.notebook.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @TempDir Path folder;

  private final List<String> reports = new ArrayList<>();

  private History begin() {
    return new History(folder.resolve("state/history.jsonl"), (what, _) -> reports.add(what));
  }

  private static List<String> sources(List<HistoryEntry> entries) {
    return entries.stream().map(HistoryEntry::source).toList();
  }

  @Test
  void inputsOutliveTheSession() {
    History first = begin();
    first.add(1, "int x = 1;");
    first.add(2, "x +\n 1");
    assertEquals(2, first.tail(10).size());

    History second = begin();
    second.add(1, "3");
    assertEquals(List.of("x +\n 1", "3"), sources(second.tail(2)));
    assertEquals(List.of("int x = 1;", "x +\n 1"), sources(second.range(-1, 1, 3)));
    assertEquals(List.of("3"), sources(second.range(0, 1, 2)));
  }

  @Test
  void kernelsAtTheSameTimeHaveSessionsOfTheirOwnAndSeeEachOther() {
    History one = begin();
    History two = begin();
    one.add(1, "from one");
    two.add(1, "from two");
    HistoryEntry ofOne = one.range(0, 0, 5).getFirst();
    HistoryEntry ofTwo = two.range(0, 0, 5).getFirst();
    assertNotEquals(ofOne.session(), ofTwo.session());
    assertTrue(sources(one.tail(9)).contains("from two"));
  }

  @Test
  void theNumberOfASessionGoesOnWhereTheFileOfNumbersIsLost() throws Exception {
    begin().tail(1);
    History second = begin();
    second.add(1, "of the second");
    second.tail(1);
    Files.delete(folder.resolve("state/history.jsonl.lock"));
    History third = begin();
    third.add(1, "of the third");
    assertEquals(3, third.range(0, 0, 5).getFirst().session());
    assertEquals(List.of("of the second"), sources(third.range(-1, 0, 5)));
    assertEquals("3", Files.readString(folder.resolve("state/history.jsonl.lock")));
  }

  @Test
  void searchTakesGlobsTheLastAndUniqueOnes() {
    History history = begin();
    int line = 1;
    for (String source : List.of("6 * 7", "1 + 1", "6 * 7", "6 + 7", "6 * 7")) {
      history.add(line++, source);
    }
    assertEquals(4, history.search("6 *7", 10, false).size());
    assertEquals(2, history.search("6 *7", 2, false).size());
    List<HistoryEntry> unique = history.search("6 [*] 7", 10, true);
    assertEquals(1, unique.size());
    assertEquals(5, unique.getFirst().line());
  }

  @Test
  void whereNothingCanBeWrittenThisSessionIsKept() throws Exception {
    Files.writeString(folder.resolve("state"), "a file where the folder should be");
    History history = begin();
    history.add(1, "kept");
    assertEquals(List.of("kept"), sources(history.tail(5)));
    assertEquals(
        List.of(
            "write the history '"
                + folder.resolve("state/history.jsonl")
                + "': "
                + "a file is where its folder should be"
                + " (it is of this session alone; XDG_STATE_HOME names another folder for it)"),
        reports.stream().filter(r -> r.startsWith("write the history")).toList());
  }

  @Test
  void aBrokenLineHarmsNoOther() throws Exception {
    begin().tail(1);
    Path file = folder.resolve("state/history.jsonl");
    Files.writeString(
        file,
        "{\"session\": 1, \"li\n\n{\"session\":1,\"line\":4,\"source\":\"good\"}\n",
        StandardOpenOption.APPEND);
    assertEquals(List.of("good"), sources(begin().tail(5)));
  }

  /** A full disk ends a line anywhere, within a character too; the next line is whole. */
  @Test
  void aLineThatWasCutAnywhereHarmsNoOther() throws Exception {
    begin().tail(1);
    Path file = folder.resolve("state/history.jsonl");
    byte[] whole = "{\"session\":1,\"line\":1,\"source\":\"\u00e4\u20ac\"}".getBytes(UTF_8);
    var sound = new StringBuilder();
    for (int cut = 1; cut < whole.length; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut), StandardOpenOption.APPEND);
      History history = begin();
      history.add(cut, "cell " + cut);
      sound.append("cell " + cut + " ");
      assertEquals(
          sound.toString().strip(), String.join(" ", sources(history.tail(100))), "cut at " + cut);
    }
  }

  /** Whatever became of the file, the kernel starts and keeps what comes. */
  @Test
  void aDamagedFileIsReadAsFarAsItGoes() throws Exception {
    History before = begin();
    before.add(1, "first\n\u20ac");
    before.tail(1);
    Path file = folder.resolve("state/history.jsonl");
    byte[] sound = Files.readAllBytes(file);
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      byte[] bytes = sound.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] =
            (byte) (random.nextBoolean() ? '[' : random.nextInt());
      }
      Files.write(file, bytes);
      History history = begin();
      history.add(7, "seed " + seed);
      assertEquals("seed " + seed, sources(history.tail(1)).getFirst());
    }
    Files.writeString(file, "[".repeat(1 << 20) + "\n");
    History history = begin();
    history.add(7, "deep");
    assertEquals(List.of("deep"), sources(history.tail(9)));
    assertEquals(List.of(), reports);
  }

  @Test
  void aLongFileLosesItsOlderHalf() throws Exception {
    begin().tail(1);
    Path file = folder.resolve("state/history.jsonl");
    String source = "x".repeat(10_000);
    var text = new StringBuilder();
    for (int i = 1; i <= 1000; i++) {
      text.append("{\"session\":7,\"line\":%d,\"source\":\"%s\"}\n".formatted(i, source));
    }
    Files.writeString(file, text);
    History history = begin();
    assertEquals(1000, history.tail(1).getFirst().line());
    assertTrue(Files.size(file) < 6 << 20, () -> file + " was not shortened");
    assertEquals(500, history.range(-1, 0, 2000).size());
  }

  @Test
  void theFileIsTheUsersAlone() throws Exception {
    begin().tail(1);
    var permissions = Files.getPosixFilePermissions(folder.resolve("state/history.jsonl"));
    assertEquals(2, permissions.size(), permissions::toString);
  }

  @Test
  void theFileLiesWhereTheEnvironmentSays() {
    Path home = Path.of("/home/ada");
    assertEquals(
        Path.of("/state/skep/history.jsonl"),
        History.defaultFile(Map.of("XDG_STATE_HOME", "/state"), home));
    Path expected = Path.of("/home/ada/.local/state/skep/history.jsonl");
    assertEquals(expected, History.defaultFile(Map.of(), home));
    assertEquals(expected, History.defaultFile(Map.of("XDG_STATE_HOME", "relative"), home));
  }
}
