package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.BpfException;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.attach.AttachTargetParser;
import org.skep.internal.libbpf.Uapi;

/**
 * What is said where there is nothing to attach to. Sections with what came of them are golden;
 * with {@code SKEP_GOLDEN=update} in the environment they are written anew; the difference is to be
 * read.
 */
@Tag("privileged")
class AttachRefusalIT {
  private static final Path GOLDEN = Path.of("test/resources/golden/attach/refusals.txt");

  @Test
  void refusalsAreTheGoldenOnes() throws IOException {
    String text =
        Files.readAllLines(GOLDEN).stream()
            .filter(l -> !l.isBlank() && !l.startsWith(" "))
            .map(section -> section + "\n    " + refusal(section) + "\n")
            .collect(Collectors.joining("\n"));
    if ("update".equals(System.getenv("SKEP_GOLDEN"))) {
      Files.writeString(GOLDEN, text);
    }
    assertEquals(Files.readString(GOLDEN), text);
  }

  private static String refusal(String section) {
    String program = "SEC(\"" + section + "\") int on(void *c) { return 0; }";
    try (BpfObject object = Cell.load("refused", program)) {
      return String.valueOf(object.attachAll().program("on").attachment().orElseThrow());
    } catch (BpfException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** With or without kprobes in this Linux. */
  @Test
  void namesOfFunctionsAreNamedInAnyCase() {
    assertTrue(refusal("kprobe/tcp_v4_conect").contains("'tcp_v4_connect'"));
    assertTrue(refusal("ksyscall/opnat").contains("'openat'"));
    assertTrue(refusal("fentry/vfs_reed").contains("'vfs_read'"));
  }

  @Test
  void programsThatGoElsewhereSayWhere() {
    try (BpfObject object =
        Cell.load("refused", "SEC(\"xdp\") int on(struct xdp_md *c) { return XDP_PASS; }")) {
      BpfProgram program = object.program("on");
      Stream.of(
              new AttachPoint.Cgroup(Path.of("/sys/fs/cgroup")),
              new AttachPoint.Tracepoint("sched", "sched_switch"))
          .forEach(
              point -> {
                var e = assertThrows(BpfException.class, () -> program.attach(point));
                assertTrue(
                    String.valueOf(e.getMessage())
                        .endsWith(
                            "programs of type xdp cannot attach there (it needs a network interface)"),
                    e::toString);
              });
    }
  }

  @Test
  void anOffsetPastTheEndIsNamed() {
    assertTrue(
        refusal("uprobe/libc.so.6:malloc+0x99999999").contains("the file ends before that offset"));
  }

  /** Where libbpf is older than 1.3, each function is attached to by itself. */
  @Test
  void functionsOfALibraryAreAttachedToByPattern() {
    String program =
        """
        u64 calls;
        SEC("uprobe.multi/libc.so.6:getp?id") int on(void *c) { calls++; return 0; }
        """;
    try (BpfObject object = Cell.load("multi", program)) {
      assertEquals(
          AttachOutcome.Attached.class,
          object.attachAll().program("on").attachment().orElseThrow().getClass());
      Cell.command("python3", "-c", "import os; os.getppid(); os.getpgid(0)");
      assertTrue(((Number) object.global("calls").get()).longValue() > 0);
    }
  }

  /** The name of a namespace may be a number; that of a process is another network. */
  @Test
  void aNamespaceWhoseNameIsANumberIsNotAProcess() throws IOException {
    var texts =
        new AttachTargetParser(
            "p", Uapi.BPF_PROG_TYPE_SK_LOOKUP, 0, "sk_lookup", name -> fail("no map is asked for"));
    Path folder = Files.createDirectories(Path.of("/run/netns"));
    Path unused = folder.resolve("4194399");
    Path taken = folder.resolve("1");
    try {
      Files.createFile(unused);
      Files.createFile(taken);
      assertEquals(new AttachPoint.NetworkNamespace(unused), texts.parse("4194399"));
      var refused = assertThrows(IllegalArgumentException.class, () -> texts.parse("1"));
      assertEquals(
          "attach 'p' to '1': both a namespace and a process (write /run/netns/1 or"
              + " /proc/1/ns/net)",
          refused.getMessage());
    } finally {
      Files.deleteIfExists(unused);
      Files.deleteIfExists(taken);
    }
  }
}
