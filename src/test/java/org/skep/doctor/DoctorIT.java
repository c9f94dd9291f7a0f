package org.skep.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.doctor.Check.Verdict;

@Tag("privileged")
class DoctorIT {
  private static Check find(List<Check> checks, String area, String what) {
    return checks.stream()
        .filter(c -> c.area().equals(area) && c.what().equals(what))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> held() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.map(DoctorIT::target).filter(t -> t.contains("bpf")).sorted().toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void everythingIsLookedAtAndNothingIsKept() throws Exception {
    List<String> before = held();
    long start = System.nanoTime();
    List<Check> checks = Doctor.examine();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertEquals(before, held());
    assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took::toString);
    assertEquals(Verdict.YES, find(checks, "map type", "hash").verdict());
    assertEquals(Verdict.YES, find(checks, "program type", "xdp").verdict());
    assertEquals(Verdict.YES, find(checks, "attach", "raw_tp").verdict());
    assertEquals(Verdict.YES, find(checks, "attach", "test run").verdict());
    assertEquals(Verdict.YES, find(checks, "attach", "xdp").verdict());
    assertEquals(Verdict.YES, find(checks, "attach", "sk_reuseport").verdict());
    assertEquals(Verdict.YES, find(checks, "attach", "cgroup/dev").verdict());
    assertEquals(Verdict.YES, find(checks, "attach", "cgroup").verdict());
  }

  /** Where the configuration of the running Linux can be read, it agrees. */
  @Test
  void whatDependsOnTheBuildOfLinuxAgreesWithIt() throws Exception {
    Path config = Path.of("/proc/config.gz");
    assumeTrue(Files.isReadable(config), "a kernel with CONFIG_IKCONFIG_PROC shows it");
    String built;
    try (var in = new GZIPInputStream(Files.newInputStream(config))) {
      built = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<Check> checks = Doctor.examine();
    for (var each :
        Map.of(
                "netkit", "CONFIG_NETKIT",
                "lwt", "CONFIG_LWTUNNEL_BPF",
                "netfilter", "CONFIG_NETFILTER_BPF_LINK",
                "kprobe.multi", "CONFIG_FPROBE",
                "kprobe", "CONFIG_KPROBE_EVENTS")
            .entrySet()) {
      assertEquals(
          built.contains("\n" + each.getValue() + "=y"),
          find(checks, "attach", each.getKey()).verdict() == Verdict.YES,
          () -> String.valueOf(find(checks, "attach", each.getKey())));
    }
  }

  @Test
  void whatDoesNotWorkHasAReasonAndARemedy() throws Exception {
    for (Check check : Doctor.examine()) {
      if (check.verdict() != Verdict.YES) {
        assertFalse(check.detail().isEmpty(), check::toString);
        assertFalse(check.remedy().isEmpty(), check::toString);
        assertFalse(check.remedy().contains("ulimit"), check::toString);
      }
    }
  }

  @Test
  void aNotebookThatSaysWhatItNeedsHasAVerdict(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("a.ipynb"), notebook("%doctor --needs map:hash,attach:raw_tp"));
    Files.writeString(folder.resolve("b.ipynb"), notebook("%doctor --needs map:there_is_no_such"));
    Files.writeString(folder.resolve("c.ipynb"), notebook("1 + 1"));
    Files.writeString(folder.resolve("d.ipynb"), "no notebook");
    Files.write(folder.resolve("latin.ipynb"), new byte[] {'{', '"', (byte) 0xe4, '"', '}'});
    Files.writeString(folder.resolve("odd.ipynb"), "{\"cells\": [{\"cell_type\": {}}]}");
    Files.createSymbolicLink(folder.resolve("gone.ipynb"), folder.resolve("nowhere"));
    Files.createSymbolicLink(folder.resolve("endless.ipynb"), Path.of("/dev/zero"));
    Files.createDirectory(folder.resolve("folder.ipynb"));
    List<Check> all = Doctor.examine();
    List<Check> notebooks = Doctor.notebooks(folder, all);
    assertEquals(List.of("a.ipynb", "b.ipynb"), notebooks.stream().map(Check::what).toList());
    assertEquals(Verdict.YES, notebooks.getFirst().verdict());
    assertTrue(notebooks.getLast().detail().contains("there_is_no_such"));

    List<Check> poor = List.of(Check.no("map type", "hash", "refused", "another kernel"));
    Check cannot = Doctor.notebooks(folder, replaced(all, poor)).getFirst();
    assertEquals(Verdict.NO, cannot.verdict());
    assertEquals("map type hash: refused", cannot.detail());
    assertEquals("another kernel", cannot.remedy());
  }

  private static List<Check> replaced(List<Check> all, List<Check> by) {
    List<String> names = by.stream().map(Check::what).toList();
    return Stream.concat(by.stream(), all.stream().filter(c -> !names.contains(c.what()))).toList();
  }

  private static String notebook(String code) {
    return "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": [\"# A\"]},"
        + " {\"cell_type\": \"code\", \"source\": [\""
        + code
        + "\"]}]}";
  }
}
