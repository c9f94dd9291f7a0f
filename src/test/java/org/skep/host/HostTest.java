package org.skep.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.host.hooks.Tracepoints;
import org.skep.host.hooks.Tracepoints.Field;

class HostTest {
  private static final String SWITCH =
      """
      name: sched_switch
      ID: 316
      format:
      \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
      \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

      \tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;
      \tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;
      \tfield:const char * file;\toffset:32;\tsize:8;\tsigned:0;
      \tfield:__data_loc char[] name;\toffset:40;\tsize:4;\tsigned:1;

      print fmt: "prev_comm=%s", REC->prev_comm
      """;

  private static final String SYMBOLS =
      """
      ffffffff81000000 T _text
      ffffffff81000010 t helper
      ffffffff81000100 T last_one
      ffffffff80000000 t early\t[some_module]
      ffffffff81000080 t helper
      """;

  @Test
  void versionsAreComparedByNumber() {
    var old = LinuxVersion.parse("5.4.0-rc1");
    var recent = LinuxVersion.parse("6.12.9-amd64");
    assertTrue(old.compareTo(recent) < 0);
    assertTrue(recent.isAtLeast(6, 9));
    assertFalse(recent.isAtLeast(6, 13));
    assertEquals(recent, LinuxVersion.parse("6.12.9"));
    assertThrows(IllegalArgumentException.class, () -> LinuxVersion.parse("six"));
    assertTrue(LinuxVersion.running().isAtLeast(4, 0));
  }

  @Test
  void formatFileBecomesFields() {
    var tracepoint = Tracepoints.parse("sched", "sched_switch", SWITCH.lines().toList());
    assertEquals(316, tracepoint.id());
    assertEquals(
        List.of(
            new Field("unsigned short", "common_type", 0, 2, false),
            new Field("int", "common_pid", 4, 4, true),
            new Field("char[16]", "prev_comm", 8, 16, false),
            new Field("pid_t", "prev_pid", 24, 4, true),
            new Field("const char *", "file", 32, 8, false),
            new Field("__data_loc char[]", "name", 40, 4, true)),
        tracepoint.fields());
  }

  @Test
  void tracepointsAreFoundAndGuessed(@TempDir Path tracefs) throws Exception {
    for (String name : List.of("sched/sched_switch", "sched/sched_wakeup", "net/net_dev_xmit")) {
      var folder = Files.createDirectories(tracefs.resolve("events").resolve(name));
      Files.writeString(folder.resolve("format"), SWITCH);
    }
    var tracepoints = Tracepoints.of(tracefs);
    assertEquals(List.of("net", "sched"), tracepoints.categories());
    assertEquals(3, tracepoints.all().size());
    assertEquals(316, tracepoints.find("sched", "sched_switch").orElseThrow().id());
    assertEquals(Optional.empty(), tracepoints.find("sched", "nothing"));
    assertEquals(Optional.empty(), tracepoints.find("..", "sched"));
    assertEquals("sched/sched_switch", tracepoints.nearest("sched/sched_swich").getFirst());
    assertEquals("sched/sched_switch", tracepoints.nearest("shed/sched_switch").getFirst());
    assertEquals("net/net_dev_xmit", tracepoints.nearest("net_dev_xmitt").getFirst());
    assertEquals(List.of(), tracepoints.nearest("quite/other"));
  }

  @Test
  void symbolsAreFoundByAddressAndName() {
    var symbols = KernelSymbols.parse(SYMBOLS.getBytes(UTF_8));
    assertFalse(symbols.restricted());
    assertEquals("helper+0x7", symbols.describe(0xffffffff81000017L));
    assertEquals("_text", symbols.describe(0xffffffff81000000L));
    assertEquals("early+0x1 [some_module]", symbols.describe(0xffffffff80000001L));
    assertEquals("0x10", symbols.describe(0x10));
    assertEquals(2, symbols.named("helper").size());
    assertEquals(0, symbols.named("help").size());
    assertEquals("early", symbols.all().findFirst().orElseThrow().name());
  }

  @Test
  void hiddenAddressesAreNoSymbols() {
    var symbols = KernelSymbols.parse("0000000000000000 T _text\n".getBytes(UTF_8));
    assertTrue(symbols.restricted());
    assertEquals("0xffffffff81000017", symbols.describe(0xffffffff81000017L));
    assertEquals(1, symbols.named("_text").size());
  }

  /** What may not be read is not what is not there. */
  @Test
  void tracepointsThatCannotBeReadAreSaidToBeSo(@TempDir Path tracefs) throws Exception {
    assertEquals(
        Optional.of(
            "Tracepoints cannot be listed: "
                + tracefs.resolve("events")
                + " is not readable (run Jupyter as root; or as root, for the group GROUP of its"
                + " user: mount -o remount,gid=GROUP,mode=0750 "
                + tracefs
                + ")."),
        Tracepoints.of(tracefs).trouble());
    Files.createDirectory(tracefs.resolve("events"));
    assertEquals(Optional.empty(), Tracepoints.of(tracefs).trouble());
  }

  @Test
  void smallFilesAreRead() {
    assertEquals("{0, 1, 2, 5}", PossibleCpus.parse("0-2,5").toString());
    assertEquals(Lockdown.INTEGRITY, Lockdown.parse("none [integrity] confidentiality\n"));
    assertEquals(Lockdown.UNKNOWN, Lockdown.parse(""));
    var capabilities = Capabilities.parse(List.of("CapPrm:\t0", "CapEff:\t000000c000000000"));
    assertTrue(capabilities.has(Capability.BPF));
    assertTrue(capabilities.allowBpf());
    assertFalse(capabilities.has(Capability.SYS_ADMIN));
    assertEquals(
        List.of(Path.of("/a b")),
        Mounts.parse(List.of("none /a\\040b bpf rw 0 0", "none /c tmpfs rw 0 0"), "bpf"));
    assertTrue(PossibleCpus.count() >= Runtime.getRuntime().availableProcessors());
    assertTrue(PossibleCpus.online().cardinality() <= PossibleCpus.count());
  }

  @Test
  void systemCallsHaveNamesAndNumbers() {
    var calls = Syscalls.parse(Stream.of("#define __NR_read 0", "#define __NR_openat 257", "x"));
    assertEquals(Optional.of("openat"), calls.name(257));
    assertEquals(Optional.empty(), calls.name(1L << 40));
    assertEquals(OptionalInt.of(0), calls.number("read"));
    assertEquals(OptionalInt.empty(), calls.number("reed"));
  }
}
