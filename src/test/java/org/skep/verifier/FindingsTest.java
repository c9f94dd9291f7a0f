package org.skep.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each {@code NAME.c} was refused with {@code NAME.log}, of which {@code NAME.txt} is the finding.
 * With {@code SKEP_GOLDEN=update} in the environment it writes the findings anew; the difference is
 * to be read.
 */
class FindingsTest {
  private static final Path GOLDEN = Path.of("test/resources/golden/verifier");

  static Stream<String> logs() throws IOException {
    try (var files = Files.list(GOLDEN)) {
      return files
          .map(f -> String.valueOf(f.getFileName()))
          .filter(f -> f.endsWith(".log"))
          .map(f -> f.substring(0, f.length() - 4))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("logs")
  void findingIsTheGoldenOne(String name) throws IOException {
    var finding = Findings.of("f", read(name, ".log"));
    var text = describe(finding);
    if ("update".equals(System.getenv("SKEP_GOLDEN"))) {
      Files.writeString(GOLDEN.resolve(name + ".txt"), text);
    }
    assertEquals(read(name, ".txt"), text);
    assertFalse(finding.remedy().isEmpty(), "every kind of refusal has a remedy");
  }

  @ParameterizedTest
  @MethodSource("logs")
  void lineIsOneOfTheProgram(String name) throws IOException {
    var program = read(name, ".c").lines().map(String::strip).toList();
    Findings.of("f", read(name, ".log"))
        .line()
        .ifPresent(l -> assertEquals(program.get(l.line() - 1), l.text()));
  }

  @ParameterizedTest
  @MethodSource("logs")
  void lineIsFoundByItsTextAsWell(String name) throws IOException {
    var log = read(name, ".log");
    var old = log.replaceAll("(?m)^(; .*) @ \\S+:\\d+$", "$1");
    var expected = Findings.of("f", log).line();
    var found = Findings.of("f", old, name, read(name, ".c")).line();
    assertEquals(expected.map(SourceLine::text), found.map(SourceLine::text));
    if (found.isPresent() && found.get().line() > 0) {
      assertEquals(expected, found);
    }
  }

  @Test
  void enoughKindsAreSeen() throws IOException {
    assertTrue(logs().count() >= 40);
  }

  /** Words of other kernels, which this one does not say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "R0 invalid mem access 'inv' | is a scalar",
        "back-edge from insn 5 to 2 | never ends",
        "unknown func bpf_skb_pull_data#39 | not for programs of this type",
        "program of this type cannot use helper bpf_probe_write_user#36 | this Linux is locked down",
        "unknown func bpf_probe_read_kernel#113 | this Linux is locked down",
        "invalid indirect read from stack R2 off -8+4 size 8 | byte 4 was never set",
        "invalid read from stack off -16+0 size 8 | never set",
        "invalid stack type R2 off=-8 access_size=16 | stack",
        "invalid stack off=-520 size=8 | stack",
        "At program exit the register R0 has value (0x7; 0x0) should have been in (0x0; 0x3) |"
            + " returns (0x7; 0x0)",
        "R0 unbounded memory access, make sure to bounds check any such access | any number",
        "R2 unbounded memory access, use 'var &= const' or 'if (var < const)' | any number",
        "The sequence of 8193 jumps is too complex. | too many open branches",
        "calling kernel function bpf_task_release is not allowed | may not call",
        "kfunc 'bpf_x' is referenced but wasn't resolved | has no function bpf_x()",
        "tail_calls are not allowed in non-JITed programs with bpf-to-bpf calls | cannot be combined",
        "R1 leaks addr into map | address of the kernel",
        "R1 pointer += pointer prohibited | computation",
        "R1 type=map_value_or_null expected=fp, pkt | may be NULL",
        "R1 type=ptr_or_null_task_struct expected=ptr_ | may be NULL",
      })
  void wordsOfOtherKernelsAreKnown(String refusal, String expected) {
    var log = "0: (85) call bpf_map_lookup_elem#1\n" + refusal + "\nprocessed 1 insns (limit 1)";
    var finding = Findings.of(log);
    assertTrue(finding.sentence().contains(expected.strip()), finding::sentence);
    assertFalse(finding.remedy().isEmpty());
  }

  @Test
  void unknownRefusalIsToldInTheVerifiersWords() {
    var finding = Findings.of("f", "0: (95) exit\nthe moon is in the wrong place\n");
    assertEquals("the moon is in the wrong place", finding.sentence());
    assertEquals("", finding.remedy());
    assertEquals("the kernel rejected it without a reason in the log", Findings.of("").sentence());
  }

  @Test
  void anyTextIsReadInTime() throws IOException {
    var random = new Random(7);
    for (String name : logs().toList()) {
      var log = new StringBuilder(read(name, ".log"));
      for (int i = 0; i < 40 && log.length() > 1; i++) {
        int at = random.nextInt(log.length());
        switch (random.nextInt(3)) {
          case 0 -> log.deleteCharAt(at);
          case 1 -> log.setCharAt(at, (char) random.nextInt(32, 127));
          default -> log.insert(at, "\n");
        }
      }
      Assertions.assertTimeout(
          Duration.ofSeconds(5), () -> assertNotNull(Findings.of("f", log.toString()).summary()));
    }
  }

  @Test
  void hugeLogIsReadInTime() {
    var log = new StringBuilder();
    while (log.length() < 60_000_000) {
      log.append("3: (07) r1 += 1                       ; R1=0x3d08f R10=fp0\n");
    }
    log.append("BPF program is too large. Processed 1000001 insn\n");
    var finding =
        Assertions.assertTimeout(Duration.ofSeconds(5), () -> Findings.of("f", log.toString()));
    assertTrue(finding.sentence().contains("million"));
  }

  private static String read(String name, String ending) throws IOException {
    return Files.readString(GOLDEN.resolve(name + ending));
  }

  private static String describe(Finding finding) {
    return "line:    %s\nrefusal: %s\nfinding: %s\nvalue:   %s\nremedy:  %s\n"
        .formatted(
            finding.line().map(SourceLine::toString).orElse("none"),
            finding.refusal().replace("\n", "\n         "),
            finding.sentence(),
            finding
                .origin()
                .map(o -> o.words() + o.line().map(l -> " at " + l).orElse(""))
                .orElse("none"),
            finding.remedy());
  }
}
