package org.skep.notebook.ebpf.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.skep.VerifierException;
import org.skep.compile.BpfSource;
import org.skep.notebook.display.MimeBundle;

/** Logs of the verifier in a notebook: bounded, and with the way to the whole. */
class LogExcerptTest {
  private static String lines(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "line " + i + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void headAndTailAreShownOfALongLog() {
    assertEquals(lines(0, 500), LogExcerpt.of(lines(0, 500), "there"));
    assertEquals(
        lines(0, 250) + "... 1 line left out; the whole log: there\n" + lines(251, 501),
        LogExcerpt.of(lines(0, 501), "there"));
    assertEquals(
        lines(0, 250)
            + "... 99,500 lines left out; the whole log: there\n"
            + lines(99_750, 100_000),
        LogExcerpt.of(lines(0, 100_000), "there"));
  }

  @Test
  void linesAreBoundedToo() {
    String log = ("x".repeat(5_000) + "\n").repeat(600);
    String shown = LogExcerpt.of(log, "there");
    assertTrue(shown.length() < 520_000, () -> shown.length() + " characters");
    assertTrue(LogExcerpt.of("y".repeat(80_000_000), "there").length() < 2_000);
  }

  /** 251 MB of a refused recursion could not be opened again. */
  @Test
  void theOutputOfARefusalIsSmallAndNamesTheFileOfTheLog() throws Exception {
    String log =
        "10: (07) r1 += 1                     ; R1=0x3d08f R10=fp0\n".repeat(1_000_000)
            + "BPF program is too large. Processed 1000001 insn\n";
    var refusal = new VerifierException("endless", 7, "too large", log);
    MimeBundle bundle = VerifierView.ofRefused(refusal, BpfSource.of("cell", "")).bundle();
    String html = bundle.string(MimeBundle.HTML).orElseThrow();
    assertTrue(html.length() < 100_000, () -> html.length() + " characters");
    assertTrue(html.contains("BPF program is too large. Processed"), html);
    String file = html.replaceAll("(?s).*the file (\\S+),.*", "$1");
    assertEquals(log, Files.readString(Path.of(file)));
    assertTrue(
        bundle.string(MimeBundle.TEXT).orElseThrow().contains("the last 12 of 1000001 lines"),
        () -> bundle.string(MimeBundle.TEXT).orElseThrow());
    var loaded = VerifierView.ofLoaded(refusal, BpfSource.of("cell", "")).html();
    assertTrue(
        List.of(loaded.split("\n")).stream()
            .anyMatch(l -> l.contains("cell.program(&quot;endless&quot;).log()")),
        () -> loaded.substring(0, 1_000));
  }
}
