package org.skep.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process with a few capabilities hears: each refusal names the one that is missing. */
@Tag("privileged")
class FewRightsIT {
  @TempDir private static Path folder;

  private static List<String> heard(String capabilities) throws IOException, InterruptedException {
    Path elf = folder.resolve("few.bpf.o");
    Files.write(
        elf,
        Cell.compile("struct pt_regs; SEC(\"uprobe\") int on(struct pt_regs *c) { return 0; }"));
    Process process =
        new ProcessBuilder(
                "setpriv",
                "--bounding-set",
                "-all," + capabilities,
                "--inh-caps",
                "-all",
                "--no-new-privs",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FewRights.class.getName(),
                elf.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said.lines().toList();
  }

  private static String of(String what, List<String> lines) {
    return lines.stream().filter(l -> l.startsWith(what)).findFirst().orElse(lines.toString());
  }

  @Test
  void withoutNetAdminNetworksNameIt() throws Exception {
    List<String> heard = heard("+bpf,+perfmon");
    for (String what : List.of("xdp", "tcx", "netkit", "flow_dissector", "lwt", "sk_msg")) {
      assertEquals(
          what + ": no: run Jupyter as root, or with CAP_NET_ADMIN", of(what + ":", heard));
    }
    assertEquals(
        "attach 'on' to uprobe 'libc.so.6:getpid': not permitted (needs root or CAP_SYS_ADMIN; for"
            + " SEC(\"uprobe.multi\") and SEC(\"uretprobe.multi\") CAP_BPF and CAP_PERFMON are"
            + " enough, from Linux 6.6 on)",
        of("attach 'on'", heard));
    assertEquals(
        "open map 1: not permitted (EPERM; needs root or CAP_SYS_ADMIN; a map that is pinned opens"
            + " by its path with CAP_BPF)",
        of("open map", heard));
  }

  @Test
  void withNetAdminOnlyWhatAsksForMoreIsRefused() throws Exception {
    List<String> heard = heard("+bpf,+perfmon,+net_admin");
    assertEquals("xdp: yes: ", of("xdp:", heard));
    for (String what : List.of("uprobe", "uretprobe", "action")) {
      assertEquals(
          what + ": no: run Jupyter as root, or with CAP_SYS_ADMIN", of(what + ":", heard));
    }
    assertEquals("uprobe.multi: yes: ", of("uprobe.multi:", heard));
  }
}
