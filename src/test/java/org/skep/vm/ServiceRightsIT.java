package org.skep.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.SyscallException;
import org.skep.bpf.BpfObject;
import org.skep.bpf.BpfProgram;
import org.skep.bpf.attach.AttachPoint;
import org.skep.bpf.load.LoadOutcome;
import org.skep.host.LinuxVersion;
import org.skep.host.hooks.Hooks;

/**
 * What the user of the virtual machine's Jupyter may do: everything but what asks for
 * CAP_SYS_ADMIN. Runs there as a service with that one's user, capabilities and restrictions.
 */
@Tag("vm")
@Tag("service")
class ServiceRightsIT {
  private static BpfObject hooks;
  private static BpfObject rights;

  @BeforeAll
  static void load() throws IOException, InterruptedException {
    hooks = Guest.open("hooks").load();
    rights = Guest.open("rights").load();
  }

  @AfterAll
  static void close() {
    hooks.close();
    rights.close();
  }

  private static BpfProgram loaded(BpfObject object, String name) {
    BpfProgram program = object.program(name);
    assertInstanceOf(LoadOutcome.Loaded.class, program.loaded(), () -> program.loaded().toString());
    return program;
  }

  @Test
  void itIsNotRootAndHasOnlyTheCapabilitiesOfBpf() throws IOException {
    String status = Files.readString(Path.of("/proc/self/status"));
    assertTrue(status.contains("CapEff:\t000000c401001000"), status);
    assertTrue(status.contains("CapBnd:\t000000c401001000"), status);
    assertTrue(status.contains("NoNewPrivs:\t1"), status);
    assertFalse(status.contains("Uid:\t0"), status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "on_kprobe",
        "on_kretprobe",
        "on_kprobe_multi",
        "on_ksyscall",
        "on_fentry",
        "on_fexit",
        "on_file_open",
        "on_file_open_sleepable"
      })
  void kernelFunctionsAndSecurityHooks(String name) {
    loaded(hooks, name).attach().close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "on_tracepoint",
        "on_raw_tracepoint",
        "on_typed_tracepoint",
        "on_each_task",
        "on_uprobe_multi"
      })
  void tracepointsIteratorsAndUserFunctions(String name) {
    loaded(rights, name).attach().close();
  }

  @Test
  void samples() {
    loaded(rights, "on_sample").attach(new AttachPoint.PerfEvent(99)).close();
  }

  @Test
  void network() {
    loaded(rights, "on_xdp").attach(new AttachPoint.Xdp("lo")).close();
    loaded(rights, "on_tcx").attach(new AttachPoint.Tcx("lo", true)).close();
    loaded(rights, "on_sk_lookup")
        .attach(new AttachPoint.NetworkNamespace(Path.of("/proc/self/ns/net")))
        .close();
    loaded(rights, "on_socket");
  }

  @Test
  void cgroupsBelowItsOwn() throws IOException {
    String own = Files.readString(Path.of("/proc/self/cgroup")).strip().replaceFirst("^0::", "");
    Path made = Files.createDirectory(Path.of("/sys/fs/cgroup" + own + "/lesson"));
    try {
      loaded(rights, "on_cgroup").attach(new AttachPoint.Cgroup(made)).close();
    } finally {
      Files.delete(made);
    }
  }

  @Test
  void uprobesOfTheOldKindAskForMore() {
    BpfProgram program = loaded(rights, "on_uprobe");
    var error =
        assertThrows(
            SyscallException.class,
            () ->
                program.attach(
                    new AttachPoint.Uprobe("/usr/lib/x86_64-linux-gnu/libc.so.6", "getpid")));
    assertTrue(String.valueOf(error.getMessage()).contains("not permitted"), error::toString);
  }

  @Test
  void whatItReads() throws IOException {
    String symbols = firstBytes("/proc/kallsyms");
    assertFalse(symbols.startsWith("0000000000000000"), symbols);
    assertTrue(firstBytes("/sys/kernel/tracing/available_filter_functions").length() > 100);
    assertTrue(
        firstBytes("/sys/kernel/tracing/events/sched/sched_switch/format").startsWith("name"));
    assertEquals("2", Files.readString(Path.of("/proc/sys/kernel/perf_event_paranoid")).strip());
  }

  /** With CAP_SYS_PTRACE it would be root: it could write into root's processes. */
  @Test
  void processesOfOthersAreClosedToIt() throws IOException {
    assertThrows(
        IOException.class,
        () -> Files.newByteChannel(Path.of("/proc/1/mem"), StandardOpenOption.WRITE).close());
    assertThrows(IOException.class, () -> firstBytes("/proc/1/mem"));
    assertThrows(IOException.class, () -> Files.readSymbolicLink(Path.of("/proc/1/root")));
    if (LinuxVersion.running().isAtLeast(6, 15)) { // where CAP_PERFMON is enough to read maps
      assertTrue(firstBytes("/proc/1/maps").contains("-"));
    } else {
      assertThrows(IOException.class, () -> firstBytes("/proc/1/maps"));
      var error = assertThrows(IllegalArgumentException.class, () -> Hooks.find("usdt:1:*"));
      assertTrue(String.valueOf(error.getMessage()).contains("CAP_SYS_PTRACE"), error::toString);
    }
  }

  @Test
  void whereItPins() throws IOException {
    Files.delete(Files.createDirectory(Path.of("/sys/fs/bpf/skep/lesson")));
    assertThrows(IOException.class, () -> Files.createDirectory(Path.of("/sys/fs/bpf/lesson")));
  }

  @Test
  void whatItMayNotWrite() {
    for (String folder : new String[] {"/etc", "/usr/local", "/home", "/root"}) {
      assertThrows(IOException.class, () -> Files.createTempFile(Path.of(folder), "x", ""), folder);
    }
  }

  private static String firstBytes(String file) throws IOException {
    try (var in = Files.newInputStream(Path.of(file))) {
      return new String(in.readNBytes(200), StandardCharsets.UTF_8);
    }
  }
}
